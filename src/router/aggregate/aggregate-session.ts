/**
 * One client's MCP session with all servers as one (gateway.md, `/mcp`): lists are put together, everything else goes
 * to the server its name or URI says, in a client session of its own. Knows no transport and starts nothing itself.
 */

import { asGatewayError, GatewayError } from "../../base/errors.ts";
import { kindOf, type Message } from "../../connection/message.ts";
import { notification, resultText, rpcErrorText } from "../../connection/messages.ts";
import type { Server } from "../../supervisor/server.ts";
import { idOf } from "../calls.ts";
import { ClientSession } from "../client-session.ts";
import { negotiated } from "../handshake.ts";
import { changedMethod, kindOfList, type ListKind, listResult } from "../listings/listing.ts";
import { questionIds } from "../questions.ts";
import type { Outlet, Reply } from "../reply.ts";
import type { Session } from "../session.ts";
import type { Directory, Found, Missing } from "./directory.ts";
import { fromServer, methodNotFound, missingNotice, namingServer, renamed, unknownText } from "./requests.ts";

export class AggregateSession implements Session {
  readonly orphaned = false;
  readonly #directory: Directory;
  readonly #gatewayVersion: string;
  readonly #outlet: Outlet;
  readonly #parts = new Map<Server, ClientSession>();
  /** Those of servers that were taken away and finish what is in flight. */
  readonly #leaving = new Map<Server, ClientSession>();
  readonly #nextQuestionId = questionIds();
  /** Requests whose server is not known yet. */
  readonly #unrouted = new Map<Message, Reply>();
  readonly #stopListening: () => void;
  #initialize: Message | undefined;
  #level: Message | undefined;
  #version: string | undefined;

  /** `gatewayVersion` is told to servers and clients. */
  constructor(directory: Directory, gatewayVersion: string, outlet: Outlet) {
    this.#directory = directory;
    this.#gatewayVersion = gatewayVersion;
    this.#outlet = outlet;
    this.#stopListening = directory.onReload(() => this.#onReload());
    this.#joinAll();
  }

  get version(): string | undefined {
    return this.#version;
  }

  /** A slow server must not hold up the calls of the others: each of its calls waits by itself. */
  get congested(): undefined {
    return undefined;
  }

  handle(message: Message, reply: Reply): void {
    switch (kindOf(message.json)) {
      case "request":
        return this.#onRequest(message, reply);
      case "notification":
        if (message.json.method !== "notifications/cancelled") return this.#tellThoseUp(message, reply);
        this.#cancelUnrouted(message);
        // It finds its call.
        return this.#tellAll(message, reply);
      case "response":
        // It finds its question.
        return this.#tellAll(message, reply);
      case "invalid":
        return reply.fail(new GatewayError("invalid-request", "Not a JSON-RPC 2.0 message"), "null");
    }
  }

  async close(): Promise<void> {
    this.#stopListening();
    for (const reply of this.#unrouted.values()) reply.drop();
    this.#unrouted.clear();
    await Promise.all(this.#all().map((part) => part.close()));
  }

  /** What is addressed to no server in particular starts none. */
  #tellThoseUp(message: Message, reply: Reply): void {
    for (const part of this.#all()) if (part.isUp) part.handle(message, reply);
  }

  #tellAll(message: Message, reply: Reply): void {
    for (const part of this.#all()) part.handle(message, reply);
  }

  #all(): ClientSession[] {
    return [...this.#parts.values(), ...this.#leaving.values()];
  }

  #cancelUnrouted({ json: { params } }: Message): void {
    for (const [request, reply] of this.#unrouted)
      if (request.json.id === params?.["requestId"] && this.#unrouted.delete(request)) reply.drop();
  }

  #onRequest(message: Message, reply: Reply): void {
    const { method = "" } = message.json;
    const list = kindOfList(method);
    if (list) return void this.#list(message, list, reply);
    switch (method) {
      case "initialize":
        return this.#onInitialize(message, reply);
      case "ping":
        return reply.end(resultText(idOf(message), "{}"));
      case "logging/setLevel":
        return this.#setLevel(message, reply);
      default:
        return void this.#route(message, reply);
    }
  }

  #onInitialize(message: Message, reply: Reply): void {
    this.#initialize = message;
    this.#version = negotiated(message.json.params?.["protocolVersion"]);
    for (const part of this.#parts.values()) part.adopt(message);
    const { instructions, ...introduction } = this.#directory.introduction();
    const result = {
      protocolVersion: this.#version,
      ...introduction,
      ...(instructions !== undefined && { instructions }),
    };
    reply.end(resultText(idOf(message), JSON.stringify(result)));
  }

  async #list(message: Message, kind: ListKind, reply: Reply): Promise<void> {
    try {
      const page = await this.#directory.list(kind, message.json.params?.["cursor"]);
      for (const missing of page.missing) this.#noticeMissing(kind, missing);
      reply.end(resultText(idOf(message), listResult(kind, page.items, page.nextCursor)));
    } catch (error) {
      reply.fail(asGatewayError(error), idOf(message));
    }
  }

  /** The list is not delayed or broken by a server: the client is told, and told again when it has come. */
  #noticeMissing(kind: ListKind, missing: Missing): void {
    this.push(missingNotice(kind, missing));
    missing.later?.then(
      () => this.push(notification(changedMethod(kind), {})),
      () => undefined,
    );
  }

  async #route(message: Message, reply: Reply): Promise<void> {
    this.#unrouted.set(message, reply);
    try {
      const route = await this.#directory.route(message);
      if (!this.#unrouted.has(message)) return;
      if (route.kind === "found") return this.#send(route.found, message, route.path, reply);
      if (route.kind === "unrouted") return reply.end(methodNotFound(message));
      const code = route.what === "resource" ? -32002 : -32602;
      reply.end(rpcErrorText(idOf(message), code, unknownText(route.what, route.name)));
    } catch (error) {
      if (this.#unrouted.has(message)) reply.fail(asGatewayError(error), idOf(message));
    } finally {
      this.#unrouted.delete(message);
    }
  }

  #send({ server, name }: Found, message: Message, path: readonly string[], reply: Reply): void {
    const part = this.#parts.get(server);
    const sent = renamed(message, path, name);
    if (!part || !sent)
      return reply.fail(new GatewayError("server-not-found", "The server is gone"), idOf(message));
    part.handle(sent, namingServer(server.id, reply));
  }

  #setLevel(message: Message, reply: Reply): void {
    this.#level = message;
    for (const part of this.#parts.values()) part.handle(message, silent);
    reply.end(resultText(idOf(message), "{}"));
  }

  push(text: string): void {
    if (this.#version !== undefined) this.#outlet.push(text);
  }

  #onReload(): void {
    this.#joinAll();
    for (const kind of ["tools", "resources", "prompts"] as const)
      this.push(notification(changedMethod(kind), {}));
  }

  /** A client session for every server that may run, and none for others. */
  #joinAll(): void {
    const served = this.#directory.served();
    for (const [server, part] of this.#parts) {
      if (served.includes(server)) continue;
      this.#parts.delete(server);
      void this.#leave(server, part);
    }
    for (const server of served) if (!this.#parts.has(server)) this.#join(server);
  }

  async #leave(server: Server, part: ClientSession): Promise<void> {
    this.#leaving.set(server, part);
    await part.settled();
    // It may have come back.
    if (this.#leaving.delete(server)) await part.close();
  }

  #join(server: Server): void {
    const leaving = this.#leaving.get(server);
    if (leaving) {
      this.#leaving.delete(server);
      this.#parts.set(server, leaving);
      return;
    }
    const outlet = { push: (text: string) => this.push(fromServer(server.id, text)) };
    const options = {
      gatewayVersion: this.#gatewayVersion,
      listings: this.#directory.listings,
      nextQuestionId: this.#nextQuestionId,
    };
    const part = new ClientSession(server, outlet, options);
    if (this.#initialize) part.adopt(this.#initialize);
    if (this.#level) part.handle(this.#level, silent);
    this.#parts.set(server, part);
  }
}

const silent: Reply = {
  push: () => undefined,
  end: () => undefined,
  fail: () => undefined,
  drop: () => undefined,
};
