/** Clients of all kinds that call tools in a loop, and check every message that they receive. */

import { type ChildProcess, spawn } from "node:child_process";
import { Agent, type ClientRequest, get, type IncomingMessage } from "node:http";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as wait } from "node:timers/promises";
import { root } from "../support/gateway.ts";
import type { RpcMessage } from "../support/mcp-client.ts";
import { statelessVersion } from "../support/stateless-client.ts";
import { messagesInEvents, NoAnswerError, post, type Reply } from "./wire.ts";
import { answerMs, type Call, type Moment, type World } from "./world.ts";

const json = { "Content-Type": "application/json" };
const both = { ...json, Accept: "application/json, text/event-stream" };
const retryMs = 50;
const initializeParams = {
  protocolVersion: "2025-11-25",
  capabilities: {},
  clientInfo: { name: "load", version: "1" },
};

export abstract class LoadClient {
  readonly name: string;
  readonly world: World;
  /** Number of correct answers. */
  answered = 0;
  #lastId = 0;

  constructor(name: string, world: World) {
    this.name = name;
    this.world = world;
  }

  /** Calls tools, `lanes` at a time, until the run is over. */
  async run(lanes: number): Promise<void> {
    await Promise.all(Array.from({ length: lanes }, () => this.#lane()));
    await this.close();
  }

  async #lane(): Promise<void> {
    while (!this.world.isOver) {
      await this.world.pace();
      if (!(await this.ready())) {
        await wait(retryMs);
        continue;
      }
      const call = this.world.call(++this.#lastId, this.name);
      const began = this.world.moment();
      if (await this.send(call, began)) this.answered++;
      else await wait(retryMs);
    }
  }

  /** Prepares a session. */
  protected abstract ready(): Promise<boolean>;
  /** Sends a call, and reports its end to the oracle. */
  protected abstract send(call: Call, began: Moment): Promise<boolean>;
  protected async close(): Promise<void> {}
}

interface Session {
  readonly id: string;
  readonly opened: Moment;
}

interface HttpRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: object;
  readonly session?: Session | undefined;
}

/** A client whose calls are one POST each. */
abstract class PostClient extends LoadClient {
  protected readonly path: string;
  #agent = new Agent({ keepAlive: true });
  #epoch = 0;

  constructor(name: string, world: World, path: string) {
    super(`${name} at ${path}`, world);
    this.path = path;
  }

  protected get url(): string {
    return this.world.gateway.url + this.path;
  }

  /** Connections of an earlier gateway process are not used again. */
  protected get agent(): Agent {
    const { epoch } = this.world.gateway;
    if (epoch !== this.#epoch) {
      this.#agent.destroy();
      this.#agent = new Agent({ keepAlive: true });
      this.#epoch = epoch;
    }
    return this.#agent;
  }

  protected async exchange(
    call: Call,
    began: Moment,
    { headers, body, session }: HttpRequest,
  ): Promise<boolean> {
    const { agent, url, world, name } = this;
    let reply: Reply;
    try {
      reply = await post({ url, headers, body: JSON.stringify(body), agent, withinMs: answerMs });
    } catch (error) {
      world.cut(call, began, name, error);
      return false;
    }
    const [first] = reply.messages;
    if (reply.status < 400 || first?.jsonrpc !== undefined)
      return world.judge(call, began, reply.messages, name);
    if (first === undefined || typeof first["message"] !== "string")
      world.ledger.violate(`${name}: HTTP ${reply.status} without an error: ${reply.text.slice(0, 100)}`);
    // Any fault since the session was opened may have ended it.
    const since = reply.status === 404 && session ? session.opened : began;
    world.failed(call, since, name, `HTTP ${reply.status} ${first?.["message"]}`);
    if (reply.status === 404) this.onUnknown(session);
    return false;
  }

  /** The gateway does not know the session. */
  protected onUnknown(_session: Session | undefined): void {}

  protected override async close(): Promise<void> {
    this.#agent.destroy();
  }
}

/** A session of the initialize era. With `listens` its GET stream is open, and must not carry an answer. */
export class SessionClient extends PostClient {
  readonly #prefix: readonly string[];
  readonly #listens: boolean;
  #session: Session | undefined;
  #opening: Promise<boolean> | undefined;
  #stream: ClientRequest | undefined;

  constructor(world: World, path: string, { listens = false, prefixes = [""] } = {}) {
    super("session", world, path);
    this.#listens = listens;
    this.#prefix = prefixes;
  }

  protected override ready(): Promise<boolean> {
    if (this.#session?.opened.epoch === this.world.gateway.epoch) return Promise.resolve(true);
    this.#opening ??= this.#open().finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  protected override send(call: Call, began: Moment): Promise<boolean> {
    const name = this.#prefix[call.token % this.#prefix.length] + call.tool;
    const params = { ...call.params, name };
    const body = { jsonrpc: "2.0", id: call.id, method: "tools/call", params };
    return this.exchange(call, began, { headers: this.#headers(), body, session: this.#session });
  }

  #headers(): Record<string, string> {
    const version = { "MCP-Protocol-Version": initializeParams.protocolVersion };
    return this.#session ? { ...both, ...version, "Mcp-Session-Id": this.#session.id } : both;
  }

  protected override onUnknown(session: Session | undefined): void {
    if (this.#session === session) this.#session = undefined;
  }

  async #open(): Promise<boolean> {
    const { agent, url, world } = this;
    const opened = world.moment();
    this.#stream?.destroy();
    this.#session = undefined;
    const body = JSON.stringify({ jsonrpc: "2.0", id: 0, method: "initialize", params: initializeParams });
    try {
      const { headers, messages } = await post({ url, headers: both, body, agent, withinMs: answerMs });
      const id = headers["mcp-session-id"];
      if (!messages.at(-1)?.result || typeof id !== "string") return false;
      this.#session = { id, opened };
      const note = '{"jsonrpc":"2.0","method":"notifications/initialized"}';
      await post({ url, headers: this.#headers(), body: note, agent, withinMs: answerMs });
    } catch (error) {
      if (world.wasUpSince(opened)) world.ledger.violate(`${this.name}: initialize was lost: ${error}`);
      this.#session = undefined;
      return false;
    }
    if (this.#listens) this.#listen();
    return true;
  }

  #listen(): void {
    const headers = { ...this.#headers(), Accept: "text/event-stream" };
    this.#stream = get(this.url, { headers, agent: false }, (response) => {
      onEvents(response, ({ method, id }) => {
        if (method === undefined) this.world.ledger.violate(`${this.name}: answer ${id} on the GET stream`);
      });
    });
    this.#stream.on("error", () => undefined);
  }

  protected override async close(): Promise<void> {
    this.#stream?.destroy();
    await super.close();
  }
}

/** Requests of the stateless era. */
export class StatelessClient extends PostClient {
  readonly #prefix: readonly string[];

  constructor(world: World, path: string, prefixes: readonly string[] = [""]) {
    super("stateless", world, path);
    this.#prefix = prefixes;
  }

  protected override async ready(): Promise<boolean> {
    return true;
  }

  protected override send(call: Call, began: Moment): Promise<boolean> {
    const name = this.#prefix[call.token % this.#prefix.length] + call.tool;
    const _meta = {
      "io.modelcontextprotocol/protocolVersion": statelessVersion,
      "io.modelcontextprotocol/clientCapabilities": {},
      ...(call.params["_meta"] as object | undefined),
    };
    const headers = {
      ...both,
      "MCP-Protocol-Version": statelessVersion,
      "Mcp-Method": "tools/call",
      "Mcp-Name": name,
    };
    const params = { ...call.params, name, _meta };
    return this.exchange(call, began, {
      headers,
      body: { jsonrpc: "2.0", id: call.id, method: "tools/call", params },
    });
  }
}

/** One request without a handshake, by the header `X-Server-ID`. */
export class SimpleClient extends PostClient {
  readonly #server: string;

  constructor(world: World, server: string) {
    super("simple", world, "/rpc");
    this.#server = server;
  }

  protected override async ready(): Promise<boolean> {
    return true;
  }

  protected override send(call: Call, began: Moment): Promise<boolean> {
    const headers = { ...json, "X-Server-ID": this.#server };
    const body = { jsonrpc: "2.0", id: call.id, method: "tools/call", params: call.params };
    return this.exchange(call, began, { headers, body });
  }
}

interface Waiting {
  readonly call: Call;
  readonly began: Moment;
  readonly messages: RpcMessage[];
  readonly done: (isAnswered: boolean) => void;
}

/** The gateway refused a message with an error. */
class RefusedError extends Error {}

/** A client that receives all its messages on one stream. */
abstract class DuplexClient extends LoadClient {
  readonly #waiting = new Map<unknown, Waiting>();

  protected get isWaiting(): boolean {
    return this.#waiting.size > 0;
  }

  /** Resolves when the message was passed on. Rejects if it certainly was not. */
  protected abstract pass(text: string): Promise<void>;

  protected override send(call: Call, began: Moment): Promise<boolean> {
    const body = { jsonrpc: "2.0", id: call.id, method: "tools/call", params: call.params };
    return new Promise((resolve) => {
      const done = (isAnswered: boolean) => {
        clearTimeout(timer);
        this.#waiting.delete(call.id);
        resolve(isAnswered);
      };
      const cut = (error: unknown) => {
        if (!this.#waiting.has(call.id)) return;
        if (error instanceof RefusedError) this.world.failed(call, began, this.name, error.message);
        else this.world.cut(call, began, this.name, error);
        done(false);
      };
      const timer = setTimeout(() => cut(new NoAnswerError(`no answer within ${answerMs} ms`)), answerMs);
      this.#waiting.set(call.id, { call, began, messages: [], done });
      this.pass(JSON.stringify(body)).catch(cut);
    });
  }

  protected receive(message: RpcMessage): void {
    if (message.method !== undefined) {
      const waiting = this.#waiting.get(message.params?.progressToken);
      waiting?.messages.push(message);
      return;
    }
    if (message.id === "init" || message.id === 0) return;
    const waiting = this.#waiting.get(message.id);
    if (!waiting) return this.world.ledger.violate(`${this.name}: answer ${message.id} without a call`);
    waiting.messages.push(message);
    waiting.done(this.world.judge(waiting.call, waiting.began, waiting.messages, this.name));
  }

  /** Ends all calls, because their stream ended. */
  protected abandon(why: string): void {
    for (const { call, began, done } of [...this.#waiting.values()]) {
      this.world.cut(call, began, this.name, why);
      done(false);
    }
  }
}

/** HTTP+SSE of 2024-11-05. */
export class SseClient extends DuplexClient {
  readonly #path: string;
  #agent = new Agent({ keepAlive: true });
  #endpoint: string | undefined;
  #stream: ClientRequest | undefined;
  #epoch = 0;
  #opening: Promise<boolean> | undefined;

  constructor(world: World, path: string) {
    super(`sse at ${path}`, world);
    this.#path = path;
  }

  protected override ready(): Promise<boolean> {
    if (this.#endpoint !== undefined && this.#epoch === this.world.gateway.epoch)
      return Promise.resolve(true);
    // Other calls may still be answered on the stream.
    if (this.isWaiting && this.#opening === undefined) return Promise.resolve(false);
    this.#opening ??= this.#open().finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  protected override async pass(text: string): Promise<void> {
    if (this.#endpoint === undefined) throw new Error("the stream ended");
    const url = new URL(this.#endpoint, this.world.gateway.url).href;
    const reply = await post({ url, headers: json, body: text, agent: this.#agent, withinMs: answerMs });
    if (reply.status === 202) return;
    this.#endpoint = undefined;
    throw new RefusedError(`HTTP ${reply.status} ${reply.messages[0]?.["message"]}`);
  }

  async #open(): Promise<boolean> {
    this.#stream?.destroy();
    this.#agent.destroy();
    this.#agent = new Agent({ keepAlive: true });
    this.#endpoint = undefined;
    this.#epoch = this.world.gateway.epoch;
    const endpoint = await this.#endpointOfStream();
    if (endpoint === undefined) return false;
    this.#endpoint = endpoint;
    const first = { jsonrpc: "2.0", id: 0, method: "initialize", params: initializeParams };
    try {
      await this.pass(JSON.stringify(first));
      await this.pass('{"jsonrpc":"2.0","method":"notifications/initialized"}');
      return true;
    } catch {
      return false;
    }
  }

  #endpointOfStream(): Promise<string | undefined> {
    return new Promise((resolve) => {
      const headers = { Accept: "text/event-stream" };
      const stream = get(this.world.gateway.url + this.#path, { headers, agent: false }, (response) => {
        const ended = () => {
          resolve(undefined);
          if (this.#stream !== stream) return;
          this.#endpoint = undefined;
          this.abandon("the stream ended");
        };
        response.on("close", ended).on("error", () => undefined);
        onEvents(response, (message) => this.receive(message), resolve);
      });
      this.#stream = stream;
      stream.on("error", () => resolve(undefined));
    });
  }

  protected override async close(): Promise<void> {
    const stream = this.#stream;
    this.#stream = undefined;
    stream?.destroy();
    this.#agent.destroy();
  }
}

/** The program `gateway-stdio` in front of the gateway. It must outlive the gateway, and answer all calls. */
export class StdioLoadClient extends DuplexClient {
  readonly #server: string;
  #child: ChildProcess | undefined;

  constructor(world: World, server: string) {
    super(`gateway-stdio for ${server}`, world);
    this.#server = server;
  }

  protected override async ready(): Promise<boolean> {
    if (!this.#child) this.#start();
    return true;
  }

  protected override async pass(text: string): Promise<void> {
    this.#child?.stdin?.write(`${text}\n`);
  }

  #start(): void {
    const program = join(root, "dist/gateway-stdio.js");
    const args = [program, "--server", this.#server, "--gateway", this.world.gateway.url];
    const child = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "ignore"] });
    this.#child = child;
    child.stdin.on("error", () => undefined);
    createInterface({ input: child.stdout }).on("line", (line) => this.receive(JSON.parse(line)));
    child.once("exit", (code, signal) => {
      if (!this.world.isOver) this.world.ledger.violate(`${this.name} exited with ${code ?? signal}`);
      this.#child = undefined;
    });
    const first = { jsonrpc: "2.0", id: "init", method: "initialize", params: initializeParams };
    child.stdin.write(`${JSON.stringify(first)}\n{"jsonrpc":"2.0","method":"notifications/initialized"}\n`);
  }

  protected override async close(): Promise<void> {
    const child = this.#child;
    if (!child) return;
    const exited = new Promise((done) => child.once("exit", done));
    child.stdin?.end();
    await Promise.race([exited, wait(5_000, undefined, { ref: false })]);
    child.kill("SIGKILL");
  }
}

/** The messages of a stream. The unread part is bounded by one event. */
function onEvents(
  response: IncomingMessage,
  onMessage: (message: RpcMessage) => void,
  onEndpoint?: (endpoint: string) => void,
): void {
  let rest = "";
  response.setEncoding("utf8").on("error", () => undefined);
  response.on("data", (chunk: string) => {
    const events = (rest + chunk).split("\n\n");
    rest = events.pop() ?? "";
    for (const event of events) {
      const endpoint = /^event: endpoint\ndata: (.*)$/m.exec(event)?.[1];
      if (endpoint !== undefined) onEndpoint?.(endpoint);
      else for (const message of messagesInEvents(event)) onMessage(message);
    }
  });
}
