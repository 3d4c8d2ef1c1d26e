/**
 * A client session as one server sees it: what it wants to hear of the server, and how its requests about that reach the
 * instance. One for each server the session has to do with.
 */

import type { Call, ServerRequest } from "../backend/call.ts";
import type { Envelope } from "../backend/era.ts";
import { resultText, rpcErrorText } from "../jsonrpc/encode.ts";
import type { Message } from "../jsonrpc/message.ts";
import { editText } from "../jsonrpc/text-edit.ts";
import type { ManagedServer } from "../supervisor/managed-server.ts";
import type { Subscriber } from "../supervisor/subscription-registry.ts";
import { sendFromSession } from "./bridge/send-call.ts";
import { type Answered, type Destination, type InFlightRequest, idOf } from "./in-flight-requests.ts";
import type { Principal } from "./request-context.ts";

/** Characters of notifications that may wait for a server to start: what comes then is lost, as where it does not start. */
const mostWaiting = 1_000_000;

/** What an attachment needs of its session. */
export interface AttachedSession {
  readonly principal: Principal;
  readonly capabilities: unknown;
  readonly clientInfo: unknown;
  readonly initializeParams: string | undefined;
  can(capability: string): boolean;
  push(server: ManagedServer, text: string): void;
  ask(
    server: ManagedServer,
    request: Message,
    call: Call | undefined,
    answer: (response: Message) => void,
  ): ServerRequest;
  answerText(attachment: ServerAttachment, request: Message, outcome: Answered): string;
}

export class ServerAttachment implements Subscriber, Destination {
  readonly era = "initialize";
  readonly server: ManagedServer;
  readonly client = this;
  readonly send = sendFromSession;
  readonly #session: AttachedSession;
  /** Characters of notifications that wait for the server to start. */
  #waiting = 0;

  constructor(session: AttachedSession, server: ManagedServer) {
    this.#session = session;
    this.server = server;
  }

  get principal(): Principal {
    return this.#session.principal;
  }

  get initializeParams(): string | undefined {
    return this.#session.initializeParams;
  }

  get envelope(): Envelope {
    const { capabilities, clientInfo } = this.#session;
    const level = this.server.subscriptions.levelOf(this);
    return level === undefined ? { capabilities, clientInfo } : { capabilities, clientInfo, logLevel: level };
  }

  /** Whether the server takes messages now, or will as soon as it has started. */
  get isUp(): boolean {
    return this.server.ready(this) !== undefined || this.server.state.kind === "starting";
  }

  can(capability: string): boolean {
    return this.#session.can(capability);
  }

  push(text: string): void {
    this.#session.push(this.server, text);
  }

  ask(request: Message, call: Call | undefined, answer: (response: Message) => void): ServerRequest {
    return this.#session.ask(this.server, request, call, answer);
  }

  answerText(request: Message, outcome: Answered): string {
    return this.#session.answerText(this, request, outcome);
  }

  /** Hears log messages from this level on. */
  wantLevel(level: string): void {
    this.server.subscriptions.setLevel(this, level);
    void this.server.upstreamSubscriptions(this)?.update();
  }

  /** A shared server logs at the lowest level anybody wants; each client hears its own (protocol.md). */
  setLevel(request: InFlightRequest, message: Message): void {
    const { server } = this;
    const level = String(message.json.params?.["level"]);
    const id = idOf(message);
    if (!server.subscriptions.setLevel(this, level))
      return request.answer(rpcErrorText(id, -32602, `Unknown log level: ${level.slice(0, 100)}`));
    const ready = server.ready(this);
    const lowest = server.subscriptions.wanted(() => true).level;
    // A stateless backend is told in each call.
    if (!ready || ready.era === "stateless") return request.answer(resultText(id, "{}"));
    if (!server.isShared || lowest === undefined) return request.forward(this, message);
    server.upstreamSubscriptions(this)?.markLevel(lowest);
    const text = editText(message, [{ path: ["params", "level"], json: JSON.stringify(lowest) }]);
    request.forward(this, { text, json: message.json });
  }

  subscribe(request: InFlightRequest, message: Message): void {
    const { server } = this;
    const uri = String(message.json.params?.["uri"]);
    const ready = server.ready(this);
    if (!server.subscriptions.subscribe(this, uri))
      return request.answer(rpcErrorText(idOf(message), -32602, "Too many subscriptions: end some first"));
    if (ready?.era === "stateless") return void this.#attune(request);
    if (ready) {
      server.upstreamSubscriptions(this)?.markSubscribed("resources/subscribe", uri);
      return request.forward(this, message);
    }
    // An instance that starts for this may turn out to speak otherwise.
    server.connect(this).then(
      ({ era }) => (era === "stateless" ? void this.#attune(request) : request.forward(this, message)),
      (error: unknown) => request.fail(error),
    );
  }

  unsubscribe(request: InFlightRequest, message: Message): void {
    const { server } = this;
    const uri = String(message.json.params?.["uri"]);
    const unheard = server.subscriptions.unsubscribe(this, uri);
    const ready = server.ready(this);
    if (ready?.era === "stateless") return void this.#attune(request);
    if (!ready || (!unheard && server.isShared)) return request.answer(resultText(idOf(message), "{}"));
    server.upstreamSubscriptions(this)?.markSubscribed("resources/unsubscribe", uri);
    request.forward(this, message);
  }

  /** Passes a notification on; resolves once it has left, or cannot. */
  async notify(message: Message): Promise<void> {
    switch (message.json.method) {
      case "notifications/progress":
        return this.#sendProgress(message);
      case "notifications/roots/list_changed":
        return this.server.isShared ? this.server.rootsChanged() : this.#sendToSession(message);
      default:
        return this.#sendStarting(message.text);
    }
  }

  /** Of what another client was asked this one tells nothing. */
  #sendProgress(message: Message): void {
    const ready = this.server.ready(this);
    if (ready?.mayReportProgress(this, message.json.params?.["progressToken"])) this.#sendToSession(message);
  }

  /** The stateless era has no such notifications. */
  #sendToSession(message: Message): void {
    const ready = this.server.ready(this);
    if (ready?.era === "initialize") ready.send(message.text);
  }

  /** At once where that is possible: what the client says next may not overtake it. */
  async #sendStarting(text: string): Promise<void> {
    const ready = this.server.ready(this);
    if (ready) return ready.send(text);
    if (this.#waiting > mostWaiting) return;
    this.#waiting += text.length;
    try {
      (await this.server.connect(this)).send(text);
    } catch {
      // A notification has no answer to say so in; the state of the server does.
    } finally {
      this.#waiting -= text.length;
    }
  }

  /** A stateless backend is told of all its clients' wishes together. */
  async #attune(request: InFlightRequest): Promise<void> {
    await this.server.upstreamSubscriptions(this)?.update();
    request.answer(resultText(idOf(request.request), "{}"));
  }
}
