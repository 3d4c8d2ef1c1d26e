/**
 * The arguments that a remote server of the stateless era wants repeated in headers. Its list of tools defines them.
 * The list is read when a client requests it, and is requested after a call was refused for missing headers. Sends
 * nothing by itself.
 */

import { claimedVersion, envelopeMeta, envelopeOf } from "../../backend/era.ts";
import { type HeaderParameters, headerParameters, paramHeaders } from "../../backend/mcp-param-headers.ts";
import { isObject } from "../../base/json.ts";
import type { JsonRpc, Message } from "../../jsonrpc/message.ts";
import { elementsAt } from "../../jsonrpc/text-edit.ts";

/** `HeaderMismatch` (MCP 2026-07-28, *Streamable HTTP*). */
const headerMismatch = -32020;
const listId = "open-mcp-gateway/tools";
/** Limit for a server whose list never ends. */
const mostPages = 100;

export class ParamHeaderCache {
  #known: HeaderParameters = new Map();

  /** The additional headers of a message. */
  headersOf(json: JsonRpc): Readonly<Record<string, string>> {
    if (!isStatelessCall(json)) return {};
    const parameters = this.#known.get(String(json.params?.["name"]));
    return parameters ? paramHeaders(parameters, json.params?.["arguments"]) : {};
  }

  /** Reads the server's answer to a request for its tools. */
  store(request: JsonRpc, answer: Message): void {
    if (answer.json.id !== request.id || claimedVersion(request) === undefined) return;
    const tools = elementsAt(answer, ["result", "tools"]);
    if (!tools) return;
    // A page of a longer list must not remove the tools of the other pages.
    const isWhole = request.params?.["cursor"] === undefined && cursorIn(answer) === undefined;
    this.#known = new Map([...(isWhole ? [] : this.#known), ...headerParameters(tools)]);
  }

  /**
   * Whether a call with these headers was refused for them, and would now be sent with different ones. `ask` sends a
   * request and resolves with its answer. It is not called when another call has updated the list meanwhile.
   */
  async shouldRetry(
    call: JsonRpc,
    sent: Readonly<Record<string, string>>,
    refused: Message | undefined,
    ask: (id: string, request: JsonRpc) => Promise<Message | undefined>,
  ): Promise<boolean> {
    if (refused?.json.error?.code !== headerMismatch || !isStatelessCall(call)) return false;
    const isSame = () => JSON.stringify(this.headersOf(call)) === JSON.stringify(sent);
    if (!isSame()) return true;
    let cursor: string | undefined;
    for (let page = 0; page < mostPages; page++) {
      const request = listRequest(call, cursor);
      const answer = await ask(listId, request);
      if (answer) this.store(request, answer);
      cursor = answer && cursorIn(answer);
      if (cursor === undefined) break;
    }
    return !isSame();
  }
}

function cursorIn({ json: { result } }: Message): string | undefined {
  const cursor = isObject(result) ? result["nextCursor"] : undefined;
  return typeof cursor === "string" ? cursor : undefined;
}

function isStatelessCall(json: JsonRpc): boolean {
  return json.method === "tools/call" && claimedVersion(json) !== undefined;
}

/** Sent with the envelope of the client that made the call. */
function listRequest(call: JsonRpc, cursor: string | undefined): JsonRpc {
  const _meta = envelopeMeta(envelopeOf(call));
  const params = cursor === undefined ? { _meta } : { cursor, _meta };
  return { jsonrpc: "2.0", id: listId, method: "tools/list", params } as JsonRpc;
}
