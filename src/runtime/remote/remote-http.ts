/**
 * The `fetch` given to the SDK's transports: sends the text of the delivery under way as it is, taps what comes back,
 * and watches the statuses for the end of the session. Starts one request of its own: for the list of tools, when a call
 * was refused because its headers lack arguments.
 */

import type { AsyncLocalStorage } from "node:async_hooks";
import type { IncomingMessage } from "node:http";
import { GatewayError } from "../../base/errors.ts";
import type { JsonRpc, JsonRpcId, Message } from "../../connection/message.ts";
import { answerIn, answerTo, type Delivery, requestId } from "./remote-delivery.ts";
import { Connections, type NewAgent } from "./remote-fetch.ts";
import { RemoteParams } from "./remote-params.ts";
import { type Tapped, tapEvents, tapJson } from "./remote-tap.ts";
import { isRefused, networkTrouble } from "./remote-trouble.ts";

/** An error's body is read this far, for the JSON-RPC error it may hold. */
const maxErrorBytes = 64 * 1024;

export interface RemoteHttpEvents {
  /** `about`: the id of the request on whose stream it came. */
  message(message: Message, about: JsonRpcId | undefined): void;
  /** Something that is no message, for the log. */
  noise(line: string): void;
  /** The server does not know our session any more; `delivery` is what it would not take, if it was a delivery. */
  sessionLost(delivery: Delivery | undefined): void;
  /** Nobody listens where the server was. */
  unreachable(delivery: Delivery, because: string): void;
  /** What the network said, in the words of somebody on the way who knows better. */
  worded?(because: string): string;
}

export class RemoteHttp {
  readonly #connections: Connections;
  readonly #outgoing: AsyncLocalStorage<Delivery>;
  readonly #events: RemoteHttpEvents;
  readonly #params = new RemoteParams();
  #streamOpened = false;

  constructor(
    outgoing: AsyncLocalStorage<Delivery>,
    idleConnectionMs: number,
    events: RemoteHttpEvents,
    newAgent?: NewAgent,
  ) {
    this.#connections = new Connections(idleConnectionMs, newAgent);
    this.#outgoing = outgoing;
    this.#events = events;
  }

  readonly fetch = async (input: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    const url = new URL(input instanceof Request ? input.url : input);
    // Streams and farewells are opened in the wake of a delivery, but are not it.
    const delivery = init.method === "POST" ? this.#outgoing.getStore() : undefined;
    const answer = await this.#request(url, init, delivery);
    const status = answer.statusCode ?? 0;
    if (delivery) delivery.status = status;
    if (status < 200 || status >= 300) return this.#refusal(answer, url, init, delivery);
    if (init.method === "GET") this.#streamOpened = true;
    const type = answer.headers["content-type"] ?? "";
    if (/^text\/event-stream/i.test(type)) {
      return new Response(ReadableStream.from(tapEvents(answer, this.#heardBy(delivery))), headOf(answer));
    }
    if (delivery && requestId(delivery) !== undefined && /^application\/json/i.test(type))
      return new Response(await tapJson(answer, this.#heardBy(delivery)), headOf(answer));
    answer.resume();
    return new Response(null, headOf(answer));
  };

  close(): void {
    this.#connections.close();
  }

  async #request(url: URL, init: RequestInit, delivery: Delivery | undefined): Promise<IncomingMessage> {
    const body = delivery?.text ?? (typeof init.body === "string" ? init.body : undefined);
    const sent = delivery ? this.#withParams(init, delivery) : init;
    try {
      return await this.#connections.request(url, sent, body, () => delivery?.sent());
    } catch (error) {
      const words = networkTrouble(error, url);
      const because = this.#events.worded?.(words) ?? words;
      if (delivery) delivery.because = because;
      if (delivery && isRefused(error)) this.#events.unreachable(delivery, because);
      throw new GatewayError("start-failed", because, { cause: error });
    }
  }

  async #refusal(
    answer: IncomingMessage,
    url: URL,
    init: RequestInit,
    delivery: Delivery | undefined,
  ): Promise<Response> {
    const body = await beginningOf(answer);
    const status = answer.statusCode ?? 0;
    const found = delivery && answerIn(body, delivery);
    if (delivery && (await this.#isMended(delivery, found, url, init))) return this.fetch(url, init);
    const hasSession = new Headers(init.headers).has("mcp-session-id");
    const asked = { method: init.method ?? "GET", hasSession, streamOpened: this.#streamOpened };
    if (isSessionLost(status, asked, found !== undefined)) this.#events.sessionLost(delivery);
    else if (delivery && found) delivery.answer = found;
    return new Response(isBodiless(status) ? null : body, headOf(answer));
  }

  /** Most messages have none. */
  #withParams(init: RequestInit, delivery: Delivery): RequestInit {
    delivery.paramHeaders = this.#params.headersOf(delivery.json);
    const more = Object.entries(delivery.paramHeaders);
    if (more.length === 0) return init;
    const headers = new Headers(init.headers);
    for (const [name, value] of more) headers.set(name, value);
    return { ...init, headers };
  }

  /** What comes on the stream of a request is about that. A list of tools tells us something as well. */
  #heardBy(delivery: Delivery | undefined): Tapped {
    const about = delivery && requestId(delivery);
    return {
      noise: (line) => this.#events.noise(line),
      message: (message) => {
        if (delivery?.json.method === "tools/list") this.#params.heard(delivery.json, message);
        this.#events.message(message, about);
      },
    };
  }

  /** Whether it was refused for headers that it would have now. Asked once for each call. */
  async #isMended(
    delivery: Delivery,
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
    const answer = await this.#connections.request(
      url,
      { ...init, headers },
      JSON.stringify(request),
      () => undefined,
    );
    const messages: Message[] = [];
    const tapped = { message: (message: Message) => void messages.push(message), noise: () => undefined };
    if (/^text\/event-stream/i.test(answer.headers["content-type"] ?? "")) {
      for await (const _ of tapEvents(answer, tapped)) if (answerTo(id, messages)) break;
    } else await tapJson(answer, tapped);
    return answerTo(id, messages);
  }
}

/**
 * Whether a refusal says that the session is gone: 404 by the specification, 400 by servers built after the SDK's
 * example. A GET that never worked proves nothing: the server may have no such stream.
 */
export function isSessionLost(
  status: number,
  asked: { method: string; hasSession: boolean; streamOpened: boolean },
  answered: boolean,
): boolean {
  if (!asked.hasSession || asked.method === "DELETE" || (status !== 404 && status !== 400)) return false;
  if (asked.method === "GET") return asked.streamOpened;
  return status === 404 || !answered;
}

async function beginningOf(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of answer) {
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

/** Status and headers, less those that describe the bytes the tap replaced. */
function headOf(answer: IncomingMessage): ResponseInit {
  const headers = new Headers();
  for (const [name, value] of Object.entries(answer.headers)) {
    if (name === "content-length" || name === "transfer-encoding" || value === undefined) continue;
    for (const one of Array.isArray(value) ? value : [value]) headers.append(name, one);
  }
  return { status: answer.statusCode ?? 502, statusText: answer.statusMessage ?? "", headers };
}
