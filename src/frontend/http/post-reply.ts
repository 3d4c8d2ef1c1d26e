/**
 * The answer to one POST of MCP messages: plain JSON when all there is to say is the response, a stream of events as
 * soon as something comes before it or it takes long (MCP, *Streamable HTTP*). Knows nothing of what messages mean.
 */

import type { ServerResponse } from "node:http";
import { errorFacts, type GatewayError } from "../../base/errors.ts";
import { rpcErrorText } from "../../jsonrpc/encode.ts";
import { parseMessage } from "../../jsonrpc/message.ts";
import { textAt } from "../../jsonrpc/text-edit.ts";
import type { Reply } from "../../router/reply.ts";
import type { EventStream } from "./event-stream.ts";
import type { HttpSession, OpenPost } from "./http-session.ts";
import { openEventStream, sendText } from "./send-response.ts";

/** Characters from which on an answer is watched until it is read: what sockets take at once needs no watching. */
const largeAnswer = 100_000;
/** Characters of the answers to one batch that are kept until all are there, the first aside. */
const mostBatched = 64 * 1024 * 1024;

export interface PostReplyOptions {
  /** How many requests the body has. */
  readonly expected: number;
  readonly batch: boolean;
  /** What the client's `Accept` allows. */
  readonly acceptsStream: boolean;
  /** The POST opened the session: it is told its id. */
  readonly opens: boolean;
}

export class PostReply implements Reply, OpenPost {
  readonly startedAt = performance.now();
  readonly #session: HttpSession;
  readonly #response: ServerResponse;
  readonly #options: PostReplyOptions;
  readonly #finished: (exchange: PostReply) => void;
  /** Its place among the open exchanges of its session; absent where nothing is expected. */
  readonly #place: number | undefined;
  readonly #answers: string[] = [];
  #characters = 0;
  #missing: number;
  #refused = false;
  #stream: EventStream | undefined;

  constructor(
    session: HttpSession,
    response: ServerResponse,
    options: PostReplyOptions,
    finished: (exchange: PostReply) => void,
  ) {
    this.#session = session;
    this.#response = response;
    this.#options = options;
    this.#missing = options.expected;
    this.#finished = finished;
    this.#place = options.expected > 0 ? session.opened(this) : undefined;
  }

  /** The session this POST was to open did not come about. */
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

  /** The answer takes long: makes it a stream, so that the client and whatever is between know we live. */
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
    // Nobody is there to be told the session's id.
    if (this.#options.opens && this.#response.destroyed) this.#refused = true;
    if (this.#place !== undefined) this.#session.closed(this.#place, this);
    // Nothing to say, as after a cancel: an empty stream says just that.
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

/** In place of an answer. */
function tooMuch(text: string): string {
  const answer = parseMessage(text);
  const id = (answer && textAt(answer, ["id"])) ?? "null";
  const message = `The answers to the batch are longer than ${mostBatched / 1024 / 1024} MiB: ask for this alone`;
  return rpcErrorText(id, errorFacts["too-large"].rpc, message);
}

/** What a failed request tells an HTTP client. */
export function failureText(error: GatewayError): string {
  return error.code === "start-failed" ? `Failed to start server: ${error.message}` : error.message;
}
