/**
 * The answer to one POST of a client without a session: JSON with the status its error has, or a stream as soon as
 * something precedes the answer or it takes long. A client that goes away has cancelled (MCP 2026-07-28).
 */

import type { ServerResponse } from "node:http";
import { errorFacts, type GatewayError } from "../../base/errors.ts";
import { rpcErrorText } from "../../jsonrpc/encode.ts";
import { parseMessage } from "../../jsonrpc/message.ts";
import type { Reply } from "../../router/reply.ts";
import { failureText } from "./post-reply.ts";
import { openEventStream, sendText } from "./send-response.ts";

/** Bytes a client may leave unread on its stream before we let it go: it can ask again. */
const mostUnreadBytes = 16_000_000;
/** Errors are short: a longer answer is none. */
const longestError = 100_000;

/** What an error of the MCP surface is to HTTP, where it is not 200. */
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

  /** A client that takes no stream gets only the answer. `finished` is called once, when there is nothing more to come. */
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

  /** Nobody waits for an answer. */
  drop(): void {
    if (this.#over) return;
    this.#response.end();
    this.#settle();
  }

  /** The answer takes long: makes it a stream, so that the client and whatever is between know we live. */
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
