/**
 * One client's MCP session with one server (initialize era). Decides for each message of the client what answers it:
 * the gateway, the server's instance, or nobody. Survives stops and restarts of the instance. Knows no transport.
 */

import { atMost } from "../base/deadline.ts";
import { asGatewayError, GatewayError } from "../base/errors.ts";
import type { Ask, Call } from "../connection/call.ts";
import type { Connection } from "../connection/connection.ts";
import type { Envelope } from "../connection/era.ts";
import type { Greeted } from "../connection/greeting.ts";
import { isObject, kindOf, type Message, parseJson } from "../connection/message.ts";
import { resultText, rpcErrorText } from "../connection/messages.ts";
import { elementsAt, splice, textAt } from "../connection/splice.ts";
import type { Member } from "../supervisor/audience.ts";
import type { Server } from "../supervisor/server.ts";
import { initializeResult } from "./bridge/eras.ts";
import { sendFromSession } from "./bridge/send.ts";
import { type Answered, Calls, idOf } from "./calls.ts";
import { answerFor, emptyLists, negotiated, provisionalAnswer } from "./handshake.ts";
import { kindOfList, type ListKind, listResult, visibleItems } from "./listings/listing.ts";
import type { Listings } from "./listings/listings.ts";
import { Questions } from "./questions.ts";
import type { Outlet, Reply } from "./reply.ts";
import type { Session } from "./session.ts";
import { isAllowed, withoutHidden } from "./tool-filter.ts";

export interface ClientSessionOptions {
  /** How long `initialize` waits for a server that has to start, before a provisional answer; absent: until it is up. */
  readonly initializeGraceMs?: number;
  readonly gatewayVersion: string;
  readonly listings: Listings;
  /** Where one client has sessions with several servers: their questions must not share ids. */
  readonly nextQuestionId?: () => number;
}

export class ClientSession implements Member, Session {
  readonly era = "initialize";
  readonly #server: Server;
  readonly #outlet: Outlet;
  readonly #options: ClientSessionOptions;
  readonly #calls: Calls;
  readonly #questions: Questions;
  #capabilities: Record<string, unknown> = {};
  #clientInfo: unknown;
  #provisional = false;
  #version: string | undefined;
  initializeParams: string | undefined;

  constructor(server: Server, outlet: Outlet, options: ClientSessionOptions) {
    this.#server = server;
    this.#outlet = outlet;
    this.#options = options;
    this.#questions = new Questions(options.nextQuestionId);
    this.#calls = new Calls(server, this, sendFromSession, (request, outcome) =>
      this.#answerText(request, outcome),
    );
    server.join(this);
  }

  get server(): Server {
    return this.#server;
  }

  /** The protocol version agreed on; `undefined` before `initialize`. */
  get version(): string | undefined {
    return this.#version;
  }

  get orphaned(): boolean {
    return this.#server.removed && this.#calls.size === 0;
  }

  /** Set while the backend reads slower than this client writes: wait for it before reading on. */
  get congested(): Promise<void> | undefined {
    return this.#server.ready(this)?.congested;
  }

  get envelope(): Envelope {
    const level = this.#server.audience.levelOf(this);
    const said = { capabilities: this.#capabilities, clientInfo: this.#clientInfo };
    return level === undefined ? said : { ...said, logLevel: level };
  }

  can(capability: string): boolean {
    return this.#capabilities[capability] !== undefined;
  }

  push(text: string): void {
    // Before `initialize` nothing may come unasked.
    if (this.#version !== undefined) this.#outlet.push(text);
  }

  ask(request: Message, call: Call | undefined, answer: (response: Message) => void): Ask {
    return this.#questions.ask(request, (text) => (call ?? this).push(text), answer);
  }

  /** Takes one message of the client. `reply` is used for requests only. */
  handle(message: Message, reply: Reply): void {
    switch (kindOf(message.json)) {
      case "request":
        return this.#onRequest(message, reply);
      case "notification":
        return this.#onNotification(message);
      case "response":
        return this.#questions.answered(message);
      case "invalid":
        return reply.fail(new GatewayError("invalid-request", "Not a JSON-RPC 2.0 message"), "null");
    }
  }

  /** Whether the server takes messages now, or will as soon as it has started. */
  get isUp(): boolean {
    return this.#server.ready(this) !== undefined || this.#server.state.kind === "starting";
  }

  /** Resolves once no call is on its way. */
  settled(): Promise<void> {
    return this.#calls.settled();
  }

  /** The client is gone: its calls are cancelled, an instance of its own ends. */
  async close(): Promise<void> {
    this.#calls.close();
    this.#questions.close();
    await this.#server.leave(this);
  }

  #onRequest(message: Message, reply: Reply): void {
    const list = this.#server.up ? undefined : kindOfList(message.json.method ?? "");
    if (list && message.json.params?.["cursor"] === undefined) return void this.#list(message, list, reply);
    switch (message.json.method) {
      case "initialize":
        return void this.#initialize(message, reply);
      case "ping":
        return reply.end(resultText(idOf(message), "{}"));
      case "logging/setLevel":
        return this.#setLevel(message, reply);
      case "resources/subscribe":
        return this.#subscribe(message, reply);
      case "resources/unsubscribe":
        return this.#unsubscribe(message, reply);
      case "tools/call":
        return this.#callTool(message, reply);
      case "tasks/get":
      case "tasks/result":
      case "tasks/cancel":
        return this.#useTask(message, reply);
      default:
        return this.#calls.forward(message, reply);
    }
  }

  /** A server that sleeps is not woken for what is known. */
  async #list(message: Message, kind: ListKind, reply: Reply): Promise<void> {
    const items = await this.#options.listings.asleep(this.#server, kind);
    if (!items) return this.#calls.forward(message, reply);
    const visible = visibleItems(kind, items, this.#server.entry);
    reply.end(resultText(idOf(message), listResult(kind, visible)));
  }

  /** Takes over what a client said of itself in its `initialize`, and what was agreed on. */
  adopt(initialize: Message): string {
    const { params } = initialize.json;
    this.#capabilities = (params?.["capabilities"] as Record<string, unknown> | undefined) ?? {};
    this.#clientInfo = params?.["clientInfo"];
    this.initializeParams = textAt(initialize, ["params"]);
    this.#version = negotiated(params?.["protocolVersion"]);
    return this.#version;
  }

  async #initialize(message: Message, reply: Reply): Promise<void> {
    const id = idOf(message);
    const version = this.adopt(message);
    try {
      const known = await this.#backendAnswer();
      this.#provisional = known === undefined;
      const { entry } = this.#server;
      if (!known) reply.end(provisionalAnswer(entry, id, version, this.#options.gatewayVersion));
      else if (known.era === "stateless") reply.end(resultText(id, initializeResult(known, entry, version)));
      else if (this.#server.shared) reply.end(answerFor(known.answer, id, version));
      else reply.end(this.#unchanged(known.answer, id));
    } catch (error) {
      reply.fail(asGatewayError(error), id);
    }
  }

  /** An instance of the client's own has answered the client's own words: they speak as it says. */
  #unchanged(answer: Message, id: string): string {
    const version = member(answer.json.result, "protocolVersion");
    if (typeof version === "string") this.#version = version;
    return splice(answer, [{ path: ["id"], json: id }]);
  }

  /** What the backend says of itself; `undefined` when it takes longer than the client may be kept waiting. */
  async #backendAnswer(): Promise<Greeted | undefined> {
    const known = this.#server.shared && (await this.#options.listings.greeted(this.#server, "initialize"));
    if (known) return known;
    const connecting = this.#calls.connect().then(greetedOf);
    connecting.catch(() => undefined);
    const { initializeGraceMs } = this.#options;
    return initializeGraceMs === undefined ? connecting : atMost(connecting, initializeGraceMs);
  }

  /** A shared server logs at the lowest level anybody wants; each client hears its own (protocol.md). */
  #setLevel(message: Message, reply: Reply): void {
    const { audience } = this.#server;
    const level = String(message.json.params?.["level"]);
    if (!audience.setLevel(this, level)) {
      return reply.end(rpcErrorText(idOf(message), -32602, `Unknown log level: ${level}`));
    }
    const ready = this.#server.ready(this);
    const lowest = this.#lowestLevel();
    // A stateless backend is told in each call.
    if (!ready || ready.era === "stateless") return reply.end(resultText(idOf(message), "{}"));
    if (!this.#server.shared || lowest === undefined) return this.#calls.forward(message, reply);
    this.#server.attunement(this)?.toldLevel(lowest);
    const text = splice(message, [{ path: ["params", "level"], json: JSON.stringify(lowest) }]);
    this.#calls.forward({ text, json: message.json }, reply);
  }

  #lowestLevel(): string | undefined {
    return this.#server.audience.wanted(() => true).level;
  }

  #subscribe(message: Message, reply: Reply): void {
    const uri = String(message.json.params?.["uri"]);
    const ready = this.#server.ready(this);
    this.#server.audience.subscribe(this, uri);
    if (ready?.era === "stateless") return void this.#attune(message, reply);
    if (ready) this.#server.attunement(this)?.told("resources/subscribe", uri);
    // An instance that starts for this may turn out to speak otherwise.
    if (ready) return this.#calls.forward(message, reply);
    this.#calls.connect().then(
      ({ era }) =>
        era === "stateless" ? void this.#attune(message, reply) : this.#calls.forward(message, reply),
      (error: unknown) => reply.fail(asGatewayError(error), idOf(message)),
    );
  }

  #unsubscribe(message: Message, reply: Reply): void {
    const uri = String(message.json.params?.["uri"]);
    const unheard = this.#server.audience.unsubscribe(this, uri);
    const ready = this.#server.ready(this);
    if (ready?.era === "stateless") return void this.#attune(message, reply);
    if (!ready || (!unheard && this.#server.shared)) return reply.end(resultText(idOf(message), "{}"));
    this.#server.attunement(this)?.told("resources/unsubscribe", uri);
    this.#calls.forward(message, reply);
  }

  /** A stateless backend is told of all its clients' wishes together. */
  async #attune(message: Message, reply: Reply): Promise<void> {
    await this.#server.attunement(this)?.update();
    reply.end(resultText(idOf(message), "{}"));
  }

  #callTool(message: Message, reply: Reply): void {
    const name = String(message.json.params?.["name"]);
    const { tools } = this.#server.entry;
    // A name that is written twice is read by some as the first and by others as the last.
    const plain = !tools || textAt(message, ["params", "name"]) !== undefined;
    if (plain && isAllowed(name, tools)) return this.#calls.forward(message, reply);
    reply.end(rpcErrorText(idOf(message), -32602, `Unknown tool: ${name}`));
  }

  #useTask(message: Message, reply: Reply): void {
    const taskId = message.json.params?.["taskId"];
    const connection = this.#server.ready(this);
    if (!connection || connection.mayUseTask(this, taskId)) return this.#calls.forward(message, reply);
    reply.end(rpcErrorText(idOf(message), -32602, `Task not found: ${String(taskId)}`));
  }

  #answerText(request: Message, outcome: Answered): string {
    const { method = "" } = request.json;
    const filter = this.#server.entry.tools;
    const list = kindOfList(method);
    if (list) this.#options.listings.heard(this.#server, list, request.json, outcome.message);
    if (method === "tools/list" && filter) return withoutHidden(outcome.text, outcome.message, filter);
    if (method === "tasks/list") return this.#ownTasks(outcome);
    const promised = this.#provisional ? emptyLists[method] : undefined;
    const unknown = outcome.message.json.error?.code === -32601;
    return unknown && promised !== undefined ? resultText(idOf(request), promised) : outcome.text;
  }

  /** A shared server lists the tasks of all its clients. */
  #ownTasks({ text, message }: Answered): string {
    const connection = this.#server.ready(this);
    const tasks = elementsAt(message, ["result", "tasks"]);
    if (!connection || !tasks) return text;
    const own = tasks.filter((task) => connection.mayUseTask(this, member(parseJson(task), "taskId")));
    return splice({ text, json: message.json }, [{ path: ["result", "tasks"], json: `[${own.join(",")}]` }]);
  }

  #onNotification(message: Message): void {
    const { method, params } = message.json;
    switch (method) {
      // The gateway has told the backend itself, as soon as it was up.
      case "notifications/initialized":
        return;
      case "notifications/cancelled":
        return this.#calls.cancel(params?.["requestId"], message);
      case "notifications/progress":
        return this.#sendToSession(message);
      case "notifications/roots/list_changed":
        // The roots of one client are none of the others' business.
        return this.#server.shared ? undefined : this.#sendToSession(message);
      case "tools/call":
        if (!isAllowed(String(params?.["name"]), this.#server.entry.tools)) return;
        return void this.#notify(message.text);
      default:
        return void this.#notify(message.text);
    }
  }

  /** The stateless era has no such notifications. */
  #sendToSession(message: Message): void {
    const ready = this.#server.ready(this);
    if (ready?.era === "initialize") ready.send(message.text);
  }

  /** At once where that is possible: what the client says next may not overtake it. */
  async #notify(text: string): Promise<void> {
    const ready = this.#server.ready(this);
    if (ready) return ready.send(text);
    try {
      (await this.#calls.connect()).send(text);
    } catch {
      // A notification has no answer; the server's state says why it did not start.
    }
  }
}

function greetedOf({ era, answer }: Connection): Greeted | undefined {
  return answer && { era, answer };
}

function member(value: unknown, key: string): unknown {
  return isObject(value) ? value[key] : undefined;
}
