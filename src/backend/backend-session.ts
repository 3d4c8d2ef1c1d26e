/**
 * One MCP session with one backend, shared by any number of clients (protocol.md, *Rules for the middle*).
 * Ids and progress tokens are made unique towards the backend and given back as each client wrote them.
 * Starts and stops nothing; knows neither HTTP nor processes.
 */

import { GatewayError, messageOf } from "../base/errors.ts";
import { IdTable } from "../base/id-table.ts";
import { withTimeout } from "../base/timeout.ts";
import { idAsWritten, notification, requestText, resultText, rpcErrorText } from "../jsonrpc/encode.ts";
import {
  findAmbiguity,
  isId,
  type JsonRpc,
  type JsonRpcId,
  type Message,
  messageKind,
  parseMessage,
} from "../jsonrpc/message.ts";
import { editText, replaceSpans } from "../jsonrpc/text-edit.ts";
import type { Call, Client, ServerRequest } from "./call.ts";
import type { Channel, ChannelEvents } from "./channel.ts";
import { type SelectedClient, selectClient, withCallName } from "./client-selection.ts";
import { type Envelope, type Era, envelopeMeta, subscriptionOf, withoutSubscription } from "./era.ts";
import { type HandshakeRequest, handshake } from "./handshake.ts";
import { ReplyBackpressure } from "./reply-backpressure.ts";
import { TaskAndUrlOwners } from "./task-and-url-owners.ts";
import { requestIdIn, UnmatchedResponses } from "./unmatched-responses.ts";

/** A request the backend has to answer: a client's call, or one of our own. */
interface Pending {
  /** Absent for our own requests. */
  readonly call: Call | undefined;
  /** Whether it is a call in flight of its own; see `hold`. */
  readonly counts: boolean;
  /** The client's progress token as JSON text, if it gave one. */
  readonly token: string | undefined;
  /** Absent where it may take for ever. */
  timer: NodeJS.Timeout | undefined;
  readonly timeoutMs: number;
  /** How many questions of the backend the client has not answered yet. */
  questions: number;
  answered(response: Message): void;
  failed(error: GatewayError): void;
}

/** A request of the backend that waits for a client. */
interface PendingServerRequest extends ServerRequest {
  readonly client: Client | undefined;
  /** What the backend would call progress of it. */
  readonly token: unknown;
  readonly characters: number;
}

/** A subscription of the gateway's own. */
export interface UpstreamSubscription {
  readonly acknowledged: Promise<void>;
  /** Refused: it is of no use to ask again. */
  readonly ended: Promise<"refused" | "over">;
  close(): void;
}

export interface BackendSessionEvents {
  /** A notification that belongs to no call: log messages, changed lists, updated resources, unknown ones. */
  notification(message: Message): void;
  /** The last request in flight has ended. */
  idle(): void;
  /** The roots of all clients, asked for outside of a call: the result of `roots/list` as JSON text, if there are any. */
  roots?(): Promise<string | undefined>;
}

export interface BackendSessionOptions {
  /** What the gateway says of itself in requests of its own. */
  readonly own: Envelope;
  /** The only client there is, where an instance belongs to one client session: it is asked even without a call. */
  readonly sole?: Client | undefined;
  /** Id of the server, for people who are asked on its behalf. */
  readonly server: string;
  readonly log: (line: string) => void;
}

/** How long a backend may take with the answers to what it asked at its start. */
const settleMs = 100;

/** How long a question for roots is taken for one about the word of new ones, where the backend answers no ping. */
const newRootsMs = 5_000;

/** Questions of a backend that may wait for clients at a time, and how long they may be together, the newest aside. */
const maxServerRequests = 1_000;
const maxServerRequestCharacters = 64 * 1024 * 1024;

export class BackendSession implements ChannelEvents {
  readonly #events: BackendSessionEvents;
  readonly #options: BackendSessionOptions;
  readonly #pending = new IdTable<number, Pending>();
  readonly #serverRequests = new Map<JsonRpcId, PendingServerRequest>();
  /** Whether it has asked anything since it began. */
  #hasSentRequests = false;
  /** Each word of new roots that the backend may be about to answer with a question for them, oldest first. */
  readonly #unansweredRootsChanges = new Set<symbol>();
  readonly #acquired = new Set<{ ended(error: GatewayError): void }>();
  readonly #owners = new TaskAndUrlOwners();
  /** Subscriptions of our own, each with whom to tell that it stands. */
  readonly #subscriptions = new Map<number, () => void>();
  readonly #replies = new ReplyBackpressure((because) => this.#abort(because));
  /** How the backend is spoken to, once it has answered. */
  era: Era = "initialize";
  /** What the backend said of itself, once it has: its answer to `initialize` or `server/discover`. */
  handshakeResponse: Message | undefined;
  #channel: Channel | undefined;
  #ended: GatewayError | undefined;
  #lost = false;
  #lastId = 0;
  #calls = 0;
  #answeredAt = performance.now();
  #settled: PromiseWithResolvers<void> | undefined;
  #lastCall: "answered" | "timed-out" | undefined;
  #abortReason: string | undefined;
  readonly #unmatched = new UnmatchedResponses((line) => this.#log(line));

  constructor(events: BackendSessionEvents, options: BackendSessionOptions) {
    this.#events = events;
    this.#options = options;
  }

  /** How the latest call of a client that came to an end by the backend did; `undefined` before the first. */
  get lastCall(): "answered" | "timed-out" | undefined {
    return this.#lastCall;
  }

  get ended(): boolean {
    return this.#ended !== undefined;
  }

  /** Whether the channel has said that it takes nothing any more and is about to end. */
  get lost(): boolean {
    return this.#lost;
  }

  /** Why the instance was ended here, if it was. */
  get abortReason(): string | undefined {
    return this.#abortReason;
  }

  /** Calls in flight; our own requests do not count. */
  get inFlight(): number {
    return this.#calls;
  }

  /**
   * For a call that goes to the backend in several parts: it is in flight until what is returned is called. `ended` is
   * called when the connection ends before that.
   */
  acquire(ended: (error: GatewayError) => void): () => void {
    // The same function may be given twice.
    const held = { ended };
    this.#calls++;
    this.#acquired.add(held);
    return () => {
      if (this.#acquired.delete(held)) this.#callEnded();
    };
  }

  /** Milliseconds since the backend last answered a request: whatever else it says proves no health. */
  get unansweredMs(): number {
    return performance.now() - this.#answeredAt;
  }

  /** Set while the backend reads slower than we write. */
  get congested(): Promise<void> | undefined {
    return this.#channel?.congested;
  }

  /** The clients that have calls in flight, each once. */
  callers(): Set<Client> {
    const callers = new Set<Client>();
    for (const [, { call }] of this.#pending.entries()) if (call) callers.add(call.client);
    return callers;
  }

  /** Begins the session; resolves once the backend has answered. Rejects with `start-failed`. */
  async open(channel: Channel, greeting: HandshakeRequest): Promise<void> {
    this.#channel = channel;
    const { era, response: answer } = await handshake(greeting, (method, params) =>
      this.#sendHandshake(method, params),
    );
    this.era = era;
    this.handshakeResponse = answer;
    if (era === "initialize") this.send(notification("notifications/initialized", {}));
  }

  /** Sends one of our own requests. Resolves with the response, an error response included; rejects when none comes. */
  request(method: string, params: object, timeoutMs: number): Promise<Message> {
    const sent = this.era === "stateless" ? withOwnMeta(params, this.#options.own) : params;
    return this.#request(method, JSON.stringify(sent), timeoutMs).answer;
  }

  /**
   * Asks to be told of changes (stateless era, `subscriptions/listen`). `acknowledged` resolves once the backend has
   * taken it in, `ended` when it tells no more, at the latest when the connection ends; neither rejects.
   */
  subscribe(filter: object): UpstreamSubscription {
    const acknowledged = Promise.withResolvers<void>();
    const params = withOwnMeta({ notifications: filter }, this.#options.own);
    const { id, answer } = this.#request("subscriptions/listen", JSON.stringify(params), 0);
    this.#subscriptions.set(id, acknowledged.resolve);
    const ended = answer.then(
      ({ json }) => (json.error ? "refused" : "over"),
      () => "over" as const,
    );
    void ended.then(() => {
      acknowledged.resolve();
      this.#subscriptions.delete(id);
    });
    const close = () => {
      if (this.#pending.has(id)) this.send(notification("notifications/cancelled", { requestId: id }));
      this.#removePending(id)?.failed(new GatewayError("server-ended", "no longer listening"));
    };
    return { acknowledged: acknowledged.promise, ended, close };
  }

  /**
   * The roots of the clients together are others now. What the backend asks for next are the roots of all of them, even
   * while calls of some are in flight: it serves what it is told to all of them (protocol.md, *Shared instance*).
   */
  notifyRootsChanged(): void {
    const word = Symbol("new roots");
    this.#unansweredRootsChanges.add(word);
    this.send(notification("notifications/roots/list_changed", {}));
    // By its answer it has read the word before, and asked what it asks then: later questions are about calls.
    const read = () => this.#unansweredRootsChanges.delete(word);
    void this.request("ping", {}, newRootsMs).then(read, read);
  }

  #sendHandshake(method: string, params: string): Promise<Message> {
    const sent = method === "initialize" ? params : JSON.stringify(withOwnMeta({}, this.#options.own));
    return this.#request(method, sent, 0).answer;
  }

  #request(method: string, params: string, timeoutMs: number): { id: number; answer: Promise<Message> } {
    const id = ++this.#lastId;
    const answer = new Promise<Message>((answered, failed) => {
      if (this.#ended) return failed(this.#ended);
      const timer = this.#timer(id, timeoutMs);
      this.#pending.add(id, {
        call: undefined,
        counts: false,
        token: undefined,
        timer,
        timeoutMs,
        questions: 0,
        answered,
        failed,
      });
      this.#channel?.send(requestText(id, method, params));
    });
    return { id, answer };
  }

  /** Whether a client may ask about a task: those of others are none of its business. */
  mayUseTask(client: Client, taskId: unknown): boolean {
    return this.#owners.mayUse(client, taskId);
  }

  /** Whether a client may tell of progress under this token: not where another one was asked under it. */
  mayReportProgress(client: Client, token: unknown): boolean {
    const asked = [...this.#serverRequests.values()].filter((question) => question.token === token);
    return asked.length === 0 || asked.some((question) => question.client === client);
  }

  /** Forwards a client's request, or a part of one that is held. `timeoutMs` counts without progress; 0 waits for ever. */
  call(call: Call, timeoutMs: number, held = false): void {
    if (this.#ended) return call.settle({ kind: "failed", error: this.#ended });
    const { request } = call;
    const id = ++this.#lastId;
    const given = progressTokenOf(request.json);
    const token = isId(given) ? idAsWritten(request, tokenPath, given) : undefined;
    const clientId = idAsWritten(request, ["id"], request.json.id as JsonRpcId);
    const text = renumbered(request, id, token !== undefined);
    if (!held) this.#calls++;
    this.#pending.add(id, {
      call,
      counts: !held,
      token,
      timeoutMs,
      questions: 0,
      timer: this.#timer(id, timeoutMs),
      answered: (message) => {
        this.#owners.recordResponse(call.client, message, token === undefined ? undefined : { id, token });
        call.settle({ kind: "answered", message, text: withId(message, clientId) });
      },
      failed: (error) => call.settle({ kind: "failed", error }),
    });
    this.#channel?.send(text);
  }

  /** Forwards a client's `notifications/cancelled`. An answer that still comes is dropped. */
  cancel(call: Call, cancelled: Message): void {
    const id = this.#idOf(call);
    if (id === undefined) return;
    this.#removePending(id);
    this.send(editText(cancelled, [{ path: ["params", "requestId"], json: String(id) }]));
    call.settle({ kind: "cancelled" });
  }

  /** A question of the backend was put to a call that has ended without answering it. */
  reassign(question: Message): void {
    if (this.#serverRequests.delete(question.json.id as JsonRpcId)) this.#onRequest(question);
  }

  /** Sends a notification, or a response to the backend, as it is. */
  send(text: string): void {
    this.#channel?.send(text);
  }

  /** The channel is gone: every request in flight fails at once, no question stays open. */
  end(error: GatewayError): void {
    this.#channel = undefined;
    this.#ended = error;
    this.#replies.close();
    for (const ask of this.#serverRequests.values()) ask.withdraw();
    this.#serverRequests.clear();
    for (const [id] of this.#oldestFirst()) this.#removePending(id)?.failed(error);
    for (const held of [...this.#acquired]) held.ended(error);
  }

  message(message: Message, about?: JsonRpcId): void {
    try {
      this.#onMessage(message, about);
    } catch (error) {
      // Whatever a backend says, it must not end us: what cannot be read or written out is told and passed over.
      this.#log(`a message could not be handled: ${messageOf(error)}`);
    }
  }

  #onMessage(message: Message, about: JsonRpcId | undefined): void {
    const { json } = message;
    const refused = findAmbiguity(message);
    if (refused !== undefined) return this.#refuse(message, refused);
    switch (messageKind(json)) {
      case "response":
        return this.#onResponse(message);
      case "notification":
        return this.#onNotification(message);
      case "request":
        return this.#onRequest(message, about);
      case "invalid":
        return this.#log(`not a JSON-RPC message: ${message.text.slice(0, 200)}`);
    }
  }

  /** A message that can be read in two ways goes nowhere: whoever waits for it is told. */
  #refuse({ json }: Message, because: string): void {
    this.#log(`a message was refused: ${because}`);
    const answered = json.method === undefined ? requestIdIn(json.id) : undefined;
    if (answered !== undefined) {
      const why = `The server's answer was refused: ${because}`;
      this.#removePending(answered)?.failed(new GatewayError("server-ended", why));
    } else if (isId(json.id)) {
      this.#respond(rpcErrorText(JSON.stringify(json.id), -32600, because));
    }
  }

  log(line: string): void {
    this.#log(line);
  }

  #log(line: string): void {
    this.#options.log(line);
  }

  /** Answers a request of the backend. */
  #respond(text: string): void {
    const channel = this.#channel;
    if (!channel) return;
    channel.send(text);
    this.#replies.sent(channel, text.length);
  }

  /** The backend does what no backend may: it takes nothing more from us, and ends. */
  #abort(because: string): void {
    if (this.#abortReason !== undefined) return;
    this.#abortReason = because;
    this.#lost = true;
    void this.#channel?.stop();
  }

  undelivered(text: string, because: string, mayRetry: boolean): void {
    this.#lost ||= mayRetry;
    const message = parseMessage(text);
    const id = message?.json.id;
    const pending =
      message?.json.method !== undefined && typeof id === "number" ? this.#removePending(id) : undefined;
    if (!pending) return this.#log(`could not be sent: ${because}`);
    pending.failed(new GatewayError(mayRetry ? "not-delivered" : "server-ended", because));
  }

  #onResponse(message: Message): void {
    const id = this.#answeredId(message.json);
    const pending = id === undefined ? undefined : this.#removePending(id);
    if (!pending) return this.#unmatched.add(message.json, this.#lastId);
    this.#answeredAt = performance.now();
    if (pending.call) this.#lastCall = "answered";
    try {
      pending.answered(message);
    } catch (error) {
      pending.failed(
        new GatewayError("server-ended", `The answer could not be passed on: ${messageOf(error)}`),
      );
    }
  }

  /** An error without an id during the handshake can only be about its one request. */
  #answeredId({ id, error }: JsonRpc): number | undefined {
    const isForHandshake = id === null && error !== undefined && this.handshakeResponse === undefined;
    return isForHandshake && this.#pending.size === 1 ? this.#lastId : requestIdIn(id);
  }

  #onNotification(message: Message): void {
    const { method, params } = message.json;
    if (method === "notifications/progress") return this.#onProgress(message, params?.["progressToken"]);
    if (method === "notifications/cancelled") return this.#onCancelled(message, params?.["requestId"]);
    if (method === "notifications/subscriptions/acknowledged") return this.#onAcknowledged(message.json);
    const owner = this.#owners.ownerOf(message.json);
    if (owner) return owner.push(message.text);
    // Subscriptions are ours, those that have just ended included: clients have others.
    const isOfOurs = subscriptionOf(message.json) !== undefined;
    this.#events.notification(isOfOurs ? withoutSubscription(message) : message);
  }

  #onProgress(message: Message, token: unknown): void {
    const id = isId(token) ? requestIdIn(token) : undefined;
    const pending = id === undefined ? undefined : this.#pending.get(id);
    const told = (written: string) =>
      editText(message, [{ path: ["params", "progressToken"], json: written }]);
    if (pending?.call && pending.token !== undefined) {
      pending.timer?.refresh();
      return pending.call.push(told(pending.token));
    }
    const task = this.#owners.progressOf(id);
    task?.client.push(told(task.token));
  }

  #onAcknowledged(acknowledged: JsonRpc): void {
    this.#subscriptions.get(Number(subscriptionOf(acknowledged)))?.();
  }

  #onCancelled(message: Message, requestId: unknown): void {
    if (!isId(requestId)) return;
    this.#serverRequests.get(requestId)?.withdraw(message);
    this.#serverRequests.delete(requestId);
  }

  #onRequest(message: Message, about?: JsonRpcId): void {
    const { id, method } = message.json as { id: JsonRpcId; method: string };
    const written = idAsWritten(message, ["id"], id);
    if (method === "ping") return this.#respond(resultText(written, "{}"));
    const refuse = (because: string) => this.#respond(rpcErrorText(written, -32601, because));
    if (this.#hasTooManyServerRequests()) return refuse("Too many questions wait for an answer");
    if (method === "roots/list" && this.#events.roots && about === undefined && this.#answersRootsChange())
      return void this.#respondWithRoots(id, written, noRoots, this.#events.roots());
    const asked = this.#selectClient(message.json, method, about);
    if (asked.kind === "nobody" && method === "roots/list" && this.#events.roots)
      return void this.#respondWithRoots(id, written, asked.because, this.#events.roots());
    if (asked.kind === "nobody") {
      this.#log(`${method}: ${asked.because}`);
      return refuse(asked.because);
    }
    const { client, call, isGuess } = asked;
    this.#owners.recordServerRequest(client, message.json);
    const goOn = this.#waitForClient(call);
    const question = call && isGuess ? withCallName(message, this.#options.server, call) : message;
    const ask = client.ask(question, call, (response) => {
      if (!this.#serverRequests.delete(id)) return;
      this.#onServerRequestsSettled();
      goOn();
      this.#respond(editText(response, [{ path: ["id"], json: written }]));
    });
    const withdraw = (cancelled?: Message) => {
      goOn();
      ask.withdraw(cancelled);
    };
    // Another question under the same id takes the place of the one before: only one can be answered.
    this.#serverRequests.get(id)?.withdraw();
    const { length: characters } = message.text;
    this.#hasSentRequests = true;
    this.#serverRequests.set(id, { withdraw, client, token: progressTokenOf(message.json), characters });
  }

  /** Whether the backend answers the word of new roots with this question for them. Counts it. */
  #answersRootsChange(): boolean {
    const [oldest] = this.#unansweredRootsChanges;
    return oldest !== undefined && this.#unansweredRootsChanges.delete(oldest);
  }

  #hasTooManyServerRequests(): boolean {
    let characters = 0;
    for (const question of this.#serverRequests.values()) characters += question.characters;
    return this.#serverRequests.size >= maxServerRequests || characters > maxServerRequestCharacters;
  }

  async #respondWithRoots(
    id: JsonRpcId,
    written: string,
    otherwise: string,
    coming: Promise<string | undefined>,
  ): Promise<void> {
    this.#serverRequests.get(id)?.withdraw();
    this.#hasSentRequests = true;
    this.#serverRequests.set(id, {
      withdraw: () => undefined,
      client: undefined,
      token: undefined,
      characters: 0,
    });
    const roots = await coming.catch(() => undefined);
    if (!this.#serverRequests.delete(id)) return;
    this.#onServerRequestsSettled();
    this.#respond(
      roots === undefined ? rpcErrorText(written, -32601, otherwise) : resultText(written, roots),
    );
  }

  /**
   * Resolves once what the backend asked in the wake of its start is answered, or has had its time: a call that comes
   * before would find it without what it asked for.
   */
  async serverRequestsSettled(withinMs: number): Promise<void> {
    if (this.era !== "initialize" || this.#ended) return;
    // By its answer it has read that the session has begun, and asked what it asks then.
    await withTimeout(this.request("ping", {}, withinMs), withinMs).catch(() => undefined);
    if (!this.#hasSentRequests) return;
    if (this.#serverRequests.size > 0) {
      this.#settled ??= Promise.withResolvers();
      await withTimeout(this.#settled.promise, withinMs);
    }
    // It looks at what it was told, folders for instance, and does not say when it has.
    await new Promise((passed) => setTimeout(passed, settleMs));
  }

  #onServerRequestsSettled(): void {
    if (this.#serverRequests.size > 0) return;
    this.#settled?.resolve();
    this.#settled = undefined;
  }

  /** While the backend waits for the client it is not late: people take their time. Returns what ends the wait. */
  #waitForClient(call: Call | undefined): () => void {
    const id = call && this.#idOf(call);
    const pending = id === undefined ? undefined : this.#pending.get(id);
    if (id === undefined || !pending?.timer) return () => undefined;
    const rearm = (ms: number) => {
      if (this.#pending.get(id) !== pending) return;
      clearTimeout(pending.timer);
      pending.timer = this.#timer(id, ms);
    };
    pending.questions++;
    rearm(Math.max(pending.timeoutMs, maxServerRequestMs));
    return () => {
      if (--pending.questions === 0) rearm(pending.timeoutMs);
    };
  }

  #selectClient(question: JsonRpc, method: string, about: JsonRpcId | undefined): SelectedClient {
    return selectClient({
      method,
      owner: this.#owners.ownerOf(question),
      streamed: typeof about === "number" ? this.#pending.get(about)?.call : undefined,
      calls: this.#oldestFirst().flatMap(([, { call }]) => (call ? [call] : [])),
      sole: this.#options.sole,
    });
  }

  #timer(id: number, timeoutMs: number): NodeJS.Timeout | undefined {
    return timeoutMs > 0 ? setTimeout(() => this.#onTimeout(id, timeoutMs), timeoutMs) : undefined;
  }

  #onTimeout(id: number, timeoutMs: number): void {
    const pending = this.#removePending(id);
    if (!pending) return;
    if (pending.call) this.#lastCall = "timed-out";
    this.send(notification("notifications/cancelled", { requestId: id, reason: "timed out" }));
    const seconds = timeoutMs / 1000;
    pending.failed(new GatewayError("request-timeout", `No answer and no progress within ${seconds} s`));
  }

  #removePending(id: number): Pending | undefined {
    const pending = this.#pending.take(id);
    if (!pending) return undefined;
    clearTimeout(pending.timer);
    if (pending.counts) this.#callEnded();
    return pending;
  }

  #oldestFirst(): [number, Pending][] {
    return this.#pending.entries().sort(([one], [other]) => one - other);
  }

  /** The id under which a call is on its way. */
  #idOf(call: Call): number | undefined {
    return this.#oldestFirst().find(([, pending]) => pending.call === call)?.[0];
  }

  #callEnded(): void {
    if (--this.#calls === 0) this.#events.idle();
  }
}

function progressTokenOf({ params }: JsonRpc): unknown {
  return (params?.["_meta"] as { progressToken?: unknown } | undefined)?.progressToken;
}

/** A client's request under an id of ours, which is its progress token as well where it has one. */
function renumbered(request: Message, id: number, hasToken: boolean): string {
  const json = String(id);
  const { outline } = request;
  if (!outline?.id) {
    const edits = [{ path: ["id"], json }, ...(hasToken ? [{ path: tokenPath, json }] : [])];
    return editText(request, edits);
  }
  const token = hasToken ? outline.progressToken : undefined;
  if (!token) return request.text.slice(0, outline.id.start) + json + request.text.slice(outline.id.end);
  return replaceSpans(request.text, [
    { ...outline.id, json },
    { ...token, json },
  ]);
}

/** A response under another id. */
function withId(response: Message, json: string): string {
  const span = response.outline?.id;
  return span
    ? response.text.slice(0, span.start) + json + response.text.slice(span.end)
    : editText(response, [{ path: ["id"], json }]);
}

function withOwnMeta(params: object, own: Envelope): object {
  return { ...params, _meta: envelopeMeta(own) };
}

/** How long a backend may wait for what a person answers. */
export const maxServerRequestMs = 60 * 60 * 1000;

const noRoots = "No client has roots";

const tokenPath = ["params", "_meta", "progressToken"];
