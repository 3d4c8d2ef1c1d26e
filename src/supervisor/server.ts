/** One entry of the registry and the instances that serve it. Decides which instance a client's requests go to. */

import { GatewayError } from "../base/errors.ts";
import type { Entry } from "../catalog/entry.ts";
import { entryDefaults, restartDefaults } from "../catalog/generated/schema-facts.ts";
import type { Connection } from "../connection/connection.ts";
import type { Message } from "../connection/message.ts";
import { Audience, type Member } from "./audience.ts";
import { Instances, type Whose } from "./instances.ts";
import type { KeeperHost, KeeperSettings, Preparation } from "./keeper.ts";
import { launchKey } from "./launch-key.ts";
import { ServerLog } from "./server-log.ts";
import { isUp, type State } from "./state.ts";
import { Statistics } from "./statistics.ts";

/** What holds for entries that do not say otherwise (config.yaml). */
export interface Defaults {
  readonly idleSeconds: number;
  readonly requestSeconds: number;
  readonly healthSeconds: number;
  readonly maxInstances: number;
}

export interface ServerHost {
  readonly defaults: Defaults;
  prepare(entry: Entry): Promise<Preparation>;
  changed(server: Server, state: State): void;
  /** A notification that belongs to no call; its clients hear it after this. */
  heard(server: Server, message: Message): void;
  log(server: Server, line: string): void;
}

/** The gateway's own `initialize` parameters for a shared instance: it passes on whatever a client can do. */
const sharedInitializeParams = (version: string) =>
  JSON.stringify({
    protocolVersion: "2025-11-25",
    capabilities: { sampling: { tools: {}, context: {} }, elicitation: { form: {}, url: {} }, roots: {} },
    clientInfo: { name: "open-mcp-gateway", version },
  });

export class Server {
  readonly log = new ServerLog();
  readonly statistics = new Statistics();
  readonly audience = new Audience();
  readonly #host: ServerHost;
  readonly #version: string;
  readonly #instances = new Instances((whose) => this.#keeperHost(whose));
  #entry: Entry;
  #key: string;
  #answer: { readonly key: string; readonly message: Message } | undefined;
  #removed = false;
  #closed = false;
  #flaw: string | undefined;

  constructor(entry: Entry, host: ServerHost, version: string) {
    this.#entry = entry;
    this.#key = launchKey(entry);
    this.#host = host;
    this.#version = version;
  }

  get id(): string {
    return this.#entry.id;
  }

  get entry(): Entry {
    return this.#entry;
  }

  /** Which configuration the entry asks for; see `launchKey`. */
  get key(): string {
    return this.#key;
  }

  /** Whether an instance is there to take requests. */
  get up(): boolean {
    return isUp(this.state);
  }

  /** Whether it may run at all. */
  get enabled(): boolean {
    return this.#entry.enabled !== false;
  }

  get removed(): boolean {
    return this.#removed;
  }

  get shared(): boolean {
    return this.#entry.instances !== "session";
  }

  get state(): State {
    const { state } = this.#instances;
    const flaw = this.#flaw;
    return state.kind === "stopped" && flaw !== undefined ? { kind: "misconfigured", because: flaw } : state;
  }

  /** Instances that are up. */
  get connectionCount(): number {
    return this.#instances.count;
  }

  /** Requests its instances are working on. */
  get inFlight(): number {
    return this.#instances.inFlight;
  }

  /** Whether an instance still runs with a configuration the catalog no longer has. */
  get restartRequired(): boolean {
    return this.#instances.differFrom(this.#key);
  }

  get requestTimeoutMs(): number {
    return (this.#entry.request_timeout_seconds ?? this.#host.defaults.requestSeconds) * 1000;
  }

  /** What a shared backend last answered to `initialize`, while its configuration is the same. */
  get knownAnswer(): Message | undefined {
    return this.#answer?.key === this.#key ? this.#answer.message : undefined;
  }

  /** The connection that serves this client, when a call can go there at once. */
  ready(member: Member): Connection | undefined {
    return this.#instances.ready(this.shared ? "shared" : member);
  }

  /** The connection that serves this client; starts an instance where there is none. Rejects with `start-failed`. */
  async connect(member: Member): Promise<Connection> {
    this.#checkServed();
    return this.#instances.connect(this.shared ? "shared" : member, this.#host.defaults.maxInstances);
  }

  /** Does something of the gateway's own on an instance; where each client has its own, on one that ends after it. */
  async use<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    const nobody: Member = {
      initializeParams: undefined,
      can: () => false,
      push: () => undefined,
      ask: refuseToAsk,
    };
    try {
      return await work(await this.connect(nobody));
    } finally {
      await this.leave(nobody);
    }
  }

  /** Starts the shared instance. Returns whether it was running already. Rejects with `start-failed`. */
  async start(): Promise<"started" | "already-running"> {
    this.#checkServed();
    if (this.state.kind === "running") return "already-running";
    if (!this.shared)
      throw new GatewayError("start-failed", "each client session starts an instance of its own");
    await this.#instances.connect("shared", this.#host.defaults.maxInstances);
    return "started";
  }

  /** Ends all instances. Returns whether there was none. */
  async stop(): Promise<"stopped" | "already-stopped"> {
    const idle = this.state.kind === "stopped";
    await this.#instances.stop();
    return idle ? "already-stopped" : "stopped";
  }

  /** The registry has another entry under the same id. Instances that run keep their configuration. */
  update(entry: Entry): void {
    const wasShared = this.shared;
    this.#entry = entry;
    this.#key = launchKey(entry);
    if (!this.enabled || wasShared !== this.shared) void this.#instances.drain();
    else this.#instances.reconsider();
    this.#host.changed(this, this.state);
  }

  /** The registry has it again. */
  revive(entry: Entry): void {
    this.#removed = false;
    this.update(entry);
  }

  /** The registry has it no more: nothing new begins, what is in flight may finish. */
  async remove(): Promise<void> {
    this.#removed = true;
    await this.#instances.drain();
  }

  /** What keeps the entry from being started, found before anybody asked for it. */
  setFlaw(because: string | undefined): void {
    if (this.#flaw === because) return;
    this.#flaw = because;
    this.#host.changed(this, this.state);
  }

  join(member: Member): void {
    this.audience.join(member);
  }

  /** The client session ended; an instance of its own ends with it. */
  async leave(member: Member): Promise<void> {
    const before = this.audience.lowestLevel;
    this.#release(this.audience.leave(member), before);
    await this.#instances.leave(member);
  }

  /** What only a client wanted that left, a shared instance need not do any more. */
  #release(uris: readonly string[], levelBefore: string | undefined): void {
    const connection = this.#instances.ready("shared");
    const ask = (method: string, params: object) =>
      connection?.request(method, JSON.stringify(params), this.requestTimeoutMs).catch(() => undefined);
    for (const uri of uris) void ask("resources/unsubscribe", { uri });
    const level = this.audience.lowestLevel;
    if (level !== undefined && level !== levelBefore) void ask("logging/setLevel", { level });
  }

  /** Ends all instances; none starts any more. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.stop();
  }

  #checkServed(): void {
    if (this.#closed) throw new GatewayError("shutting-down", "The gateway is stopping");
    if (this.#removed) throw new GatewayError("server-not-found", `Server '${this.id}' not found`);
    if (!this.enabled)
      throw new GatewayError("start-failed", "it is disabled in the catalog (enabled: false)");
  }

  #keeperHost(whose: Whose): KeeperHost {
    const own = () => (whose === "shared" ? undefined : whose.initializeParams);
    return {
      settings: () => this.#settings(),
      prepare: async () => {
        // A start may have waited for the end of another instance.
        this.#checkServed();
        const prepared = await this.#host.prepare(this.#entry);
        if (prepared.kind === "ready") this.#flaw = undefined;
        return prepared;
      },
      initializeParams: () => own() ?? sharedInitializeParams(this.#version),
      opened: (connection, launchKey) => this.#opened(whose, connection, launchKey),
      notification: (message) => this.#tell(whose, message),
      log: (line) => this.#log(line),
      changed: () => this.#host.changed(this, this.state),
      counted: (what) => this.#count(what),
    };
  }

  #settings(): KeeperSettings {
    const { defaults } = this.#host;
    const { restart } = this.#entry;
    return {
      restart: {
        maxAttempts: restart?.max_attempts ?? restartDefaults.max_attempts,
        windowMs: (restart?.window_seconds ?? restartDefaults.window_seconds) * 1000,
      },
      idleMs: (this.#entry.idle_timeout_seconds ?? defaults.idleSeconds) * 1000,
      startMs: (this.#entry.start_timeout_seconds ?? entryDefaults.start_timeout_seconds) * 1000,
      healthMs: defaults.healthSeconds * 1000,
    };
  }

  #opened(whose: Whose, connection: Connection, launchKey: string): void {
    if (whose === "shared" && connection.answer)
      this.#answer = { key: launchKey, message: connection.answer };
    for (const { method, params } of this.audience.wishes(whose === "shared" ? undefined : whose)) {
      connection.request(method, params, this.requestTimeoutMs).catch(() => undefined);
    }
  }

  #tell(whose: Whose, message: Message): void {
    this.#host.heard(this, message);
    if (whose !== "shared") return whose.push(message.text);
    this.audience.tell(message, this.#instances.ready(whose)?.callers() ?? new Set());
  }

  #log(line: string): void {
    this.log.add(line);
    this.#host.log(this, line);
  }

  #count(what: "start" | "restart"): void {
    if (what === "start") this.statistics.starts++;
    else this.statistics.restarts++;
  }
}

function refuseToAsk(): never {
  throw new Error("nobody is there to be asked");
}
