/**
 * The `fetch` for the SDK's transports. Sends the current message as its original text, reads the messages of the
 * answer, and detects the end of the session by the status. It sends one request of its own: for the list of tools,
 * after a call was refused because its headers lack arguments.
 */

import type { AsyncLocalStorage } from "node:async_hooks";
import type { IncomingMessage } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { claimedVersion } from "../../backend/era.ts";
import { GatewayError, messageOf } from "../../base/errors.ts";
import type { JsonRpc, JsonRpcId, Message } from "../../jsonrpc/message.ts";
import { decodedBody } from "./content-encoding.ts";
import { CookieJar } from "./cookie-jar.ts";
import { describeBody } from "./describe-body.ts";
import type { HttpConnections, Outgoing } from "./http-connections.ts";
import {
  type InterceptorListener,
  interceptJson,
  NotAMessageError,
  tapEvents,
} from "./message-interceptor.ts";
import { answerIn, answerTo, type OutgoingMessage, requestId } from "./outgoing-message.ts";
import { ParamHeaderCache } from "./param-header-cache.ts";
import { isRefused, networkErrorText, notMcpErrorText, placeOf, statusErrorText } from "./remote-errors.ts";
import { isIdempotent, longestPauseMs, retryAfterMs, waitsForPause } from "./retry-after.ts";
import { withoutInvalidTools } from "./valid-tools.ts";

/** Maximum number of bytes read of an error's body, which may contain a JSON-RPC error. */
const maxErrorBytes = 64 * 1024;
/** How often one request is sent again after a pause that the server asked for. */
const mostPauses = 3;

export interface SdkFetchEvents {
  /** `about`: the id of the request on whose stream it came. */
  message(message: Message, about: JsonRpcId | undefined): void;
  /** A text that is not a message, for the log. */
  noise(line: string): void;
  /** The text without secrets. */
  redact(text: string): string;
  /**
   * The server does not know the session any more. `delivery` is the message that has failed with it, if there is one.
   * `mayRetry`: the server has not executed it, or may execute it twice.
   */
  sessionLost(delivery: OutgoingMessage | undefined, mayRetry: boolean): void;
  /** The connection to the server was refused. */
  unreachable(delivery: OutgoingMessage, because: string): void;
  /** Replaces the message of a network error, where the caller knows a better reason. */
  rewordError?(because: string): string;
}

/** One HTTP request and its purpose. */
interface Exchange {
  readonly url: URL;
  readonly init: RequestInit;
  /** The message that is posted. */
  readonly delivery: OutgoingMessage | undefined;
  /** The message whose answer comes on this stream: the posted one, or one whose stream is resumed. */
  readonly answered: OutgoingMessage | undefined;
  readonly isResumed: boolean;
}

export class SdkFetch {
  readonly #connections: HttpConnections;
  readonly #outgoing: AsyncLocalStorage<OutgoingMessage>;
  readonly #events: SdkFetchEvents;
  readonly #cookies: CookieJar;
  readonly #params = new ParamHeaderCache();
  /** Methods that the session accepted. When one is refused later, the session is over. */
  readonly #taken = new Set<string>();
  #streamOpened = false;
  /** By `performance.now()`. Until then the server wants no more lists and pings. */
  #pausedUntil = 0;

  /** Owns the connections. Cookies are kept for `origin` alone. */
  constructor(
    outgoing: AsyncLocalStorage<OutgoingMessage>,
    connections: HttpConnections,
    origin: string,
    events: SdkFetchEvents,
  ) {
    this.#connections = connections;
    this.#outgoing = outgoing;
    this.#events = events;
    this.#cookies = new CookieJar(origin);
  }

  readonly fetch = async (input: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    const url = new URL(input instanceof Request ? input.url : input);
    const store = this.#outgoing.getStore();
    const isGet = init.method === "GET";
    // Streams and session ends are requested in the context of a message, but do not carry it.
    const delivery = init.method === "POST" ? store : undefined;
    const answered = delivery ?? (isGet && store && requestId(store) !== undefined ? store : undefined);
    const isResumed = isGet && new Headers(init.headers).has("last-event-id");
    if (isGet) store?.streams.opened(performance.now());
    return this.#exchange({ url, init, delivery, answered, isResumed });
  };

  close(): void {
    this.#connections.close();
  }

  async #exchange(exchange: Exchange): Promise<Response> {
    const { init, delivery } = exchange;
    await this.#turn(delivery, init.signal);
    const answer = await this.#request(exchange);
    const status = answer.statusCode ?? 0;
    if (delivery) delivery.status = status;
    if (status < 200 || status >= 300) return this.#refusal(answer, exchange);
    if (init.method === "GET") this.#streamOpened = true;
    if (delivery?.json.method !== undefined) this.#taken.add(delivery.json.method);
    return this.#taking(answer, exchange);
  }

  /** The SDK's part of an answer, after its messages were taken. */
  async #taking(answer: IncomingMessage, exchange: Exchange): Promise<Response> {
    const { delivery, answered } = exchange;
    const type = answer.headers["content-type"] ?? "";
    const body = decodedBody(answer, answer.headers["content-encoding"]);
    if (isEventStream(type)) {
      const events = this.#failingWith(answered, tapEvents(body, this.#interceptorFor(answered)));
      return new Response(ReadableStream.from(events), headOf(answer));
    }
    if (delivery && requestId(delivery) !== undefined) {
      if (!/^application\/json/i.test(type)) await this.#foreign(body, answer, exchange);
      else return new Response(await this.#json(body, answer, exchange, delivery), headOf(answer));
    }
    answer.resume();
    return new Response(null, headOf(answer));
  }

  async #json(
    body: AsyncIterable<Buffer>,
    answer: IncomingMessage,
    { url }: Exchange,
    delivery: OutgoingMessage,
  ): Promise<string> {
    try {
      return await interceptJson(body, this.#interceptorFor(delivery));
    } catch (error) {
      if (error instanceof NotAMessageError) this.#notMcp(delivery, answer, url, error.body);
      throw error;
    }
  }

  /** Stores why a stream broke. Its request gets that reason if the stream is not resumed. */
  async *#failingWith(
    answered: OutgoingMessage | undefined,
    events: AsyncIterable<Buffer>,
  ): AsyncGenerator<Buffer> {
    try {
      yield* events;
    } catch (error) {
      if (answered && !isNetworkError(error)) answered.because = messageOf(error);
      throw error;
    }
  }

  /** Handles a body that is neither JSON nor a stream. */
  async #foreign(
    body: AsyncIterable<Buffer>,
    answer: IncomingMessage,
    { url, delivery }: Exchange,
  ): Promise<void> {
    const text = await beginningOf(body);
    if (delivery && !(text === "" && answer.statusCode === 202)) this.#notMcp(delivery, answer, url, text);
  }

  #notMcp(delivery: OutgoingMessage, answer: IncomingMessage, url: URL, text: string): void {
    const type = answer.headers["content-type"] ?? "";
    delivery.because = notMcpErrorText(url, type, describeBody(type, this.#events.redact(text)));
  }

  /** Delays lists and pings by the pause that the server asked for. */
  async #turn(delivery: OutgoingMessage | undefined, signal: AbortSignal | null | undefined): Promise<void> {
    const remainingMs = this.#pausedUntil - performance.now();
    if (!delivery || remainingMs <= 0 || !waitsForPause(delivery.json)) return;
    if (remainingMs <= longestPauseMs) return pause(remainingMs, signal);
    delivery.because = `${placeOf(new URL(this.#cookies.origin))} asked for a pause: try again in ${Math.ceil(remainingMs / 1000)} s`;
    throw new GatewayError("start-failed", delivery.because);
  }

  async #request(exchange: Exchange): Promise<IncomingMessage> {
    const { url, init, delivery } = exchange;
    const body = delivery?.text ?? (typeof init.body === "string" ? init.body : undefined);
    const sent = delivery ? this.#withParams(init, delivery) : init;
    const mayRepeat = delivery ? isIdempotent(delivery.json) : init.method === "GET";
    try {
      return await this.#send({ url, init: sent, body, mayRepeat, sent: () => delivery?.sent() });
    } catch (error) {
      const reason = networkErrorText(error, url, this.#connections.proxy);
      const because = this.#events.rewordError?.(reason) ?? reason;
      if (delivery) delivery.because = because;
      if (delivery && isRefused(error)) this.#events.unreachable(delivery, because);
      throw new GatewayError("start-failed", because, { cause: error });
    }
  }

  /** Adds the server's cookies and sends the request. */
  async #send(outgoing: Outgoing): Promise<IncomingMessage> {
    const headers = new Headers(outgoing.init.headers);
    const cookie = this.#cookies.header(outgoing.url, headers.get("cookie"));
    if (cookie !== undefined) headers.set("cookie", cookie);
    const answer = await this.#connections.request({ ...outgoing, init: { ...outgoing.init, headers } });
    this.#cookies.keep(outgoing.url, answer.headers["set-cookie"]);
    return answer;
  }

  async #refusal(answer: IncomingMessage, exchange: Exchange): Promise<Response> {
    const { url, init, delivery, isResumed, answered } = exchange;
    const body = await beginningOf(decodedBody(answer, answer.headers["content-encoding"]));
    const status = answer.statusCode ?? 0;
    const found = delivery && answerIn(body, delivery);
    if (delivery && (await this.#shouldRetryHeaders(delivery, found, url, init)))
      return this.#exchange(exchange);
    const pauseMs = retryAfterMs(status, answer.headers["retry-after"]);
    if (delivery && this.#isSentAgain(delivery, pauseMs)) return this.#exchange(exchange);
    const isLost = isSessionLost(status, this.#refusedRequest(exchange, status), found !== undefined);
    if (isLost) this.#sessionLost(exchange);
    else if (delivery && found) delivery.answer = found;
    if (delivery) delivery.refusal = { type: answer.headers["content-type"] ?? "", body, pauseMs };
    if (isResumed && answered && isFinal(status)) return this.#notResumed(answered, status, url);
    return new Response(isBodiless(status) ? null : body, headOf(answer));
  }

  /** A request whose stream is resumed was accepted earlier, and the server may have executed it. */
  #sessionLost({ delivery, isResumed, answered }: Exchange): void {
    const failed = delivery ?? (isResumed ? answered : undefined);
    this.#events.sessionLost(failed, delivery !== undefined || (failed ? isIdempotent(failed.json) : false));
  }

  #refusedRequest({ init, delivery, isResumed }: Exchange, status: number): RefusedRequest {
    return {
      method: init.method ?? "GET",
      hasSession: new Headers(init.headers).has("mcp-session-id"),
      streamOpened: this.#streamOpened || (isResumed && status !== 400),
      wasTaken: this.#taken.has(delivery?.json.method ?? ""),
    };
  }

  /** Answers 405, because the SDK requests a stream until it gets that status. */
  #notResumed(answered: OutgoingMessage, status: number, url: URL): Response {
    answered.because ??= `the remote server closed the stream without an answer and did not resume it (${statusErrorText(status, url)})`;
    return new Response(null, { status: 405 });
  }

  /** Whether the message is sent again, after the pause that the server asked for. */
  #isSentAgain(delivery: OutgoingMessage, pauseMs: number | undefined): boolean {
    if (pauseMs === undefined) return false;
    this.#pausedUntil = Math.max(this.#pausedUntil, performance.now() + pauseMs);
    delivery.pauses = (delivery.pauses ?? 0) + 1;
    return waitsForPause(delivery.json) && pauseMs <= longestPauseMs && delivery.pauses <= mostPauses;
  }

  /** Most messages have no such headers. */
  #withParams(init: RequestInit, delivery: OutgoingMessage): RequestInit {
    delivery.paramHeaders = this.#params.headersOf(delivery.json);
    const more = Object.entries(delivery.paramHeaders);
    if (more.length === 0) return init;
    const headers = new Headers(init.headers);
    for (const [name, value] of more) headers.set(name, value);
    return { ...init, headers };
  }

  /**
   * A message on the stream of a request belongs to that request. A list of tools is also read for parameter headers.
   */
  #interceptorFor(delivery: OutgoingMessage | undefined): InterceptorListener {
    const about = delivery && requestId(delivery);
    return {
      noise: (line) => this.#events.noise(line),
      primed: () => {
        if (about !== undefined) delivery?.streams.received();
      },
      message: (message) => {
        (delivery ?? this.#outgoing.getStore())?.streams.received();
        if (delivery?.json.method === "tools/list") this.#params.store(delivery.json, message);
        this.#events.message(this.#allowed(message, delivery), about);
      },
    };
  }

  /** In the stateless era, removes the tools that a client over HTTP must not offer. */
  #allowed(message: Message, delivery: OutgoingMessage | undefined): Message {
    if (delivery?.json.method !== "tools/list" || claimedVersion(delivery.json) === undefined) return message;
    return withoutInvalidTools(message, (line) => this.#events.noise(line));
  }

  /** Whether it was refused for its headers and would now have different ones. Checked once for each call. */
  async #shouldRetryHeaders(
    delivery: OutgoingMessage,
    refused: Message | undefined,
    url: URL,
    init: RequestInit,
  ): Promise<boolean> {
    const { json, paramHeaders = {} } = delivery;
    if (delivery.isHeaderRetry) return false;
    const ask = (id: JsonRpcId, request: JsonRpc) => this.#ask(url, init, id, request);
    delivery.isHeaderRetry = await this.#params
      .shouldRetry(json, paramHeaders, refused, ask)
      .catch(() => false);
    return delivery.isHeaderRetry;
  }

  /** Posts a request of the gateway itself. It ends with the client's request that caused it. */
  async #ask(url: URL, init: RequestInit, id: JsonRpcId, request: JsonRpc): Promise<Message | undefined> {
    const headers = new Headers(init.headers);
    headers.set("Mcp-Method", request.method ?? "");
    headers.delete("Mcp-Name");
    const answer = await this.#send({
      url,
      init: { ...init, headers },
      body: JSON.stringify(request),
      mayRepeat: true,
      sent: () => undefined,
    });
    const body = decodedBody(answer, answer.headers["content-encoding"]);
    const messages: Message[] = [];
    const tapped = { message: (message: Message) => void messages.push(message), noise: () => undefined };
    if (isEventStream(answer.headers["content-type"] ?? "")) {
      for await (const _ of tapEvents(body, tapped)) if (answerTo(id, messages)) break;
    } else await interceptJson(body, tapped);
    return answerTo(id, messages);
  }
}

/** The refused HTTP request. */
export interface RefusedRequest {
  readonly method: string;
  readonly hasSession: boolean;
  /** Whether a GET for the stream worked before. */
  readonly streamOpened: boolean;
  /** Whether the session accepted a message of the same JSON-RPC method before. */
  readonly wasTaken: boolean;
}

/**
 * Whether a refusal means that the session is lost: 404 by the specification, 410 by its meaning, 400 by servers built
 * after the SDK's example, 401 where the session accepted the same method before. A GET that never worked proves
 * nothing, because the server may have no such stream.
 */
export function isSessionLost(status: number, refused: RefusedRequest, answered: boolean): boolean {
  if (!refused.hasSession || refused.method === "DELETE" || ![400, 401, 404, 410].includes(status))
    return false;
  if (refused.method === "GET") return refused.streamOpened && status !== 401;
  if (status === 401) return refused.wasTaken;
  return status !== 400 || !answered;
}

/** Whether another request for the same stream is useless. */
function isFinal(status: number): boolean {
  return status >= 400 && status < 500 && status !== 408 && status !== 429;
}

function isEventStream(type: string): boolean {
  return /^text\/event-stream/i.test(type);
}

/** A network error. Its message would only repeat that the stream has ended. */
function isNetworkError(error: unknown): boolean {
  return (
    error instanceof Error && "code" in error && typeof error.code === "string" && /^E[A-Z]/.test(error.code)
  );
}

async function pause(ms: number, signal: AbortSignal | null | undefined): Promise<void> {
  await wait(ms, undefined, signal ? { signal } : {});
}

/** The beginning of a body, up to an error. Closes the body. */
async function beginningOf(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of body) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > maxErrorBytes) break;
    }
  } catch {
    // The part that was read is enough, together with the status.
  }
  return Buffer.concat(chunks).toString("utf8");
}

function isBodiless(status: number): boolean {
  return status === 304 || status === 204 || status === 205;
}

const replaced: readonly string[] = ["content-length", "content-encoding", "transfer-encoding", "set-cookie"];

/** Status and headers, without the headers about the replaced bytes. */
function headOf(answer: IncomingMessage): ResponseInit {
  const headers = new Headers();
  for (const [name, value] of Object.entries(answer.headers)) {
    if (replaced.includes(name) || value === undefined) continue;
    for (const one of Array.isArray(value) ? value : [value]) headers.append(name, one);
  }
  return { status: answer.statusCode ?? 502, statusText: answer.statusMessage ?? "", headers };
}
