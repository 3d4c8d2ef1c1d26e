/**
 * One client's MCP session with all servers as one (gateway.md, `/mcp`): lists are put together, everything else goes
 * to the server its name or URI says, in a client session of its own. Knows no transport and starts nothing itself.
 */

import { asGatewayError, GatewayError } from "../../base/errors.ts";
import { isObject, type JsonRpcId, kindOf, type Message, parseMessage } from "../../connection/message.ts";
import { notification, resultText, rpcErrorText, writtenAs } from "../../connection/messages.ts";
import { splice } from "../../connection/splice.ts";
import type { Server } from "../../supervisor/server.ts";
import { ClientSession } from "../client-session.ts";
import { negotiated } from "../handshake.ts";
import { Questions } from "../questions.ts";
import type { Outlet, Reply } from "../reply.ts";
import type { Session } from "../session.ts";
import { isAllowed } from "../tool-filter.ts";
import { aggregateItem, changedMethod, kindOfList, type ListKind, nameOf } from "./listing.ts";
import type { Listed, Listings } from "./listings.ts";
import { aggregateName, aggregateUri, splitName, splitUri } from "./names.ts";
import { aggregateResult } from "./results.ts";

/** What a session of all servers needs to know of them. */
export interface Servers {
  readonly version: string;
  readonly listings: Listings;
  /** In the order of the catalog. */
  servers(): Server[];
  /** Calls `changed` after each reload of the catalog; returns how to stop that. */
  onReload(changed: () => void): () => void;
}

/** How long a list waits for a server of which nothing is known yet. */
const listWaitMs = 5_000;

const capabilities = {
  tools: { listChanged: true },
  resources: { subscribe: true, listChanged: true },
  prompts: { listChanged: true },
  logging: {},
  completions: {},
};

export class AggregateSession implements Session {
  readonly orphaned = false;
  readonly #servers: Servers;
  readonly #outlet: Outlet;
  readonly #parts = new Map<Server, ClientSession>();
  readonly #questions = new Questions();
  readonly #stopListening: () => void;
  #initialize: Message | undefined;
  #level: Message | undefined;
  #version: string | undefined;

  constructor(servers: Servers, outlet: Outlet) {
    this.#servers = servers;
    this.#outlet = outlet;
    this.#stopListening = servers.onReload(() => this.#onReload());
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
        // A cancellation finds its call; the others belong to whoever is up.
        for (const part of this.#parts.values()) part.handle(message, reply);
        return;
      case "response":
        return this.#questions.answered(message);
      case "invalid":
        return reply.fail(new GatewayError("invalid-request", "Not a JSON-RPC 2.0 message"), "null");
    }
  }

  async close(): Promise<void> {
    this.#stopListening();
    this.#questions.close();
    await Promise.all([...this.#parts.values()].map((part) => part.close()));
  }

  #onRequest(message: Message, reply: Reply): void {
    const { method = "", params } = message.json;
    const list = kindOfList(method);
    if (list) return void this.#list(message, list, reply);
    switch (method) {
      case "initialize":
        return this.#onInitialize(message, reply);
      case "ping":
        return reply.end(resultText(idOf(message), "{}"));
      case "logging/setLevel":
        return this.#setLevel(message, reply);
      case "tools/call":
        return void this.#toNamed(message, "tools", ["params", "name"], params?.["name"], reply);
      case "prompts/get":
        return void this.#toNamed(message, "prompts", ["params", "name"], params?.["name"], reply);
      case "resources/read":
      case "resources/subscribe":
      case "resources/unsubscribe":
        return this.#toUri(message, ["params", "uri"], params?.["uri"], reply);
      case "completion/complete":
        return this.#complete(message, reply);
      default:
        return reply.end(rpcErrorText(idOf(message), -32601, `Method not found: ${method}`));
    }
  }

  #onInitialize(message: Message, reply: Reply): void {
    this.#initialize = message;
    this.#version = negotiated(message.json.params?.["protocolVersion"]);
    for (const part of this.#parts.values()) part.adopt(message);
    const serverInfo = {
      name: "open-mcp-gateway",
      title: "Open MCP Gateway",
      version: this.#servers.version,
    };
    const result = { protocolVersion: this.#version, capabilities, serverInfo, ...this.#instructions() };
    reply.end(resultText(idOf(message), JSON.stringify(result)));
  }

  /** What servers that are known say on how to use them, each under its id. */
  #instructions(): { instructions?: string } {
    const texts = [...this.#parts.keys()].flatMap((server) => {
      const result = server.knownAnswer?.json.result;
      const text = isObject(result) ? result["instructions"] : undefined;
      return typeof text === "string" && text !== "" ? [`# ${server.id}\n\n${text}`] : [];
    });
    return texts.length === 0 ? {} : { instructions: texts.join("\n\n") };
  }

  async #list(message: Message, kind: ListKind, reply: Reply): Promise<void> {
    if (message.json.params?.["cursor"] !== undefined) {
      return reply.end(rpcErrorText(idOf(message), -32602, "Unknown cursor: the list comes in one piece"));
    }
    const listed = await Promise.all(
      [...this.#parts.keys()].map(async (server) => ({ server, listed: await this.#listOf(server, kind) })),
    );
    const items = listed.flatMap(({ server, listed: one }) =>
      one.kind === "listed"
        ? visible(server, kind, one).map((item) => aggregateItem(server.id, kind, item))
        : [],
    );
    for (const { server, listed: one } of listed)
      if (one.kind === "missing") this.#noticeMissing(server, kind, one);
    reply.end(resultText(idOf(message), `{"${kind}":[${items.join(",")}]}`));
  }

  #listOf(server: Server, kind: ListKind): Promise<Listed> {
    return this.#servers.listings.get(server, kind, listWaitMs);
  }

  /** The list is not delayed or broken by a server: the client is told, and told again when it has come. */
  #noticeMissing(server: Server, kind: ListKind, missing: Listed & { kind: "missing" }): void {
    const data = `The ${kind} of server '${server.id}' are missing: ${missing.because}`;
    this.push(notification("notifications/message", { level: "warning", logger: "open-mcp-gateway", data }));
    missing.later?.then(
      () => this.push(notification(changedMethod(kind), {})),
      () => undefined,
    );
  }

  /** A call or prompt by its aggregate name. */
  async #toNamed(
    message: Message,
    kind: ListKind,
    path: string[],
    name: unknown,
    reply: Reply,
  ): Promise<void> {
    try {
      const found = await this.#find(kind, String(name));
      const what = kind === "tools" ? "tool" : "prompt";
      if (!found) return reply.end(rpcErrorText(idOf(message), -32602, `Unknown ${what}: ${String(name)}`));
      this.#send(found.server, message, path, found.name, reply);
    } catch (error) {
      reply.fail(asGatewayError(error), idOf(message));
    }
  }

  async #find(kind: ListKind, aggregate: string): Promise<{ server: Server; name: string } | undefined> {
    const servers = [...this.#parts.keys()];
    const byId = new Map(servers.map((server) => [server.id, server]));
    for (const { id, name } of splitName(aggregate, [...byId.keys()])) {
      const server = byId.get(id);
      if (!server) continue;
      if (name !== undefined) return { server, name };
      const listed = await this.#listOf(server, kind);
      const items = listed.kind === "listed" ? listed.items : [];
      const item = items.map(nameOf).find((own) => aggregateName(id, own) === aggregate);
      if (item !== undefined) return { server, name: item };
    }
    return undefined;
  }

  #toUri(message: Message, path: string[], uri: unknown, reply: Reply): void {
    const split = splitUri(String(uri));
    const server = [...this.#parts.keys()].find(({ id }) => id === split?.id);
    if (split && server) return this.#send(server, message, path, split.uri, reply);
    reply.end(rpcErrorText(idOf(message), -32002, `Resource not found: ${String(uri)}`));
  }

  #complete(message: Message, reply: Reply): void {
    const ref = message.json.params?.["ref"];
    if (isObject(ref) && ref["type"] === "ref/resource") {
      return this.#toUri(message, ["params", "ref", "uri"], ref["uri"], reply);
    }
    const name = isObject(ref) ? ref["name"] : undefined;
    void this.#toNamed(message, "prompts", ["params", "ref", "name"], name, reply);
  }

  #send(server: Server, message: Message, path: string[], own: string, reply: Reply): void {
    const part = this.#parts.get(server);
    const text = splice(message, [{ path, json: JSON.stringify(own) }]);
    const sent = parseMessage(text);
    if (!part || !sent)
      return reply.fail(new GatewayError("server-not-found", "The server is gone"), idOf(message));
    part.handle(sent, {
      push: (pushed) => reply.push(pushed),
      end: (answer) => reply.end(aggregateResult(server.id, answer)),
      fail: (error, id) => reply.fail(error, id),
      drop: () => reply.drop(),
    });
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
    const served = this.#servers.servers().filter(({ enabled }) => enabled);
    for (const [server, part] of this.#parts) {
      if (served.includes(server)) continue;
      this.#parts.delete(server);
      void part.close();
    }
    for (const server of served) if (!this.#parts.has(server)) this.#join(server);
  }

  #join(server: Server): void {
    const outlet = { push: (text: string) => this.push(fromServer(server.id, text)) };
    const options = { gatewayVersion: this.#servers.version, questions: this.#questions };
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

function visible(server: Server, kind: ListKind, listed: Listed & { kind: "listed" }): readonly string[] {
  const { tools } = server.entry;
  return kind === "tools" && tools
    ? listed.items.filter((item) => isAllowed(nameOf(item), tools))
    : listed.items;
}

/** A notification of one server, as a client of all is to hear it. */
function fromServer(id: string, text: string): string {
  if (!text.includes('"notifications/resources/updated"')) return text;
  const message = parseMessage(text);
  const uri = message?.json.params?.["uri"];
  if (!message || typeof uri !== "string") return text;
  return splice(message, [{ path: ["params", "uri"], json: JSON.stringify(aggregateUri(id, uri)) }]);
}

function idOf(request: Message): string {
  return writtenAs(request, ["id"], request.json.id as JsonRpcId);
}
