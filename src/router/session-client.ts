/**
 * A client session as one server sees it, with its log level and subscriptions. There is one for each server of the
 * session.
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

/** Characters of notifications that may wait for a server to start. Later notifications are dropped. */
const mostWaiting = 1_000_000;

/** Interface of the session for its attachments. */
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
  answerText(attachment: SessionClient, request: Message, outcome: Answered): string;
}

export class SessionClient implements Subscriber, Destination {
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

  /** Whether the server is running or starting. */
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

  /** Sets the lowest level of log messages for the client. */
  wantLevel(level: string): void {
    this.server.subscriptions.setLevel(this, level);
    void this.server.upstreamSubscriptions(this)?.update();
  }

  /** Handles `logging/setLevel`. A shared server uses the lowest level of all clients; each client gets its own (protocol.md). */
  setLevel(request: InFlightRequest, message: Message): void {
    const { server } = this;
    const level = String(message.json.params?.["level"]);
    const id = idOf(message);
    if (!server.subscriptions.setLevel(this, level))
      return request.answer(rpcErrorText(id, -32602, `Unknown log level: ${level.slice(0, 100)}`));
    const ready = server.ready(this);
    const lowest = server.subscriptions.wanted(() => true).level;
    // A stateless backend gets the level in each call.
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
      return request.answer(
        rpcErrorText(idOf(message), -32602, "Too many subscriptions: unsubscribe from some resources first"),
      );
    if (ready?.era === "stateless") return void this.#updateUpstream(request);
    if (ready) {
      server.upstreamSubscriptions(this)?.markSubscribed("resources/subscribe", uri);
      return request.forward(this, message);
    }
    // The era is known only after the instance has started.
    server.connect(this).then(
      ({ era }) =>
        era === "stateless" ? void this.#updateUpstream(request) : request.forward(this, message),
      (error: unknown) => request.fail(error),
    );
  }

  unsubscribe(request: InFlightRequest, message: Message): void {
    const { server } = this;
    const uri = String(message.json.params?.["uri"]);
    const isLast = server.subscriptions.unsubscribe(this, uri);
    const ready = server.ready(this);
    if (ready?.era === "stateless") return void this.#updateUpstream(request);
    if (!ready || (!isLast && server.isShared)) return request.answer(resultText(idOf(message), "{}"));
    server.upstreamSubscriptions(this)?.markSubscribed("resources/unsubscribe", uri);
    request.forward(this, message);
  }

  /** Forwards a notification. Resolves once it was sent or dropped. */
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

  /** Forwards progress, unless the token belongs to another client's request. */
  #sendProgress(message: Message): void {
    const ready = this.server.ready(this);
    if (ready?.mayReportProgress(this, message.json.params?.["progressToken"])) this.#sendToSession(message);
  }

  /** Sends a notification to a backend with a session. The stateless era does not have such notifications. */
  #sendToSession(message: Message): void {
    const ready = this.server.ready(this);
    if (ready?.era === "initialize") ready.send(message.text);
  }

  /** Sends synchronously where possible, so that the client's next message does not overtake it. */
  async #sendStarting(text: string): Promise<void> {
    const ready = this.server.ready(this);
    if (ready) return ready.send(text);
    if (this.#waiting > mostWaiting) return;
    this.#waiting += text.length;
    try {
      (await this.server.connect(this)).send(text);
    } catch {
      // A notification has no response for an error. The state of the server shows it.
    } finally {
      this.#waiting -= text.length;
    }
  }

  /** Updates the combined subscriptions of all clients at a stateless backend, then answers. */
  async #updateUpstream(request: InFlightRequest): Promise<void> {
    await this.server.upstreamSubscriptions(this)?.update();
    request.answer(resultText(idOf(request.request), "{}"));
  }
}
