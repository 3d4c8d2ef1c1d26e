/** One entry of the catalog and its instances. Decides which instance serves the requests of a client. */

import type { BackendSession } from "../backend/backend-session.ts";
import type { Envelope, Era } from "../backend/era.ts";
import type { HandshakeOptions, HandshakeResult } from "../backend/handshake.ts";
import { GatewayError } from "../base/errors.ts";
import type { Entry } from "../catalog/entry.ts";
import { entryDefaults, restartDefaults } from "../catalog/generated/schema-facts.ts";
import type { Message } from "../jsonrpc/message.ts";
import { servesBothEras } from "../runtime/runtime.ts";
import { Coalescer } from "./coalescer.ts";
import type { InstanceHost, InstanceSettings, LaunchPlan } from "./instance-supervisor.ts";
import { launchKey } from "./launch-key.ts";
import { mergedRoots } from "./merged-roots.ts";
import { type InstanceKey, ServerInstances } from "./server-instances.ts";
import { ServerLog } from "./server-log.ts";
import { ServerSubscriptions } from "./server-subscriptions.ts";
import { isUp, type State } from "./state.ts";
import { Statistics } from "./statistics.ts";
import type { Filter, Subscriber } from "./subscription-registry.ts";

/** Defaults for entries that do not set these values (config.yaml). */
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
  /** Called for a notification that belongs to no call, before the clients receive it. */
  onNotification(server: ManagedServer, message: Message): void;
  log(server: ManagedServer, line: string): void;
}

/** How long the first calls wait for requests that the server sends at its start. */
const serverRequestsMs = 3_000;

/** Shortest time between notifications of one list, because each client requests the whole list again. */
const changesMs = 200;

/** Client information for shared backends. The gateway declares every capability that a client may have. */
const gatewayEnvelope = (version: string): Envelope => ({
  capabilities: { sampling: { tools: {}, context: {} }, elicitation: { form: {}, url: {} }, roots: {} },
  clientInfo: { name: "open-mcp-gateway", version },
});

export class ManagedServer {
  readonly log = new ServerLog();
  readonly statistics = new Statistics();
  readonly subscriptions = new ServerSubscriptions({
    keyOf: (subscriber) => this.#instanceKeyOf(subscriber),
    isReady: (subscriber) => this.ready(subscriber) !== undefined,
    connect: (subscriber) => this.connect(subscriber),
    requestTimeoutMs: () => this.requestTimeoutMs,
  });
  readonly #host: ManagedServerHost;
  readonly #envelope: Envelope;
  readonly #instances = new ServerInstances((instanceKey) => this.#instanceHost(instanceKey));
  #entry: Entry;
  #key: string;
  /** Handshake result of the latest start of each shared instance. */
  readonly #lastHandshakes = new Map<InstanceKey, HandshakeResult & { readonly key: string }>();
  /** Era that the backend turned out not to support. */
  #unsupportedEra: { readonly key: string; readonly era: Era } | undefined;
  #removed = false;
  #closed = false;
  /** Counts stop requests, so that a restart that waits for one stop notices the next one. */
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

  /** Key of the current configuration; see `launchKey`. */
  get key(): string {
    return this.#key;
  }

  /** Whether an instance accepts requests. */
  get isUp(): boolean {
    return isUp(this.state);
  }

  /** Whether the entry is enabled. */
  get isEnabled(): boolean {
    return this.#entry.enabled !== false;
  }

  /** Whether clients may use the server, running or not. */
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
    const error = this.#configError;
    return state.kind === "stopped" && error !== undefined
      ? { kind: "misconfigured", because: error }
      : state;
  }

  /** Number of instances that are up. */
  get instanceCount(): number {
    return this.#instances.count;
  }

  /** Calls in flight. */
  get inFlight(): number {
    return this.#instances.inFlight;
  }

  /** Whether an instance runs with a configuration that is no longer in the catalog. */
  get restartRequired(): boolean {
    return this.#instances.differFrom(this.#key);
  }

  get requestTimeoutMs(): number {
    return (this.#entry.request_timeout_seconds ?? this.#host.defaults.requestSeconds) * 1000;
  }

  /** Latest handshake result of the shared instance for the current configuration. */
  get lastHandshake(): HandshakeResult | undefined {
    return this.lastHandshakeIn("initialize");
  }

  /** The same in one era, if the server supports both. */
  lastHandshakeIn(era: Era): HandshakeResult | undefined {
    const current = [...this.#lastHandshakes.values()].filter(({ key }) => key === this.#key);
    return current.find((known) => known.era === era) ?? current[0];
  }

  /** The session that serves this client, if a call can be sent to it now. */
  ready(subscriber: Subscriber): BackendSession | undefined {
    return this.#instances.ready(this.#instanceKeyOf(subscriber));
  }

  /** Returns the session that serves this client and starts an instance if necessary. Rejects with `start-failed`. */
  async connect(subscriber: Subscriber): Promise<BackendSession> {
    this.#checkServed();
    return this.#instances.connect(
      this.#instanceKeyOf(subscriber),
      this.#host.defaults.maxInstances,
      subscriber.era,
    );
  }

  /** A client without a session has no instance of its own. A process supports one era at a time. */
  #instanceKeyOf(subscriber: Subscriber): InstanceKey {
    if (subscriber.era === "initialize") return this.isShared ? "shared" : subscriber;
    return this.#statelessKey();
  }

  #statelessKey(): "shared" | "stateless" {
    return this.isShared && !servesBothEras(this.#entry.runtime) ? "shared" : "stateless";
  }

  /** Era in which a client without a session is served now, or would be after it started the server. */
  get statelessEra(): Era {
    return this.#instances.ready(this.#statelessKey())?.era ?? this.#erasFor("stateless")[0];
  }

  /**
   * Runs work of the gateway itself on an instance. If each client has its own instance, a temporary one is used. An
   * instance that has to be started is started in `era`.
   */
  async use<T>(
    work: (connection: BackendSession) => Promise<T>,
    era: Era = this.lastHandshake?.era ?? "initialize",
  ): Promise<T> {
    const gateway: Subscriber = {
      era,
      principal: "gateway",
      envelope: this.#envelope,
      initializeParams: undefined,
      can: () => false,
      push: () => undefined,
      ask: refuseServerRequest,
    };
    try {
      return await work(await this.connect(gateway));
    } finally {
      await this.leave(gateway);
    }
  }

  /** Starts the shared instance. Returns whether it was already running. Rejects with `start-failed`. */
  async start(): Promise<"started" | "already-running"> {
    this.#checkServed();
    if (this.state.kind === "running") return "already-running";
    if (!this.isShared)
      throw new GatewayError(
        "start-failed",
        "the entry has 'instances: session', so an instance starts when a client calls it",
      );
    await this.#instances.connect("shared", this.#host.defaults.maxInstances, "initialize");
    return "started";
  }

  /** Stops all instances, then starts the shared one. Rejects with `start-failed`, also if it is stopped meanwhile. */
  async restart(): Promise<void> {
    const stops = this.#stops;
    await this.#instances.stop();
    if (this.#stops !== stops) throw new GatewayError("start-failed", "stopped while restarting");
    // Instances of client sessions start again with the next call of each.
    if (this.isShared) await this.start();
  }

  /** Stops all instances. Returns whether none was running. */
  async stop(): Promise<"stopped" | "already-stopped"> {
    this.#stops++;
    const idle = this.state.kind === "stopped";
    await this.#instances.stop();
    return idle ? "already-stopped" : "stopped";
  }

  /** Replaces the entry. Running instances keep their configuration. */
  update(entry: Entry): void {
    const wasShared = this.isShared;
    this.#entry = entry;
    this.#key = launchKey(entry);
    if (!this.isEnabled || wasShared !== this.isShared) void this.#instances.drain();
    else this.#instances.reconsider();
    this.#host.onStateChanged(this, this.state);
  }

  /** The server is in the catalog again. */
  restore(entry: Entry): void {
    this.#removed = false;
    this.update(entry);
  }

  /** The server was removed from the catalog. Calls in flight finish and no new call is accepted. */
  async remove(): Promise<void> {
    this.#removed = true;
    await this.#instances.drain();
  }

  /** Sets the reason why the entry cannot be started, found before the first request. */
  setConfigError(because: string | undefined): void {
    if (this.#configError === because) return;
    this.#configError = because;
    this.#host.onStateChanged(this, this.state);
  }

  /** Sends a notification to all clients that want it. */
  notifyAll(notification: Message): void {
    this.subscriptions.notifyAll(notification);
  }

  /** `filter` is the subscription of a client without a session. */
  join(subscriber: Subscriber, filter?: Filter): void {
    this.subscriptions.add(subscriber, filter);
  }

  /** Removes a client session, stops its own instance and ends subscriptions that only it needed. */
  async leave(subscriber: Subscriber): Promise<void> {
    this.subscriptions.remove(subscriber);
    if (subscriber.era === "initialize" && subscriber.can("roots")) this.rootsChanged();
    await this.#instances.leave(subscriber);
  }

  /** Notifies the shared instance that the roots of its clients have changed. */
  rootsChanged(): void {
    const shared = this.isShared ? this.#instances.ready("shared") : undefined;
    if (shared?.era === "initialize") shared.notifyRootsChanged();
  }

  /** Stops all instances for good. */
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

  #instanceHost(instanceKey: InstanceKey): InstanceHost {
    const changes = new Coalescer<Message>((message) => this.#notify(instanceKey, message), changesMs);
    return {
      id: this.id,
      envelope: this.#envelope,
      settings: () => this.#settings(),
      planLaunch: async () => {
        // The start may have waited for another instance to stop.
        this.#checkServed();
        const plan = await this.#host.planLaunch(this.#entry);
        if (plan.kind === "ready") this.#configError = undefined;
        return plan;
      },
      handshakeRequest: (wanted) => this.#handshakeRequest(instanceKey, wanted),
      onOpened: (connection, launchKey, wanted) => this.#opened(instanceKey, connection, launchKey, wanted),
      onEnded: () => {
        changes.close();
        this.subscriptions.ended(instanceKey);
      },
      onNotification: (message) => {
        this.#host.onNotification(this, message);
        const { method = "" } = message.json;
        if (method.endsWith("/list_changed")) changes.offer(method, message);
        else this.#notify(instanceKey, message);
      },
      roots: () => mergedRoots(this.subscriptions.subscribersOf(instanceKey)),
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

  /** The instance of one client receives the parameters of that client. Every other receives those of the gateway. */
  #handshakeRequest(instanceKey: InstanceKey, wanted: Era): HandshakeOptions {
    const { capabilities, clientInfo } = this.#envelope;
    // A server may offer features for extensions that its clients declare.
    const { extensions } = this.subscriptions;
    const all =
      Object.keys(extensions).length === 0 ? capabilities : { ...(capabilities as object), extensions };
    const gatewayParams = JSON.stringify({ protocolVersion: "2025-11-25", capabilities: all, clientInfo });
    const own = typeof instanceKey === "string" ? undefined : instanceKey.initializeParams;
    return { eras: this.#erasFor(wanted), initializeParams: own ?? gatewayParams };
  }

  /** An unsupported era is tried last, because an update of the server may support it. */
  #erasFor(wanted: Era): readonly [Era, Era] {
    const other = wanted === "initialize" ? "stateless" : "initialize";
    const { key, era } = this.#unsupportedEra ?? {};
    return key === this.#key && era === wanted ? [other, wanted] : [wanted, other];
  }

  async #opened(
    instanceKey: InstanceKey,
    connection: BackendSession,
    key: string,
    wanted: Era,
  ): Promise<void> {
    const { era, handshakeResponse: answer } = connection;
    if (era !== wanted) this.#unsupportedEra = { key, era: wanted };
    if (answer && typeof instanceKey === "string")
      this.#lastHandshakes.set(instanceKey, { era, response: answer, key });
    // Over HTTP a call could overtake the subscription or the log level that its notifications depend on.
    await this.subscriptions.opened(instanceKey, connection);
    // Some servers request the roots right after the handshake and cannot serve calls before they have them.
    const hasRoots = this.subscriptions
      .subscribersOf(instanceKey)
      .some((subscriber) => subscriber.can("roots"));
    if (typeof instanceKey === "string" && hasRoots) await connection.serverRequestsSettled(serverRequestsMs);
  }

  #notify(instanceKey: InstanceKey, message: Message): void {
    if (typeof instanceKey !== "string") return instanceKey.push(message.text);
    const callers = this.#instances.ready(instanceKey)?.callers() ?? new Set();
    this.subscriptions.notify(instanceKey, message, callers);
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

function refuseServerRequest(): never {
  throw new Error("no client can answer requests of the server");
}
