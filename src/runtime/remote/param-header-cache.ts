/**
 * The arguments a remote server of the stateless era wants repeated in headers. Which those are its list of tools says:
 * it is read as it passes, and asked for once a call was refused because they lacked. Sends nothing by itself.
 */

import { claimedVersion, envelopeMeta, envelopeOf } from "../../backend/era.ts";
import { type HeaderParameters, headerParameters, paramHeaders } from "../../backend/mcp-param-headers.ts";
import { isObject } from "../../base/json.ts";
import type { JsonRpc, Message } from "../../jsonrpc/message.ts";
import { elementsAt } from "../../jsonrpc/text-edit.ts";

/** `HeaderMismatch` (MCP 2026-07-28, *Streamable HTTP*). */
const headerMismatch = -32020;
const listId = "open-mcp-gateway/tools";
/** A server that never ends its list is not waited for. */
const mostPages = 100;

export class ParamHeaderCache {
  #known: HeaderParameters = new Map();

  /** The headers of a message besides those that every message has. */
  headersOf(json: JsonRpc): Readonly<Record<string, string>> {
    if (!isStatelessCall(json)) return {};
    const parameters = this.#known.get(String(json.params?.["name"]));
    return parameters ? paramHeaders(parameters, json.params?.["arguments"]) : {};
  }

  /** The server has answered a request for its tools. */
  heard(request: JsonRpc, answer: Message): void {
    if (answer.json.id !== request.id || claimedVersion(request) === undefined) return;
    const tools = elementsAt(answer, ["result", "tools"]);
    if (!tools) return;
    // Between two pages, calls of the tools on the others go on.
    const isWhole = request.params?.["cursor"] === undefined && cursorIn(answer) === undefined;
    this.#known = new Map([...(isWhole ? [] : this.#known), ...headerParameters(tools)]);
  }

  /**
   * Whether a call that was sent with these headers was refused for them, and would be sent with others now. `ask` sends
   * a request and resolves with its answer; it is not called where another call has asked meanwhile.
   */
  async mends(
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
      if (answer) this.heard(request, answer);
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

/** In the name of the client whose call it is for. */
function listRequest(call: JsonRpc, cursor: string | undefined): JsonRpc {
  const _meta = envelopeMeta(envelopeOf(call));
  const params = cursor === undefined ? { _meta } : { cursor, _meta };
  return { jsonrpc: "2.0", id: listId, method: "tools/list", params } as JsonRpc;
}
