/**
 * The `fetch` given to the SDK's transports: sends the text of the delivery under way as it is, taps what comes back,
 * and watches the statuses for the end of the session. Starts one request of its own: for the list of tools, when a call
 * was refused because its headers lack arguments.
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
import {
  type InterceptedMessage,
  interceptJson,
  NotAMessageError,
  tapEvents,
} from "./message-interceptor.ts";
import { answerIn, answerTo, type OutgoingMessage, requestId } from "./outgoing-message.ts";
import { ParamHeaderCache } from "./param-header-cache.ts";
import { isRefused, networkErrorText, notMcpErrorText, placeOf, statusErrorText } from "./remote-errors.ts";
import type { Connections, Outgoing } from "./remote-fetch.ts";
import { longestPauseMs, mayRepeat as mayRepeatedly, pauseIn, waitsForPause } from "./retry-after.ts";
import { withoutInvalidTools } from "./valid-tools.ts";

/** An error's body is read this far, for the JSON-RPC error it may hold. */
const maxErrorBytes = 64 * 1024;
/** How often one request is sent again because the server asked for a pause. */
const mostPauses = 3;

export interface RemoteHttpEvents {
  /** `about`: the id of the request on whose stream it came. */
  message(message: Message, about: JsonRpcId | undefined): void;
  /** Something that is no message, for the log. */
  noise(line: string): void;
  /** The text without secrets. */
  redact(text: string): string;
  /** The server does not know our session any more; `delivery` is what it would not take, if it was a delivery. */
  sessionLost(delivery: OutgoingMessage | undefined): void;
  /** Nobody listens where the server was. */
  unreachable(delivery: OutgoingMessage, because: string): void;
  /** What the network said, in the words of somebody on the way who knows better. */
  worded?(because: string): string;
}

/** One HTTP request, and what it is for. */
interface Exchange {
  readonly url: URL;
  readonly init: RequestInit;
  /** What is posted. */
  readonly delivery: OutgoingMessage | undefined;
  /** Whose answer comes on its stream: a delivery that is posted, or one whose stream is taken up again. */
  readonly answered: OutgoingMessage | undefined;
  readonly isResumed: boolean;
}

export class RemoteHttp {
  readonly #connections: Connections;
  readonly #outgoing: AsyncLocalStorage<OutgoingMessage>;
  readonly #events: RemoteHttpEvents;
  readonly #cookies: CookieJar;
  readonly #params = new ParamHeaderCache();
  /** Methods that were taken on this session: one refused later was refused because the session is over. */
  readonly #taken = new Set<string>();
  #streamOpened = false;
  /** By `performance.now()`; until then the server wants no more lists and pings. */
  #pausedUntil = 0;

  /** Owns the connections. Cookies are kept for `origin` alone. */
  constructor(
    outgoing: AsyncLocalStorage<OutgoingMessage>,
    connections: Connections,
    origin: string,
    events: RemoteHttpEvents,
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
    // Streams and farewells are opened in the wake of a delivery, but are not it.
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

  /** The SDK's part of an answer whose messages are taken here. */
  async #taking(answer: IncomingMessage, exchange: Exchange): Promise<Response> {
    const { delivery, answered } = exchange;
    const type = answer.headers["content-type"] ?? "";
    const body = decodedBody(answer, answer.headers["content-encoding"]);
    if (isEventStream(type)) {
      const events = this.#failingWith(answered, tapEvents(body, this.#heardBy(answered)));
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
      return await interceptJson(body, this.#heardBy(delivery));
    } catch (error) {
      if (error instanceof NotAMessageError) this.#notMcp(delivery, answer, url, error.body);
      throw error;
    }
  }

  /** Why a stream broke is what its request is told, should it not be taken up again. */
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

  /** Neither JSON nor a stream. */
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

  /** Lists and pings keep the pause that the server asked for. */
  async #turn(delivery: OutgoingMessage | undefined, signal: AbortSignal | null | undefined): Promise<void> {
    const leftMs = this.#pausedUntil - performance.now();
    if (!delivery || leftMs <= 0 || !waitsForPause(delivery.json)) return;
    if (leftMs <= longestPauseMs) return pause(leftMs, signal);
    delivery.because = `${placeOf(new URL(this.#cookies.origin))} wants no requests for another ${Math.ceil(leftMs / 1000)} s`;
    throw new GatewayError("start-failed", delivery.because);
  }

  async #request(exchange: Exchange): Promise<IncomingMessage> {
    const { url, init, delivery } = exchange;
    const body = delivery?.text ?? (typeof init.body === "string" ? init.body : undefined);
    const sent = delivery ? this.#withParams(init, delivery) : init;
    const mayRepeat = delivery ? mayRepeatedly(delivery.json) : init.method === "GET";
    try {
      return await this.#send({ url, init: sent, body, mayRepeat, sent: () => delivery?.sent() });
    } catch (error) {
      const words = networkErrorText(error, url, this.#connections.proxy);
      const because = this.#events.worded?.(words) ?? words;
      if (delivery) delivery.because = because;
      if (delivery && isRefused(error)) this.#events.unreachable(delivery, because);
      throw new GatewayError("start-failed", because, { cause: error });
    }
  }

  /** With the cookies of the server. */
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
    if (delivery && (await this.#isMended(delivery, found, url, init))) return this.#exchange(exchange);
    const pauseMs = pauseIn(status, answer.headers["retry-after"]);
    if (delivery && this.#isSentAgain(delivery, pauseMs)) return this.#exchange(exchange);
    const isLost = isSessionLost(status, this.#asked(exchange, status), found !== undefined);
    if (isLost) this.#events.sessionLost(delivery ?? (isResumed ? answered : undefined));
    else if (delivery && found) delivery.answer = found;
    if (delivery) delivery.refusal = { type: answer.headers["content-type"] ?? "", body, pauseMs };
    if (isResumed && answered && isFinal(status)) return this.#notResumed(answered, status, url);
    return new Response(isBodiless(status) ? null : body, headOf(answer));
  }

  #asked({ init, delivery, isResumed }: Exchange, status: number): Asked {
    return {
      method: init.method ?? "GET",
      hasSession: new Headers(init.headers).has("mcp-session-id"),
      streamOpened: this.#streamOpened || (isResumed && status !== 400),
      wasTaken: this.#taken.has(delivery?.json.method ?? ""),
    };
  }

  /** The SDK asks for a stream until it is told that there is none. */
  #notResumed(answered: OutgoingMessage, status: number, url: URL): Response {
    answered.because ??= `the remote server closed the stream without an answer, and does not go on with it (${statusErrorText(status, url)})`;
    return new Response(null, { status: 405 });
  }

  /** Whether it goes out again, after the pause the server asked for. */
  #isSentAgain(delivery: OutgoingMessage, pauseMs: number | undefined): boolean {
    if (pauseMs === undefined) return false;
    this.#pausedUntil = Math.max(this.#pausedUntil, performance.now() + pauseMs);
    delivery.pauses = (delivery.pauses ?? 0) + 1;
    return waitsForPause(delivery.json) && pauseMs <= longestPauseMs && delivery.pauses <= mostPauses;
  }

  /** Most messages have none. */
  #withParams(init: RequestInit, delivery: OutgoingMessage): RequestInit {
    delivery.paramHeaders = this.#params.headersOf(delivery.json);
    const more = Object.entries(delivery.paramHeaders);
    if (more.length === 0) return init;
    const headers = new Headers(init.headers);
    for (const [name, value] of more) headers.set(name, value);
    return { ...init, headers };
  }

  /** What comes on the stream of a request is about that. A list of tools tells us something as well. */
  #heardBy(delivery: OutgoingMessage | undefined): InterceptedMessage {
    const about = delivery && requestId(delivery);
    return {
      noise: (line) => this.#events.noise(line),
      primed: () => {
        if (about !== undefined) delivery?.streams.heard();
      },
      message: (message) => {
        (delivery ?? this.#outgoing.getStore())?.streams.heard();
        if (delivery?.json.method === "tools/list") this.#params.heard(delivery.json, message);
        this.#events.message(this.#allowed(message, delivery), about);
      },
    };
  }

  /** In the stateless era a list of tools has only those that a client over HTTP may offer. */
  #allowed(message: Message, delivery: OutgoingMessage | undefined): Message {
    if (delivery?.json.method !== "tools/list" || claimedVersion(delivery.json) === undefined) return message;
    return withoutInvalidTools(message, (line) => this.#events.noise(line));
  }

  /** Whether it was refused for headers that it would have now. Asked once for each call. */
  async #isMended(
    delivery: OutgoingMessage,
    refused: Message | undefined,
    url: URL,
    init: RequestInit,
  ): Promise<boolean> {
    const { json, paramHeaders = {} } = delivery;
    if (delivery.mended) return false;
    const ask = (id: JsonRpcId, request: JsonRpc) => this.#ask(url, init, id, request);
    delivery.mended = await this.#params.mends(json, paramHeaders, refused, ask).catch(() => false);
    return delivery.mended;
  }

  /** Posts a request of ours beside one of the client's, and ends with it. */
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

/** What was refused. */
export interface Asked {
  readonly method: string;
  readonly hasSession: boolean;
  /** Whether such a GET worked before. */
  readonly streamOpened: boolean;
  /** Whether the session took a message of the same JSON-RPC method before. */
  readonly wasTaken: boolean;
}

/**
 * Whether a refusal says that the session is gone: 404 by the specification, 410 by its meaning, 400 by servers built
 * after the SDK's example, 401 where the session took the same before. A GET that never worked proves nothing: the server
 * may have no such stream.
 */
export function isSessionLost(status: number, asked: Asked, answered: boolean): boolean {
  if (!asked.hasSession || asked.method === "DELETE" || ![400, 401, 404, 410].includes(status)) return false;
  if (asked.method === "GET") return asked.streamOpened && status !== 401;
  if (status === 401) return asked.wasTaken;
  return status !== 400 || !answered;
}

/** Whether it is of no use to ask for the same stream again. */
function isFinal(status: number): boolean {
  return status >= 400 && status < 500 && status !== 408 && status !== 429;
}

function isEventStream(type: string): boolean {
  return /^text\/event-stream/i.test(type);
}

/** An error of the connection, whose words say nothing that the end of the stream does not. */
function isNetworkError(error: unknown): boolean {
  return (
    error instanceof Error && "code" in error && typeof error.code === "string" && /^E[A-Z]/.test(error.code)
  );
}

async function pause(ms: number, signal: AbortSignal | null | undefined): Promise<void> {
  await wait(ms, undefined, signal ? { signal } : {});
}

/** The beginning of a body; what cannot be read of it is left out. Ends the body. */
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
    // What came is all there is; the status says the rest.
  }
  return Buffer.concat(chunks).toString("utf8");
}

function isBodiless(status: number): boolean {
  return status === 304 || status === 204 || status === 205;
}

const replaced: readonly string[] = ["content-length", "content-encoding", "transfer-encoding", "set-cookie"];

/** Status and headers, less those that describe the bytes the tap replaced. */
function headOf(answer: IncomingMessage): ResponseInit {
  const headers = new Headers();
  for (const [name, value] of Object.entries(answer.headers)) {
    if (replaced.includes(name) || value === undefined) continue;
    for (const one of Array.isArray(value) ? value : [value]) headers.append(name, one);
  }
  return { status: answer.statusCode ?? 502, statusText: answer.statusMessage ?? "", headers };
}
