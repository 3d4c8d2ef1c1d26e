/**
 * A client session as one server sees it, with its log level and subscriptions. There is one for each server of the
 * session.
 */

import type { Call, ServerRequest } from "../backend/call.ts";
import type { Envelope } from "../backend/era.ts";
import type { Message } from "../jsonrpc/message.ts";
import type { ManagedServer } from "../supervisor/managed-server.ts";
import type { Subscriber } from "../supervisor/subscription-registry.ts";
import { sendFromSession } from "./bridge/send-call.ts";
import type { Answered, Destination, InFlightRequest } from "./in-flight-request.ts";
import type { Principal } from "./request-context.ts";

/** Characters of notifications that may wait for a server to start. Later notifications are dropped. */
const mostWaiting = 1_000_000;

/** Interface of the session for its attachments. */
export interface AttachmentHost {
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
  answerText(attachment: SessionAttachment, request: Message, outcome: Answered): string;
}

export class SessionAttachment implements Subscriber, Destination {
  readonly era = "initialize";
  readonly server: ManagedServer;
  readonly client = this;
  readonly send = sendFromSession;
  readonly #session: AttachmentHost;
  /** Characters of notifications that wait for the server to start. */
  #waiting = 0;

  constructor(session: AttachmentHost, server: ManagedServer) {
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
    void this.server.subscriptions.wantLevel(this, level);
  }

  /** Handles `logging/setLevel`, `resources/subscribe` and `resources/unsubscribe`. Returns whether it is one of them. */
  changeSubscriptions(request: InFlightRequest, { json }: Message): boolean {
    const { subscriptions } = this.server;
    const text = (name: string) => String(json.params?.[name]);
    switch (json.method) {
      case "logging/setLevel":
        request.awaitAnswer(this, subscriptions.setLevel(this, text("level")));
        return true;
      case "resources/subscribe":
        request.awaitAnswer(this, subscriptions.subscribe(this, text("uri")));
        return true;
      case "resources/unsubscribe":
        request.awaitAnswer(this, subscriptions.unsubscribe(this, text("uri")));
        return true;
      default:
        return false;
    }
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
}
