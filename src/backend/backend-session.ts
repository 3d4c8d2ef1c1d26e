/**
 * One MCP session with one backend, shared by any number of clients (protocol.md, *Rules for the middle*).
 * Replaces ids and progress tokens by unique ones for the backend, and restores them for each client.
 * Does not start or stop the backend, and does not know its transport.
 */

import { GatewayError, messageOf } from "../base/errors.ts";
import { IdMap } from "../base/id-map.ts";
import { withTimeout } from "../base/timeout.ts";
import { idAsWritten, notification, requestText, resultText, rpcErrorText } from "../jsonrpc/encode.ts";
import {
  isId,
  type JsonRpc,
  type JsonRpcId,
  type Message,
  messageKind,
  parseMessage,
  scanOrRefuse,
} from "../jsonrpc/message.ts";
import { editText, replaceSpans } from "../jsonrpc/text-edit.ts";
import type { Call, Client, ServerRequest } from "./call.ts";
import type { Channel, ChannelEvents } from "./channel.ts";
import { type SelectedClient, selectClient, withCallName } from "./client-selection.ts";
import { type Envelope, type Era, envelopeMeta, subscriptionOf, withoutSubscription } from "./era.ts";
import { type HandshakeOptions, handshake } from "./handshake.ts";
import { TaskAndUrlOwners } from "./task-and-url-owners.ts";
import { requestIdIn, UnmatchedResponses } from "./unmatched-responses.ts";
import { UnreadAnswerLimit } from "./unread-answer-limit.ts";

/** A request that the backend must answer: a client's call, or one of the gateway. */
interface Pending {
  /** Absent for requests of the gateway. */
  readonly call: Call | undefined;
  /** Whether it counts as a call in flight. A part of an acquired call does not; see `acquire`. */
  readonly counts: boolean;
  /** The client's progress token as JSON text, if there is one. */
  readonly token: string | undefined;
  /** Absent for requests without a timeout. */
  timer: NodeJS.Timeout | undefined;
  readonly timeoutMs: number;
  /** Number of requests of the backend about this call that the client has not answered yet. */
  openRequests: number;
  answered(response: Message): void;
  failed(error: GatewayError): void;
}

/** A request of the backend that waits for a client. */
interface PendingServerRequest extends ServerRequest {
  readonly client: Client | undefined;
  /** Progress token that the backend gave it. */
  readonly token: unknown;
  readonly characters: number;
}

/** A subscription of the gateway. */
export interface BackendSubscription {
  readonly acknowledged: Promise<void>;
  /** After "refused" a new attempt would fail as well. */
  readonly ended: Promise<"refused" | "over">;
  close(): void;
}

export interface BackendSessionEvents {
  /** A notification that belongs to no call: log messages, changed lists, updated resources, unknown ones. */
  notification(message: Message): void;
  /** The last request in flight has ended. */
  idle(): void;
  /** Returns the roots of all clients, for requests outside of a call: a result of `roots/list` as JSON text, if any. */
  roots?(): Promise<string | undefined>;
}

export interface BackendSessionOptions {
  /** Envelope of the gateway's own requests. */
  readonly own: Envelope;
  /** The only client, where the instance belongs to one client session. It receives requests even without a call. */
  readonly sole?: Client | undefined;
  /** Id of the server, shown to users in its questions. */
  readonly server: string;
  readonly log: (line: string) => void;
}

/** Time for a backend to process the answers to the requests it sent at its start. */
const settleMs = 100;

/** How long a `roots/list` counts as the reaction to changed roots, if the backend does not answer the ping. */
const newRootsMs = 5_000;

/** Limits of the requests of a backend that wait for clients: their number, and their total length without the newest. */
const maxServerRequests = 1_000;
const maxServerRequestCharacters = 64 * 1024 * 1024;

export class BackendSession implements ChannelEvents {
  readonly #events: BackendSessionEvents;
  readonly #options: BackendSessionOptions;
  readonly #pending = new IdMap<number, Pending>();
  readonly #serverRequests = new Map<JsonRpcId, PendingServerRequest>();
  /** Whether the backend has sent a request in this session. */
  #hasSentRequests = false;
  /** Notifications of changed roots to which the backend may still react with `roots/list`, oldest first. */
  readonly #unansweredRootsChanges = new Set<symbol>();
  readonly #acquired = new Set<{ ended(error: GatewayError): void }>();
  readonly #owners = new TaskAndUrlOwners();
  /** Subscriptions of the gateway, each with the callback for its acknowledgement. */
  readonly #subscriptions = new Map<number, () => void>();
  readonly #replies = new UnreadAnswerLimit((because) => this.#abort(because));
  /** Era of the backend, valid after `open`. */
  era: Era = "initialize";
  /** The backend's response to `initialize` or `server/discover`, once it arrived. */
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

  /** How the latest client call ended, ignoring failed and cancelled calls; `undefined` before the first. */
  get lastCall(): "answered" | "timed-out" | undefined {
    return this.#lastCall;
  }

  get ended(): boolean {
    return this.#ended !== undefined;
  }

  /** Whether the channel reported that it accepts no more messages and is about to end. */
  get lost(): boolean {
    return this.#lost;
  }

  /** Why this session ended the instance, if it did. */
  get abortReason(): string | undefined {
    return this.#abortReason;
  }

  /** Number of calls in flight, without requests of the gateway. */
  get inFlight(): number {
    return this.#calls;
  }

  /**
   * For a call that consists of several requests to the backend. It counts as in flight until the returned function is
   * called. `ended` is called when the connection ends before that.
   */
  acquire(ended: (error: GatewayError) => void): () => void {
    // An object of its own, because the same function may be passed twice.
    const held = { ended };
    this.#calls++;
    this.#acquired.add(held);
    return () => {
      if (this.#acquired.delete(held)) this.#callEnded();
    };
  }

  /** Milliseconds since the backend last answered a request. Other messages do not prove that it is healthy. */
  get unansweredMs(): number {
    return performance.now() - this.#answeredAt;
  }

  /** Set while the backend reads slower than the gateway writes. */
  get congested(): Promise<void> | undefined {
    return this.#channel?.congested;
  }

  /** Clients with calls in flight. */
  callers(): Set<Client> {
    const callers = new Set<Client>();
    for (const [, { call }] of this.#pending.entries()) if (call) callers.add(call.client);
    return callers;
  }

  /** Performs the handshake. Rejects with `start-failed`. */
  async open(channel: Channel, request: HandshakeOptions): Promise<void> {
    this.#channel = channel;
    const { era, response: answer } = await handshake(request, (method, params) =>
      this.#sendHandshake(method, params),
    );
    this.era = era;
    this.handshakeResponse = answer;
    if (era === "initialize") this.send(notification("notifications/initialized", {}));
  }

  /** Sends a request of the gateway. Resolves with the response, even an error response. Rejects if none arrives. */
  request(method: string, params: object, timeoutMs: number): Promise<Message> {
    const sent = this.era === "stateless" ? withOwnMeta(params, this.#options.own) : params;
    return this.#request(method, JSON.stringify(sent), timeoutMs).answer;
  }

  /**
   * Subscribes to changes (stateless era, `subscriptions/listen`). `acknowledged` resolves once the backend acknowledged
   * it. `ended` resolves when the subscription ends, at the latest with the connection. Neither rejects.
   */
  subscribe(filter: object): BackendSubscription {
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
      this.#removePending(id)?.failed(new GatewayError("server-ended", "the subscription was closed"));
    };
    return { acknowledged: acknowledged.promise, ended, close };
  }

  /**
   * Notifies the backend that the union of all clients' roots changed. Its next `roots/list` gets the roots of all clients,
   * even while calls are in flight, because the backend uses them for all clients (protocol.md, *Shared instance*).
   */
  notifyRootsChanged(): void {
    const change = Symbol("new roots");
    this.#unansweredRootsChanges.add(change);
    this.send(notification("notifications/roots/list_changed", {}));
    // Before the ping it has read the notification and sent its requests for it. Later requests are about calls.
    const read = () => this.#unansweredRootsChanges.delete(change);
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
      this.#pending.set(id, {
        call: undefined,
        counts: false,
        token: undefined,
        timer,
        timeoutMs,
        openRequests: 0,
        answered,
        failed,
      });
      this.#channel?.send(requestText(id, method, params));
    });
    return { id, answer };
  }

  /** Whether a client may access a task. The tasks of other clients are not accessible. */
  mayUseTask(client: Client, taskId: unknown): boolean {
    return this.#owners.mayUse(client, taskId);
  }

  /** Whether a client may report progress for this token. It may not if the token belongs to another client's request. */
  mayReportProgress(client: Client, token: unknown): boolean {
    const requests = [...this.#serverRequests.values()].filter((request) => request.token === token);
    return requests.length === 0 || requests.some((request) => request.client === client);
  }

  /**
   * Forwards a client's request, or (`held`) a part of an acquired call. `timeoutMs` is the time without progress; 0
   * means no timeout.
   */
  call(call: Call, timeoutMs: number, held = false): void {
    if (this.#ended) return call.settle({ kind: "failed", error: this.#ended });
    const { request } = call;
    const id = ++this.#lastId;
    const given = progressTokenOf(request.json);
    const token = isId(given) ? idAsWritten(request, tokenPath, given) : undefined;
    const clientId = idAsWritten(request, ["id"], request.json.id as JsonRpcId);
    const text = renumbered(request, id, token !== undefined);
    if (!held) this.#calls++;
    this.#pending.set(id, {
      call,
      counts: !held,
      token,
      timeoutMs,
      openRequests: 0,
      timer: this.#timer(id, timeoutMs),
      answered: (message) => {
        this.#owners.recordResponse(call.client, message, token === undefined ? undefined : { id, token });
        call.settle({ kind: "answered", message, text: withId(message, clientId) });
      },
      failed: (error) => call.settle({ kind: "failed", error }),
    });
    this.#channel?.send(text);
  }

  /** Forwards a client's `notifications/cancelled`. A later response is dropped. */
  cancel(call: Call, cancelled: Message): void {
    const id = this.#idOf(call);
    if (id === undefined) return;
    this.#removePending(id);
    this.send(editText(cancelled, [{ path: ["params", "requestId"], json: String(id) }]));
    call.settle({ kind: "cancelled" });
  }

  /** Selects another client for a request of the backend whose call ended without an answer to it. */
  reassign(request: Message): void {
    if (this.#serverRequests.delete(request.json.id as JsonRpcId)) this.#onRequest(request);
  }

  /** Sends a notification or response to the backend unchanged. */
  send(text: string): void {
    this.#channel?.send(text);
  }

  /** The channel ended. All requests in flight fail, and the backend's requests to clients are withdrawn. */
  end(error: GatewayError): void {
    this.#channel = undefined;
    this.#ended = error;
    this.#replies.close();
    for (const request of this.#serverRequests.values()) request.withdraw();
    this.#serverRequests.clear();
    for (const [id] of this.#oldestFirst()) this.#removePending(id)?.failed(error);
    for (const held of [...this.#acquired]) held.ended(error);
  }

  message(message: Message, about?: JsonRpcId): void {
    try {
      this.#onMessage(message, about);
    } catch (error) {
      // A message of a backend must not end the gateway. A message that cannot be processed is logged and dropped.
      this.#log(`dropped a message that could not be processed: ${messageOf(error)}`);
    }
  }

  #onMessage(message: Message, about: JsonRpcId | undefined): void {
    const { json } = message;
    const refused = scanOrRefuse(message);
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

  /** Drops a message that can be read in two ways. The waiting client or backend gets an error. */
  #refuse({ json }: Message, because: string): void {
    this.#log(`refused a message: ${because}`);
    const answered = json.method === undefined ? requestIdIn(json.id) : undefined;
    if (answered !== undefined) {
      const why = `The gateway refused the server's answer: ${because}`;
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

  /** Ends a backend that does not follow the protocol. */
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
    if (!pending) return this.#log(`a message could not be sent: ${because}`);
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
        new GatewayError("server-ended", `The answer could not be forwarded: ${messageOf(error)}`),
      );
    }
  }

  /** An error without an id during the handshake belongs to the only pending request. */
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
    // The subscription id is one of the gateway's, even if the subscription has ended. Clients must not see it.
    const hasSubscription = subscriptionOf(message.json) !== undefined;
    this.#events.notification(hasSubscription ? withoutSubscription(message) : message);
  }

  #onProgress(message: Message, token: unknown): void {
    const id = isId(token) ? requestIdIn(token) : undefined;
    const pending = id === undefined ? undefined : this.#pending.get(id);
    const withToken = (written: string) =>
      editText(message, [{ path: ["params", "progressToken"], json: written }]);
    if (pending?.call && pending.token !== undefined) {
      pending.timer?.refresh();
      return pending.call.push(withToken(pending.token));
    }
    const task = this.#owners.progressOf(id);
    task?.client.push(withToken(task.token));
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
    if (this.#hasTooManyServerRequests()) return refuse("Too many requests are waiting for an answer");
    if (method === "roots/list" && this.#events.roots && about === undefined && this.#answersRootsChange())
      return void this.#respondWithRoots(id, written, noRoots, this.#events.roots());
    const selected = this.#selectClient(message.json, method, about);
    if (selected.kind === "none" && method === "roots/list" && this.#events.roots)
      return void this.#respondWithRoots(id, written, selected.because, this.#events.roots());
    if (selected.kind === "none") {
      this.#log(`${method}: ${selected.because}`);
      return refuse(selected.because);
    }
    const { client, call, isGuess } = selected;
    this.#owners.recordServerRequest(client, message.json);
    const endWait = this.#waitForClient(call);
    const request = call && isGuess ? withCallName(message, this.#options.server, call) : message;
    const sent = client.ask(request, call, (response) => {
      if (!this.#serverRequests.delete(id)) return;
      this.#onServerRequestsSettled();
      endWait();
      this.#respond(editText(response, [{ path: ["id"], json: written }]));
    });
    const withdraw = (cancelled?: Message) => {
      endWait();
      sent.withdraw(cancelled);
    };
    // A request with the same id replaces the one before, because only one of them can be answered.
    this.#serverRequests.get(id)?.withdraw();
    const { length: characters } = message.text;
    this.#hasSentRequests = true;
    this.#serverRequests.set(id, { withdraw, client, token: progressTokenOf(message.json), characters });
  }

  /** Whether this `roots/list` is the reaction to a notification of changed roots. Consumes that notification. */
  #answersRootsChange(): boolean {
    const [oldest] = this.#unansweredRootsChanges;
    return oldest !== undefined && this.#unansweredRootsChanges.delete(oldest);
  }

  #hasTooManyServerRequests(): boolean {
    let characters = 0;
    for (const request of this.#serverRequests.values()) characters += request.characters;
    return this.#serverRequests.size >= maxServerRequests || characters > maxServerRequestCharacters;
  }

  async #respondWithRoots(
    id: JsonRpcId,
    written: string,
    refusal: string,
    rootsPromise: Promise<string | undefined>,
  ): Promise<void> {
    this.#serverRequests.get(id)?.withdraw();
    this.#hasSentRequests = true;
    this.#serverRequests.set(id, {
      withdraw: () => undefined,
      client: undefined,
      token: undefined,
      characters: 0,
    });
    const roots = await rootsPromise.catch(() => undefined);
    if (!this.#serverRequests.delete(id)) return;
    this.#onServerRequestsSettled();
    this.#respond(roots === undefined ? rpcErrorText(written, -32601, refusal) : resultText(written, roots));
  }

  /**
   * Resolves once the requests that the backend sent at its start are answered, or after `withinMs`. An earlier call could
   * reach the backend before it has the answers.
   */
  async serverRequestsSettled(withinMs: number): Promise<void> {
    if (this.era !== "initialize" || this.#ended) return;
    // Before the ping it has read `notifications/initialized` and sent its requests.
    await withTimeout(this.request("ping", {}, withinMs), withinMs).catch(() => undefined);
    if (!this.#hasSentRequests) return;
    if (this.#serverRequests.size > 0) {
      this.#settled ??= Promise.withResolvers();
      await withTimeout(this.#settled.promise, withinMs);
    }
    // The backend still processes the answers (it may read folders), and does not report when it is done.
    await new Promise((passed) => setTimeout(passed, settleMs));
  }

  #onServerRequestsSettled(): void {
    if (this.#serverRequests.size > 0) return;
    this.#settled?.resolve();
    this.#settled = undefined;
  }

  /** Extends the timeout of a call while the backend waits for the client. Returns a function that ends the wait. */
  #waitForClient(call: Call | undefined): () => void {
    const id = call && this.#idOf(call);
    const pending = id === undefined ? undefined : this.#pending.get(id);
    if (id === undefined || !pending?.timer) return () => undefined;
    const rearm = (ms: number) => {
      if (this.#pending.get(id) !== pending) return;
      clearTimeout(pending.timer);
      pending.timer = this.#timer(id, ms);
    };
    pending.openRequests++;
    rearm(Math.max(pending.timeoutMs, maxServerRequestMs));
    return () => {
      if (--pending.openRequests === 0) rearm(pending.timeoutMs);
    };
  }

  #selectClient(request: JsonRpc, method: string, about: JsonRpcId | undefined): SelectedClient {
    return selectClient({
      method,
      owner: this.#owners.ownerOf(request),
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

  /** The id of a call at the backend. */
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

/** A client's request with the gateway's id, which replaces its progress token as well. */
function renumbered(request: Message, id: number, hasToken: boolean): string {
  const json = String(id);
  const { spans: outline } = request;
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

/** A response with another id. */
function withId(response: Message, json: string): string {
  const span = response.spans?.id;
  return span
    ? response.text.slice(0, span.start) + json + response.text.slice(span.end)
    : editText(response, [{ path: ["id"], json }]);
}

function withOwnMeta(params: object, own: Envelope): object {
  return { ...params, _meta: envelopeMeta(own) };
}

/** Timeout of a call while the backend waits for the answer of a user. */
export const maxServerRequestMs = 60 * 60 * 1000;

const noRoots = "No client has roots";

const tokenPath = ["params", "_meta", "progressToken"];
