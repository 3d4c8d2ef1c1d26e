/**
 * One client's MCP session of the initialize era, with one server or all servers. Decides for each message whether the
 * gateway or an instance of a server answers it. Continues when instances restart and when servers are added or removed.
 * Does not know the transport.
 */

import type { Call, ServerRequest } from "../backend/call.ts";
import { asGatewayError, GatewayError } from "../base/errors.ts";
import { notification, resultText, rpcErrorText } from "../jsonrpc/encode.ts";
import { type Message, messageKind } from "../jsonrpc/message.ts";
import { editText, textAt } from "../jsonrpc/text-edit.ts";
import type { ManagedServer } from "../supervisor/managed-server.ts";
import { isLogLevel } from "../supervisor/subscription-registry.ts";
import { initializeResult } from "./bridge/era-translation.ts";
import { wrappedTools } from "./bridge/output-schema.ts";
import type { ClientHandler } from "./client-handler.ts";
import { handshakeResultFor, negotiateVersion, provisionalHandshakeResult } from "./client-handshake.ts";
import { type Answered, failOnThrow, type InFlightRequest, idOf } from "./in-flight-request.ts";
import { InFlightRequests } from "./in-flight-requests.ts";
import { ListStatusNotifier } from "./list-status-notifier.ts";
import type { ListCache } from "./lists/list-cache.ts";
import { changedMethod, kindOfList, type ListKind, listResult } from "./lists/list-kinds.ts";
import { unknownText } from "./missing-item-messages.ts";
import type { NotificationSink } from "./reply.ts";
import { localPrincipal, type Principal, type RequestContext } from "./request-context.ts";
import { mayNotify, refusalOf } from "./request-policy.ts";
import { answerText } from "./response-filter.ts";
import { ServerRequests } from "./server-requests.ts";
import { SessionAttachment } from "./session-attachment.ts";
import type { Handshake, Page, Route, Upstream } from "./upstream.ts";
import { routed } from "./upstream.ts";

export interface InitializeSessionOptions {
  /** How long `initialize` waits for a server to start before a provisional response; absent: until it is running. */
  readonly graceMs?: number;
  /** User of the client. */
  readonly principal?: Principal;
  readonly gatewayVersion: string;
  readonly listCache: ListCache;
}

export class InitializeClientSession implements ClientHandler {
  readonly principal: Principal;
  readonly #upstream: Upstream;
  readonly #sink: NotificationSink;
  readonly #options: InitializeSessionOptions;
  readonly #requests = new InFlightRequests();
  readonly #serverRequests = new ServerRequests();
  readonly #attachments = new Map<ManagedServer, SessionAttachment>();
  /** Attachments to removed servers with requests in flight. */
  readonly #leaving = new Map<ManagedServer, SessionAttachment>();
  readonly #notices: ListStatusNotifier;
  readonly #stopListening: () => void;
  #capabilities: Record<string, unknown> = {};
  #clientInfo: unknown;
  #initializeParams: string | undefined;
  #version: string | undefined;
  /** Whether the client got a provisional response with all capabilities. */
  #isProvisional = false;
  /** The level the client set for all servers. */
  #level: string | undefined;

  constructor(upstream: Upstream, sink: NotificationSink, options: InitializeSessionOptions) {
    this.#upstream = upstream;
    this.#sink = sink;
    this.#options = options;
    this.principal = options.principal ?? localPrincipal;
    this.#notices = new ListStatusNotifier(upstream, (text) => this.push(undefined, text));
    this.#stopListening = upstream.onServers(() => this.#onServers());
    this.#attachAll();
  }

  get version(): string | undefined {
    return this.#version;
  }

  get clientInfo(): unknown {
    return this.#clientInfo;
  }

  get capabilities(): unknown {
    return this.#capabilities;
  }

  get initializeParams(): string | undefined {
    return this.#initializeParams;
  }

  get orphaned(): boolean {
    return this.#upstream.only?.isRemoved === true && this.#requests.size === 0;
  }

  /** Only for a single server. With several servers each call waits by itself, so that a slow server blocks no other. */
  get congested(): Promise<void> | undefined {
    const { only } = this.#upstream;
    const attachment = only && this.#attachments.get(only);
    return attachment && only.ready(attachment)?.congested;
  }

  can(capability: string): boolean {
    return this.#capabilities[capability] !== undefined;
  }

  /** Sends a server's message that belongs to no request. */
  push(server: ManagedServer | undefined, text: string): void {
    // The protocol does not allow notifications before `initialize`.
    if (this.#version === undefined) return;
    if (server && !this.#upstream.only && this.#notices.isChange(text)) return;
    this.#sink.push(server ? this.#upstream.fromServer(server, text) : text);
  }

  ask(
    server: ManagedServer,
    request: Message,
    call: Call | undefined,
    answer: (response: Message) => void,
  ): ServerRequest {
    const push = call ? (text: string) => call.push(text) : (text: string) => this.push(server, text);
    return this.#serverRequests.ask(request, push, answer);
  }

  answerText(attachment: SessionAttachment, request: Message, outcome: Answered): string {
    const { server } = attachment;
    const response = { server, client: attachment, request, outcome, isPromised: this.#isProvisional };
    const text = answerText(response, this.#options.listCache);
    return this.#upstream.answerOf(server, text);
  }

  handle(message: Message, context: RequestContext): void {
    switch (messageKind(message.json)) {
      case "request":
        return this.#onRequest(message, context);
      case "notification":
        return this.#onNotification(message);
      case "response":
        return this.#serverRequests.answered(message);
      case "invalid":
        return context.reply.fail(new GatewayError("invalid-request", "Not a JSON-RPC 2.0 message"), "null");
    }
  }

  settled(): Promise<void> {
    return this.#requests.settled();
  }

  /** Requests of this era end by themselves. */
  finish(): void {}

  async close(): Promise<void> {
    this.#stopListening();
    this.#notices.close();
    this.#requests.close();
    this.#serverRequests.close();
    await Promise.all(this.#all().map((attachment) => attachment.server.leave(attachment)));
  }

  #onRequest(message: Message, context: RequestContext): void {
    const { method = "" } = message.json;
    if (method === "initialize") return void this.#initialize(message, context);
    if (method === "ping") return context.reply.end(resultText(idOf(message), "{}"));
    const request = this.#requests.begin(message, context);
    if (request) failOnThrow(request, () => this.#serve(request));
  }

  #serve(request: InFlightRequest): void {
    const { method = "" } = request.request.json;
    const list = kindOfList(method);
    const page = list && this.#upstream.list(list, request.request, request.context);
    if (list && page) void this.#list(request, list, page);
    else if (method === "logging/setLevel" && !this.#upstream.only) this.#setLevelOfAll(request);
    else this.#route(request);
  }

  async #initialize(message: Message, context: RequestContext): Promise<void> {
    const id = idOf(message);
    const version = this.#adopt(message);
    try {
      const attached = (server: ManagedServer) => this.#attached(server);
      const handshake = await this.#upstream.handshake(attached, "initialize", this.#options.graceMs);
      this.#isProvisional = handshake.kind === "provisional";
      context.reply.end(this.#initialized(handshake, id, version));
    } catch (error) {
      context.reply.fail(asGatewayError(error), id);
    }
  }

  #initialized(handshake: Handshake, id: string, version: string): string {
    if (handshake.kind === "provisional")
      return provisionalHandshakeResult(handshake, id, version, this.#options.gatewayVersion);
    const { result, name, isOwn } = handshake;
    if (result.era === "stateless") return resultText(id, initializeResult(result, name, version));
    if (!isOwn) return handshakeResultFor(result.response, id, version);
    // The client's own instance answered the client's own params, so its version is the negotiated one.
    const own = (result.response.json.result as { protocolVersion?: unknown } | undefined)?.protocolVersion;
    if (typeof own === "string") this.#version = own;
    return editText(result.response, [{ path: ["id"], json: id }]);
  }

  /** Stores the data of the client's `initialize`. Returns the protocol version. */
  #adopt(initialize: Message): string {
    const { params } = initialize.json;
    this.#capabilities = (params?.["capabilities"] as Record<string, unknown> | undefined) ?? {};
    this.#clientInfo = params?.["clientInfo"];
    this.#initializeParams = textAt(initialize, ["params"]);
    this.#version = negotiateVersion(params?.["protocolVersion"]);
    return this.#version;
  }

  async #list(
    request: InFlightRequest,
    kind: ListKind,
    pagePromise: Promise<Page | undefined>,
  ): Promise<void> {
    try {
      const page = await pagePromise;
      if (!page) return this.#route(request);
      this.#notices.missing(kind, page);
      const items = kind === "tools" ? wrappedTools(page.items) : page.items;
      request.answer(
        resultText(idOf(request.request), listResult(kind, items, page.nextCursor, page.members)),
      );
    } catch (error) {
      request.fail(error);
    }
  }

  #route(request: InFlightRequest): void {
    routed(this.#upstream, request, (one, route) => this.#follow(one, route));
  }

  #follow(request: InFlightRequest, route: Route): void {
    const id = idOf(request.request);
    switch (route.kind) {
      case "server":
        return this.#send(request, route.server, route.request);
      case "answer":
        return request.answer(resultText(id, route.result));
      case "unrouted":
        return request.answer(rpcErrorText(id, -32601, `Method not found: ${request.request.json.method}`));
      case "unknown": {
        const code = route.what === "resource" ? -32002 : -32602;
        return request.answer(rpcErrorText(id, code, unknownText(route.what, route.name)));
      }
    }
  }

  #send(request: InFlightRequest, server: ManagedServer, message: Message): void {
    const to = this.#attachments.get(server);
    if (!to) return request.fail(new GatewayError("server-not-found", "The server was removed"));
    const refusal = refusalOf(
      { request: message, server, client: to, context: request.context },
      this.#options.listCache,
    );
    if (refusal !== undefined) return request.answer(refusal);
    if (!to.changeSubscriptions(request, message)) request.forward(to, message);
  }

  #setLevelOfAll(request: InFlightRequest): void {
    const level = String(request.request.json.params?.["level"]);
    const id = idOf(request.request);
    if (!isLogLevel(level))
      return request.answer(rpcErrorText(id, -32602, `Unknown log level: ${level.slice(0, 100)}`));
    this.#level = level;
    for (const attachment of this.#attachments.values()) attachment.wantLevel(level);
    request.answer(resultText(id, "{}"));
  }

  #onNotification(message: Message): void {
    const { method, params } = message.json;
    // The gateway sends `initialized` to each backend itself. Backends only need to know that there are more roots.
    if (method === "notifications/initialized")
      return this.can("roots")
        ? this.#notified().forEach(({ server }) => void server.rootsChanged())
        : undefined;
    if (method === "notifications/cancelled") return this.#requests.cancel(params?.["requestId"], message);
    for (const attachment of this.#notified())
      if (mayNotify(message, attachment.server)) this.#requests.track(attachment.notify(message));
  }

  /** Receivers of a notification. With several servers it does not start a server. */
  #notified(): SessionAttachment[] {
    return this.#upstream.only ? this.#all() : this.#all().filter((attachment) => attachment.isUp);
  }

  #all(): SessionAttachment[] {
    return [...this.#attachments.values(), ...this.#leaving.values()];
  }

  #attached(server: ManagedServer): SessionAttachment {
    const attachment = this.#attachments.get(server);
    if (!attachment) throw new GatewayError("server-not-found", `Server '${server.id}' not found`);
    return attachment;
  }

  #onServers(): void {
    this.#attachAll();
    for (const kind of ["tools", "resources", "prompts"] as const)
      this.push(undefined, notification(changedMethod(kind), {}));
  }

  /** Attaches the session to all servers of the upstream, and detaches it from others. */
  #attachAll(): void {
    const served = new Set(this.#upstream.servers());
    for (const [server, attachment] of this.#attachments) {
      if (served.has(server)) continue;
      this.#attachments.delete(server);
      void this.#leave(server, attachment);
    }
    for (const server of served) if (!this.#attachments.has(server)) this.#attach(server);
  }

  async #leave(server: ManagedServer, attachment: SessionAttachment): Promise<void> {
    this.#leaving.set(server, attachment);
    await this.#requests.settled(server);
    // The server may have been added again.
    if (this.#leaving.delete(server)) await server.leave(attachment);
  }

  #attach(server: ManagedServer): void {
    const leaving = this.#leaving.get(server);
    this.#leaving.delete(server);
    const attachment = leaving ?? new SessionAttachment(this, server);
    this.#attachments.set(server, attachment);
    if (leaving) return;
    server.join(attachment);
    if (this.#level !== undefined) attachment.wantLevel(this.#level);
  }
}
