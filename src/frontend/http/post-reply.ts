/**
 * The reply to one POST of MCP messages. It is plain JSON for a single response, and an event stream as soon as another
 * message comes first or the response takes long (MCP, *Streamable HTTP*). Does not read the messages.
 */

import type { ServerResponse } from "node:http";
import { errorFacts, type GatewayError, startFailedPrefix } from "../../base/errors.ts";
import { rpcErrorText } from "../../jsonrpc/encode.ts";
import { parseMessage } from "../../jsonrpc/message.ts";
import { textAt } from "../../jsonrpc/text-edit.ts";
import type { Reply } from "../../router/reply.ts";
import type { EventStream } from "./event-stream.ts";
import { openEventStream, sendText } from "./send-response.ts";
import type { OpenPost, StreamableHttpSession } from "./streamable-http-session.ts";

/** Size of a response above which it is watched until the client has read it. A socket accepts smaller ones at once. */
const largeAnswer = 100_000;
/** Characters of responses to one batch that are kept until the batch is complete, without the first response. */
const mostBatched = 64 * 1024 * 1024;

export interface PostReplyOptions {
  /** Number of requests in the body. */
  readonly expected: number;
  readonly batch: boolean;
  /** Whether the client's `Accept` allows a stream. */
  readonly acceptsStream: boolean;
  /** Whether the POST opens the session. The response then has the session id. */
  readonly opens: boolean;
}

export class PostReply implements Reply, OpenPost {
  readonly startedAt = performance.now();
  readonly #session: StreamableHttpSession;
  readonly #response: ServerResponse;
  readonly #options: PostReplyOptions;
  readonly #finished: (reply: PostReply) => void;
  /** Its slot among the open POSTs of its session; absent without requests. */
  readonly #slot: number | undefined;
  readonly #answers: string[] = [];
  #characters = 0;
  #missing: number;
  #refused = false;
  #stream: EventStream | undefined;

  constructor(
    session: StreamableHttpSession,
    response: ServerResponse,
    options: PostReplyOptions,
    finished: (reply: PostReply) => void,
  ) {
    this.#session = session;
    this.#response = response;
    this.#options = options;
    this.#missing = options.expected;
    this.#finished = finished;
    this.#slot = options.expected > 0 ? session.opened(this) : undefined;
  }

  /** Whether this POST failed to open a session. */
  get refused(): boolean {
    return this.#refused;
  }

  get canStream(): boolean {
    return this.#stream !== undefined || (this.#options.acceptsStream && !this.#response.destroyed);
  }

  push(text: string): void {
    if (this.canStream) this.#openStream()?.push(text);
    else this.#session.push(text);
  }

  end(text: string): void {
    if (this.#stream) this.#stream.push(text);
    else this.#keep(text);
    this.#settled();
  }

  fail(error: GatewayError, id: string): void {
    this.#refused = this.#options.opens;
    this.end(rpcErrorText(id, error.rpc, failureText(error), error.data));
  }

  drop(): void {
    this.#settled();
  }

  /** Turns a slow reply into a stream, so that clients and proxies do not time out. */
  takesLong(): void {
    const isNew = this.#stream === undefined;
    const stream = this.#openStream();
    if (isNew && this.#session.client.version === "2025-11-25") stream?.prime();
  }

  #keep(text: string): void {
    const isTooMuch = this.#answers.length > 0 && this.#characters + text.length > mostBatched;
    const kept = isTooMuch ? tooMuch(text) : text;
    this.#answers.push(kept);
    this.#characters += kept.length;
  }

  #openStream(): EventStream | undefined {
    if (this.#stream || !this.canStream) return this.#stream;
    openEventStream(this.#response, this.#headers());
    this.#stream = this.#session.openCallStream(this.#response);
    for (const answer of this.#answers) this.#stream.push(answer);
    return this.#stream;
  }

  #settled(): void {
    if (--this.#missing > 0) return;
    // The client disconnected before it got the session id.
    if (this.#options.opens && this.#response.destroyed) this.#refused = true;
    if (this.#slot !== undefined) this.#session.closed(this.#slot, this);
    // Without a response, for example after a cancel, the reply is an empty stream.
    if (this.#answers.length === 0) this.#openStream();
    if (this.#stream) this.#stream.end();
    else this.#sendJson();
    this.#finished(this);
  }

  #sendJson(): void {
    const [first] = this.#answers;
    if (first === undefined) {
      this.#response.writeHead(202).end();
      return;
    }
    const text = this.#options.batch ? `[${this.#answers.join(",")}]` : first;
    for (const [name, value] of Object.entries(this.#headers())) this.#response.setHeader(name, value);
    sendText(this.#response, 200, "application/json", text);
    if (text.length > largeAnswer) this.#session.answered(this.#response);
  }

  #headers(): Record<string, string> {
    return this.#options.opens && !this.#refused ? { "Mcp-Session-Id": this.#session.id } : {};
  }
}

/** Error that replaces a response. */
function tooMuch(text: string): string {
  const answer = parseMessage(text);
  const id = (answer && textAt(answer, ["id"])) ?? "null";
  const message = `The answers to the batch are longer than ${mostBatched / 1024 / 1024} MiB: send this request alone`;
  return rpcErrorText(id, errorFacts["too-large"].rpc, message);
}

/** Error message for an HTTP client. */
export function failureText(error: GatewayError): string {
  return error.code === "start-failed" ? startFailedPrefix + error.message : error.message;
}
