/**
 * The reply to one POST of a client without a session. It is JSON with the HTTP status of its error, or a stream as soon
 * as another message comes first or the response takes long. A disconnect cancels the request (MCP 2026-07-28).
 */

import type { ServerResponse } from "node:http";
import { errorFacts, type GatewayError } from "../../base/errors.ts";
import { rpcErrorText } from "../../jsonrpc/encode.ts";
import { parseMessage } from "../../jsonrpc/message.ts";
import type { Reply } from "../../router/reply.ts";
import { failureText } from "./post-reply.ts";
import { openEventStream, sendText } from "./send-response.ts";

/** Unread bytes on a stream above which the client is disconnected. It can send the request again. */
const mostUnreadBytes = 16_000_000;
/** Longer responses are not parsed for an error, because errors are short. */
const longestError = 100_000;

/** HTTP status of JSON-RPC errors, if it is not 200. */
const statusOf: ReadonlyMap<number, number> = new Map([
  [-32601, 404],
  ...(["header-mismatch", "capability-missing", "version-unsupported"] as const).map(
    (code) => [errorFacts[code].rpc, errorFacts[code].status] as const,
  ),
]);

export class StatelessReply implements Reply {
  readonly startedAt = performance.now();
  readonly #response: ServerResponse;
  readonly #acceptsStream: boolean;
  readonly #finished: () => void;
  #streaming = false;
  #over = false;

  /** A client that does not accept a stream gets only the response. `finished` is called once, at the end. */
  constructor(response: ServerResponse, acceptsStream: boolean, finished: () => void) {
    this.#response = response;
    this.#acceptsStream = acceptsStream;
    this.#finished = finished;
  }

  push(text: string): void {
    if (this.#over || !this.#acceptsStream || this.#response.destroyed) return;
    this.#openStream();
    if (this.#response.writableLength > mostUnreadBytes) this.#response.destroy();
    else this.#response.write(`data: ${text}\n\n`);
  }

  end(text: string): void {
    if (this.#over) return;
    if (this.#streaming) this.#response.end(`data: ${text}\n\n`);
    else sendText(this.#response, statusFor(text), "application/json", text);
    this.#settle();
  }

  fail(error: GatewayError, id: string): void {
    this.end(rpcErrorText(id, error.rpc, failureText(error), error.data));
  }

  /** Ends the reply without a response. */
  drop(): void {
    if (this.#over) return;
    this.#response.end();
    this.#settle();
  }

  /** Turns a slow reply into a stream, so that clients and proxies do not time out. */
  takesLong(): void {
    if (!this.#over && this.#acceptsStream && !this.#response.destroyed) this.#openStream();
  }

  keepAlive(): void {
    if (this.#streaming && !this.#over && this.#response.writableLength === 0) {
      this.#response.write(": keep-alive\n\n");
    }
  }

  #openStream(): void {
    if (this.#streaming) return;
    this.#streaming = true;
    openEventStream(this.#response);
  }

  #settle(): void {
    this.#over = true;
    this.#finished();
  }
}

function statusFor(text: string): number {
  if (text.length > longestError || !text.includes('"error"')) return 200;
  return statusOf.get(parseMessage(text)?.json.error?.code ?? 0) ?? 200;
}
