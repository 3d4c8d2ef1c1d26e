/** One entry of the registry and the instances that serve it. Decides which instance a client's requests go to. */

import type { BackendSession } from "../backend/backend-session.ts";
import type { Envelope, Era } from "../backend/era.ts";
import type { HandshakeRequest, HandshakeResult } from "../backend/handshake.ts";
import { GatewayError } from "../base/errors.ts";
import type { Entry } from "../catalog/entry.ts";
import { entryDefaults, restartDefaults } from "../catalog/generated/schema-facts.ts";
import type { Message } from "../jsonrpc/message.ts";
import { servesBothEras } from "../runtime/runtime.ts";
import { Coalescer } from "./coalescer.ts";
import { type InstanceKey, InstancePool } from "./instance-pool.ts";
import type { InstanceHost, InstanceSettings, LaunchPlan } from "./instance-supervisor.ts";
import { launchKey } from "./launch-key.ts";
import { mergedRoots } from "./merged-roots.ts";
import { ServerLog } from "./server-log.ts";
import { isUp, type State } from "./state.ts";
import { Statistics } from "./statistics.ts";
import { type Filter, type Subscriber, SubscriptionRegistry } from "./subscription-registry.ts";
import { UpstreamSubscriptions } from "./upstream-subscriptions.ts";

/** What holds for entries that do not say otherwise (config.yaml). */
export interface ServerDefaults {
  readonly idleSeconds: number;
  readonly requestSeconds: number;
  readonly healthSeconds: number;
  readonly maxInstances: number;
}

export interface ManagedServerHost {
  readonly defaults: ServerDefaults;
  planLaunch(entry: Entry): Promise<LaunchPlan>;
  onStateChanged(server: ManagedServer, state: State): void;
  /** A notification that belongs to no call; its clients hear it after this. */
  onNotification(server: ManagedServer, message: Message): void;
  log(server: ManagedServer, line: string): void;
}

/** How long what a server asks at its start keeps its first calls waiting. */
const serverRequestsMs = 3_000;

/** A list that changes again and again is told of once in this time: each client asks for the whole list for it. */
const changesMs = 200;

/** What the gateway says of itself to backends that many clients share: it passes on whatever a client can do. */
const gatewayEnvelope = (version: string): Envelope => ({
  capabilities: { sampling: { tools: {}, context: {} }, elicitation: { form: {}, url: {} }, roots: {} },
  clientInfo: { name: "open-mcp-gateway", version },
});

export class ManagedServer {
  readonly log = new ServerLog();
  readonly statistics = new Statistics();
  readonly subscriptions = new SubscriptionRegistry();
  readonly #host: ManagedServerHost;
  readonly #envelope: Envelope;
  /** What each instance that is up has been told of its clients' wishes. */
  readonly #upstreamSubscriptions = new Map<InstanceKey, UpstreamSubscriptions>();
  readonly #instances = new InstancePool((whose) => this.#instanceHost(whose));
  #entry: Entry;
  #key: string;
  /** What the latest start of each instance that many clients share said of itself. */
  readonly #lastHandshakes = new Map<InstanceKey, HandshakeResult & { readonly key: string }>();
  /** The era the backend was found not to speak. */
  #unsupportedEra: { readonly key: string; readonly era: Era } | undefined;
  #removed = false;
  #closed = false;
  /** How often it was asked to stop: a restart that waits for one stop must hear of the next. */
  #stops = 0;
  #configError: string | undefined;

  constructor(entry: Entry, host: ManagedServerHost, version: string) {
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
  get isUp(): boolean {
    return isUp(this.state);
  }

  /** Whether it may run at all. */
  get isEnabled(): boolean {
    return this.#entry.enabled !== false;
  }

  /** Whether clients may talk to it, asleep or not. */
  get isServed(): boolean {
    return this.isEnabled && !this.#removed && !this.#closed;
  }

  get isRemoved(): boolean {
    return this.#removed;
  }

  get isShared(): boolean {
    return this.#entry.instances !== "session";
  }

  get state(): State {
    const { state } = this.#instances;
    const flaw = this.#configError;
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
  get lastHandshake(): HandshakeResult | undefined {
    return this.lastHandshakeIn("initialize");
  }

  /** The same, said in that era where it speaks both. */
  lastHandshakeIn(era: Era): HandshakeResult | undefined {
    const current = [...this.#lastHandshakes.values()].filter(({ key }) => key === this.#key);
    return current.find((known) => known.era === era) ?? current[0];
  }

  /** The connection that serves this client, when a call can go there at once. */
  ready(member: Subscriber): BackendSession | undefined {
    return this.#instances.ready(this.#instanceKeyOf(member));
  }

  /** The connection that serves this client; starts an instance where there is none. Rejects with `start-failed`. */
  async connect(member: Subscriber): Promise<BackendSession> {
    this.#checkServed();
    return this.#instances.connect(this.#instanceKeyOf(member), this.#host.defaults.maxInstances, member.era);
  }

  /** What the instance that serves this client has been told, while there is one. */
  upstreamSubscriptions(member: Subscriber): UpstreamSubscriptions | undefined {
    return this.#upstreamSubscriptions.get(this.#instanceKeyOf(member));
  }

  /** A client without a session has none of its own, and a process can speak one era at a time. */
  #instanceKeyOf(member: Subscriber): InstanceKey {
    if (member.era === "initialize") return this.isShared ? "shared" : member;
    return this.#statelessKey();
  }

  #statelessKey(): "shared" | "stateless" {
    return this.isShared && !servesBothEras(this.#entry.runtime) ? "shared" : "stateless";
  }

  /** The era in which a client without a session is served now, or would be if it started the server. */
  get statelessEra(): Era {
    return this.#instances.ready(this.#statelessKey())?.era ?? this.#erasFor("stateless")[0];
  }

  /**
   * Does something of the gateway's own on an instance; where each client has its own, on one that ends after it. One that
   * has to be started is started in that era.
   */
  async use<T>(
    work: (connection: BackendSession) => Promise<T>,
    era: Era = this.lastHandshake?.era ?? "initialize",
  ): Promise<T> {
    const nobody: Subscriber = {
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
    if (!this.isShared)
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
    if (this.isShared) await this.start();
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
    const wasShared = this.isShared;
    this.#entry = entry;
    this.#key = launchKey(entry);
    if (!this.isEnabled || wasShared !== this.isShared) void this.#instances.drain();
    else this.#instances.reconsider();
    this.#host.onStateChanged(this, this.state);
  }

  /** The registry has it again. */
  restore(entry: Entry): void {
    this.#removed = false;
    this.update(entry);
  }

  /** The registry has it no more: nothing new begins, what is in flight may finish. */
  async remove(): Promise<void> {
    this.#removed = true;
    await this.#instances.drain();
  }

  /** What keeps the entry from being started, found before anybody asked for it. */
  setConfigError(because: string | undefined): void {
    if (this.#configError === because) return;
    this.#configError = because;
    this.#host.onStateChanged(this, this.state);
  }

  /** Tells all its clients who want to hear such a thing. */
  notifyAll(notification: Message): void {
    this.subscriptions.notify(notification, new Set(), () => true);
  }

  /** `filter` is what a client without a session asked to be told of. */
  join(member: Subscriber, filter?: Filter): void {
    this.subscriptions.add(member, filter);
  }

  /** The client session ended; an instance of its own ends with it, a shared one need not tell what only it wanted. */
  async leave(member: Subscriber): Promise<void> {
    this.subscriptions.remove(member);
    if (member.era === "initialize" && member.can("roots")) this.rootsChanged();
    void this.upstreamSubscriptions(member)?.update();
    await this.#instances.leave(member);
  }

  /** The roots of its clients together are others now: a shared instance that is up hears of it. */
  rootsChanged(): void {
    const shared = this.isShared ? this.#instances.ready("shared") : undefined;
    if (shared?.era === "initialize") shared.notifyRootsChanged();
  }

  /** Ends all instances; none starts any more. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.stop();
  }

  #checkServed(): void {
    if (this.#closed) throw new GatewayError("shutting-down", "The gateway is stopping");
    if (this.#removed) throw new GatewayError("server-not-found", `Server '${this.id}' not found`);
    if (!this.isEnabled)
      throw new GatewayError("start-failed", "it is disabled in the catalog (enabled: false)");
  }

  #instanceHost(whose: InstanceKey): InstanceHost {
    const changes = new Coalescer<Message>((message) => this.#notify(whose, message), changesMs);
    return {
      id: this.id,
      envelope: this.#envelope,
      settings: () => this.#settings(),
      planLaunch: async () => {
        // A start may have waited for the end of another instance.
        this.#checkServed();
        const prepared = await this.#host.planLaunch(this.#entry);
        if (prepared.kind === "ready") this.#configError = undefined;
        return prepared;
      },
      handshakeRequest: (wanted) => this.#handshakeRequest(whose, wanted),
      onOpened: (connection, launchKey, wanted) => this.#opened(whose, connection, launchKey, wanted),
      onEnded: () => {
        changes.close();
        this.#ended(whose);
      },
      onNotification: (message) => {
        this.#host.onNotification(this, message);
        const { method = "" } = message.json;
        if (method.endsWith("/list_changed")) changes.offer(method, message);
        else this.#notify(whose, message);
      },
      roots: () =>
        mergedRoots(this.subscriptions.subscribers((member) => this.#instanceKeyOf(member) === whose)),
      log: (line) => this.#log(line),
      onStateChanged: () => this.#host.onStateChanged(this, this.state),
      onStarted: (what) => this.#count(what),
    };
  }

  #settings(): InstanceSettings {
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
  #handshakeRequest(whose: InstanceKey, wanted: Era): HandshakeRequest {
    const { capabilities, clientInfo } = this.#envelope;
    // What the clients that are there declare besides, a server may offer things for.
    const { extensions } = this.subscriptions;
    const all =
      Object.keys(extensions).length === 0 ? capabilities : { ...(capabilities as object), extensions };
    const ours = JSON.stringify({ protocolVersion: "2025-11-25", capabilities: all, clientInfo });
    const own = typeof whose === "string" ? undefined : whose.initializeParams;
    return { eras: this.#erasFor(wanted), initializeParams: own ?? ours };
  }

  /** The era it was found not to speak comes last: an update of the server may have brought it. */
  #erasFor(wanted: Era): readonly [Era, Era] {
    const other = wanted === "initialize" ? "stateless" : "initialize";
    const { key, era } = this.#unsupportedEra ?? {};
    return key === this.#key && era === wanted ? [other, wanted] : [wanted, other];
  }

  async #opened(whose: InstanceKey, connection: BackendSession, key: string, wanted: Era): Promise<void> {
    const { era, handshakeResponse: answer } = connection;
    if (era !== wanted) this.#unsupportedEra = { key, era: wanted };
    const attached = (member: Subscriber) => this.#instanceKeyOf(member) === whose;
    const attunement = new UpstreamSubscriptions(
      connection,
      () => this.subscriptions.wanted(attached),
      () => this.requestTimeoutMs,
    );
    this.#upstreamSubscriptions.set(whose, attunement);
    if (answer && typeof whose === "string") this.#lastHandshakes.set(whose, { era, response: answer, key });
    // Over HTTP a call may overtake the subscription or the level that its news are to be told by.
    await attunement.update();
    // Some ask for the roots as soon as the session has begun, and know nothing to serve before they have them.
    const hasRoots = this.subscriptions.subscribers(attached).some((member) => member.can("roots"));
    if (typeof whose === "string" && hasRoots) await connection.serverRequestsSettled(serverRequestsMs);
  }

  #ended(whose: InstanceKey): void {
    this.#upstreamSubscriptions.get(whose)?.close();
    this.#upstreamSubscriptions.delete(whose);
  }

  #notify(whose: InstanceKey, message: Message): void {
    if (typeof whose !== "string") return whose.push(message.text);
    const callers = this.#instances.ready(whose)?.callers() ?? new Set();
    this.subscriptions.notify(message, callers, (member) => this.#instanceKeyOf(member) === whose);
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
