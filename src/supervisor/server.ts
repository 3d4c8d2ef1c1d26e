/** One entry of the registry and the instances that serve it. Decides which instance a client's requests go to. */

import { GatewayError } from "../base/errors.ts";
import type { Entry } from "../catalog/entry.ts";
import { entryDefaults, restartDefaults } from "../catalog/generated/schema-facts.ts";
import type { Connection } from "../connection/connection.ts";
import type { Envelope, Era } from "../connection/era.ts";
import type { Greeted, Greeting } from "../connection/greeting.ts";
import type { Message } from "../connection/message.ts";
import { servesBothEras } from "../runtime/runtime.ts";
import { Attunement } from "./attunement.ts";
import { Audience, type Filter, type Member } from "./audience.ts";
import { Coalescer } from "./coalescer.ts";
import { Instances, type Whose } from "./instances.ts";
import type { KeeperHost, KeeperSettings, Preparation } from "./keeper.ts";
import { launchKey } from "./launch-key.ts";
import { ServerLog } from "./server-log.ts";
import { rootsOf } from "./shared-roots.ts";
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

/** How long what a server asks at its start keeps its first calls waiting. */
const questionsMs = 3_000;

/** A list that changes again and again is told of once in this time: each client asks for the whole list for it. */
const changesMs = 200;

/** What the gateway says of itself to backends that many clients share: it passes on whatever a client can do. */
const gatewayEnvelope = (version: string): Envelope => ({
  capabilities: { sampling: { tools: {}, context: {} }, elicitation: { form: {}, url: {} }, roots: {} },
  clientInfo: { name: "open-mcp-gateway", version },
});

export class Server {
  readonly log = new ServerLog();
  readonly statistics = new Statistics();
  readonly audience = new Audience();
  readonly #host: ServerHost;
  readonly #envelope: Envelope;
  /** What each instance that is up has been told of its clients' wishes. */
  readonly #attunements = new Map<Whose, Attunement>();
  readonly #instances = new Instances((whose) => this.#keeperHost(whose));
  #entry: Entry;
  #key: string;
  /** What the latest start of each instance that many clients share said of itself. */
  readonly #known = new Map<Whose, Greeted & { readonly key: string }>();
  /** The era the backend was found not to speak. */
  #unspoken: { readonly key: string; readonly era: Era } | undefined;
  #removed = false;
  #closed = false;
  /** How often it was asked to stop: a restart that waits for one stop must hear of the next. */
  #stops = 0;
  #flaw: string | undefined;

  constructor(entry: Entry, host: ServerHost, version: string) {
    this.#entry = entry;
    this.#key = launchKey(entry);
    this.#host = host;
    this.#envelope = gatewayEnvelope(version);
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

  /** Whether clients may talk to it, asleep or not. */
  get served(): boolean {
    return this.enabled && !this.#removed && !this.#closed;
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

  /** What a backend that many clients share said of itself, while its configuration is the same. */
  get known(): Greeted | undefined {
    return this.knownTo("initialize");
  }

  /** The same, said in that era where it speaks both. */
  knownTo(era: Era): Greeted | undefined {
    const current = [...this.#known.values()].filter(({ key }) => key === this.#key);
    return current.find((known) => known.era === era) ?? current[0];
  }

  /** The connection that serves this client, when a call can go there at once. */
  ready(member: Member): Connection | undefined {
    return this.#instances.ready(this.#whose(member));
  }

  /** The connection that serves this client; starts an instance where there is none. Rejects with `start-failed`. */
  async connect(member: Member): Promise<Connection> {
    this.#checkServed();
    return this.#instances.connect(this.#whose(member), this.#host.defaults.maxInstances, member.era);
  }

  /** What the instance that serves this client has been told, while there is one. */
  attunement(member: Member): Attunement | undefined {
    return this.#attunements.get(this.#whose(member));
  }

  /** A client without a session has none of its own, and a process can speak one era at a time. */
  #whose(member: Member): Whose {
    if (member.era === "initialize") return this.shared ? "shared" : member;
    return this.#ofStateless();
  }

  #ofStateless(): "shared" | "stateless" {
    return this.shared && !servesBothEras(this.#entry.runtime) ? "shared" : "stateless";
  }

  /** The era in which a client without a session is served now, or would be if it started the server. */
  get eraOfStateless(): Era {
    return this.#instances.ready(this.#ofStateless())?.era ?? this.#erasFor("stateless")[0];
  }

  /**
   * Does something of the gateway's own on an instance; where each client has its own, on one that ends after it. One that
   * has to be started is started in that era.
   */
  async use<T>(
    work: (connection: Connection) => Promise<T>,
    era: Era = this.known?.era ?? "initialize",
  ): Promise<T> {
    const nobody: Member = {
      era,
      principal: "gateway",
      envelope: this.#envelope,
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
    await this.#instances.connect("shared", this.#host.defaults.maxInstances, "initialize");
    return "started";
  }

  /** Ends all instances, then starts the shared one. Rejects with `start-failed`, also where it is stopped meanwhile. */
  async restart(): Promise<void> {
    const stops = this.#stops;
    await this.#instances.stop();
    if (this.#stops !== stops) throw new GatewayError("start-failed", "stopped while restarting");
    // Instances of client sessions start again with the next call of each.
    if (this.shared) await this.start();
  }

  /** Ends all instances. Returns whether there was none. */
  async stop(): Promise<"stopped" | "already-stopped"> {
    this.#stops++;
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

  /** Tells all its clients who want to hear such a thing. */
  announce(notification: Message): void {
    this.audience.tell(notification, new Set(), () => true);
  }

  /** `filter` is what a client without a session asked to be told of. */
  join(member: Member, filter?: Filter): void {
    this.audience.join(member, filter);
  }

  /** The client session ended; an instance of its own ends with it, a shared one need not tell what only it wanted. */
  async leave(member: Member): Promise<void> {
    this.audience.leave(member);
    if (member.era === "initialize" && member.can("roots")) this.rootsChanged();
    void this.attunement(member)?.update();
    await this.#instances.leave(member);
  }

  /** The roots of its clients together are others now: a shared instance that is up hears of it. */
  rootsChanged(): void {
    const shared = this.shared ? this.#instances.ready("shared") : undefined;
    if (shared?.era === "initialize") shared.rootsChanged();
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
    const changes = new Coalescer<Message>((message) => this.#tell(whose, message), changesMs);
    return {
      id: this.id,
      envelope: this.#envelope,
      settings: () => this.#settings(),
      prepare: async () => {
        // A start may have waited for the end of another instance.
        this.#checkServed();
        const prepared = await this.#host.prepare(this.#entry);
        if (prepared.kind === "ready") this.#flaw = undefined;
        return prepared;
      },
      greeting: (wanted) => this.#greeting(whose, wanted),
      opened: (connection, launchKey, wanted) => this.#opened(whose, connection, launchKey, wanted),
      ended: () => {
        changes.close();
        this.#ended(whose);
      },
      notification: (message) => {
        this.#host.heard(this, message);
        const { method = "" } = message.json;
        if (method.endsWith("/list_changed")) changes.offer(method, message);
        else this.#tell(whose, message);
      },
      roots: () => rootsOf(this.audience.members((member) => this.#whose(member) === whose)),
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

  /** A backend of a client's own hears the client's words, every other those of the gateway. */
  #greeting(whose: Whose, wanted: Era): Greeting {
    const { capabilities, clientInfo } = this.#envelope;
    // What the clients that are there declare besides, a server may offer things for.
    const { extensions } = this.audience;
    const all =
      Object.keys(extensions).length === 0 ? capabilities : { ...(capabilities as object), extensions };
    const ours = JSON.stringify({ protocolVersion: "2025-11-25", capabilities: all, clientInfo });
    const own = typeof whose === "string" ? undefined : whose.initializeParams;
    return { eras: this.#erasFor(wanted), initializeParams: own ?? ours };
  }

  /** The era it was found not to speak comes last: an update of the server may have brought it. */
  #erasFor(wanted: Era): readonly [Era, Era] {
    const other = wanted === "initialize" ? "stateless" : "initialize";
    const { key, era } = this.#unspoken ?? {};
    return key === this.#key && era === wanted ? [other, wanted] : [wanted, other];
  }

  async #opened(whose: Whose, connection: Connection, key: string, wanted: Era): Promise<void> {
    const { era, answer } = connection;
    if (era !== wanted) this.#unspoken = { key, era: wanted };
    const attached = (member: Member) => this.#whose(member) === whose;
    const attunement = new Attunement(
      connection,
      () => this.audience.wanted(attached),
      () => this.requestTimeoutMs,
    );
    this.#attunements.set(whose, attunement);
    if (answer && typeof whose === "string") this.#known.set(whose, { era, answer, key });
    // Over HTTP a call may overtake the subscription or the level that its news are to be told by.
    await attunement.update();
    // Some ask for the roots as soon as the session has begun, and know nothing to serve before they have them.
    const hasRoots = this.audience.members(attached).some((member) => member.can("roots"));
    if (typeof whose === "string" && hasRoots) await connection.settledQuestions(questionsMs);
  }

  #ended(whose: Whose): void {
    this.#attunements.get(whose)?.close();
    this.#attunements.delete(whose);
  }

  #tell(whose: Whose, message: Message): void {
    if (typeof whose !== "string") return whose.push(message.text);
    const callers = this.#instances.ready(whose)?.callers() ?? new Set();
    this.audience.tell(message, callers, (member) => this.#whose(member) === whose);
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
