/** The gateway without front ends: catalog, supervisor, runtimes and reload. */

import { Emitter } from "../base/emitter.ts";
import { GatewayError, messageOf } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import { Scope } from "../base/scope.ts";
import { timestampNow } from "../base/timestamp.ts";
import type { Entry } from "../catalog/entry.ts";
import { type CatalogDiff, diffCatalogs } from "../catalog/live/catalog-diff.ts";
import { type LastReload, LiveCatalog } from "../catalog/live/live-catalog.ts";
import { type Resolution, resolveEntry } from "../catalog/variables/resolve-entry.ts";
import type { GatewayApi, GatewayEvent, ReloadResult, SessionOptions } from "../frontend/gateway-api.ts";
import type { Message } from "../jsonrpc/message.ts";
import { type AggregatedServers, AggregateLists } from "../router/aggregate/aggregate-lists.ts";
import { defaultNameLength } from "../router/aggregate/aggregate-names.ts";
import { AggregateUpstream } from "../router/aggregate/aggregate-upstream.ts";
import type { ClientView, ToolsMode } from "../router/aggregate/client-view.ts";
import { SearchUpstream } from "../router/aggregate/search-upstream.ts";
import { RequestStateStore } from "../router/bridge/request-state-store.ts";
import type { StatelessToSessionCall } from "../router/bridge/stateless-to-session-call.ts";
import type { ClientHandler, SessionTarget } from "../router/client-handler.ts";
import { InitializeClientSession } from "../router/initialize-client-session.ts";
import { ListCache } from "../router/lists/list-cache.ts";
import { changedMethod, listKinds } from "../router/lists/list-kinds.ts";
import { listFiles } from "../router/lists/list-store.ts";
import type { NotificationSink } from "../router/reply.ts";
import { ServerUpstream } from "../router/server-upstream.ts";
import { StatelessRequestHandler } from "../router/stateless-request-handler.ts";
import type { Upstream } from "../router/upstream.ts";
import { chooseRuntime, preload, type Runtimes, runtimesOf } from "../runtime/choose-runtime.ts";
import { reapOrphans } from "../runtime/local/orphan-processes.ts";
import { ProcessTracker } from "../runtime/local/process-tracker.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { LaunchPlan } from "../supervisor/instance-supervisor.ts";
import { launchKey } from "../supervisor/launch-key.ts";
import type { ManagedServer, ServerDefaults } from "../supervisor/managed-server.ts";
import { ManagedServers } from "../supervisor/managed-servers.ts";
import { reasonOf, type State, withLastOutput } from "../supervisor/state.ts";
import type { CatalogSource } from "./catalog-source.ts";
import { ConfigCheck } from "./config-check.ts";
import type { HostServices, ResolveContext } from "./host-services.ts";
import { version } from "./version.ts";

export interface GatewayOptions {
  readonly source: CatalogSource;
  readonly services: HostServices;
  readonly defaults: ServerDefaults;
  readonly hotReload: boolean;
  /** Runtimes of plugin types. They are read again with each start. */
  readonly pluginRuntimes?: Runtimes;
  /** Runs entries of type remote-sse in place of the usual runtime. */
  readonly remoteRuntime?: Runtime;
  /** Directory for the cached lists of servers. */
  readonly cacheDir: string;
  /** Environment variables that are hidden from servers, because they contain the gateway's keys. */
  readonly withheld?: readonly string[];
  /** Default tools mode of clients of all servers; default `list`. */
  readonly toolsMode?: ToolsMode;
  /** Longest aggregate name of a tool or prompt; default 46. */
  readonly nameLength?: number;
}

export class Gateway implements GatewayApi, AggregatedServers {
  readonly version = version;
  readonly startedAt = timestampNow();
  readonly events = new Emitter<GatewayEvent>();
  readonly log: Log;
  readonly #options: GatewayOptions;
  readonly #scope = new Scope();
  readonly #supervisor: ManagedServers;
  readonly #runtimes: Runtimes;
  readonly #catalog: LiveCatalog;
  readonly #configCheck: ConfigCheck;
  readonly listCache: ListCache;
  readonly #aggregate: AggregateUpstream;
  readonly #search: SearchUpstream;
  /** See `AggregatedServers`. */
  readonly nameLength: number;
  /** Calls that wait for an answer of a client without a session. */
  readonly #parked = new RequestStateStore<StatelessToSessionCall>();
  /** Latest logged state of each server. */
  readonly #loggedStates = new WeakMap<ManagedServer, string>();
  #reloading: Promise<unknown> = Promise.resolve();

  /** Begins with `entries`, which were read from the source. Does not start servers. */
  constructor(options: GatewayOptions, entries: readonly Entry[]) {
    this.#options = options;
    const { withheld = [], services } = options;
    this.log = services.log;
    this.#configCheck = new ConfigCheck(services);
    const processes = new ProcessTracker({ warn: (line) => this.log.warn(line), withheld });
    this.#scope.add(() => processes.close());
    this.#runtimes = runtimesOf(processes, options.remoteRuntime);
    this.listCache = new ListCache(listFiles(options.cacheDir), {
      mayRetry: async (server) => (await services.approvedContext(server.entry)) !== undefined,
    });
    this.#scope.add(() => this.listCache.close());
    this.#supervisor = new ManagedServers(
      {
        defaults: options.defaults,
        planLaunch: (entry) => this.#prepare(entry),
        onStateChanged: (server, state) => this.#onState(server, state),
        onNotification: (server, message) => this.#onNotification(server, message),
        log: (server, line) => this.log.debug(line, server.id),
      },
      version,
    );
    this.#scope.add(() => this.#supervisor.close());
    this.#scope.add(() => this.#parked.close());
    this.nameLength = options.nameLength ?? defaultNameLength;
    this.#aggregate = new AggregateUpstream(new AggregateLists(this));
    this.#search = new SearchUpstream(this.#aggregate);
    this.#catalog = new LiveCatalog(entries, this.startedAt.date);
    this.#supervise(diffCatalogs([], entries));
    this.#watch();
    void this.#endOrphans();
  }

  get lastReload(): LastReload {
    return this.#catalog.lastReload;
  }

  servers(): ManagedServer[] {
    return this.#supervisor.all();
  }

  server(id: string): ManagedServer | undefined {
    return this.#supervisor.get(id);
  }

  openSession(
    target: SessionTarget,
    sink: NotificationSink,
    { view, ...client }: SessionOptions = {},
  ): ClientHandler {
    const options = { ...client, gatewayVersion: version, listCache: this.listCache };
    return new InitializeClientSession(this.#upstream(target, view), sink, options);
  }

  openStateless(
    target: SessionTarget,
    { view, ...client }: Pick<SessionOptions, "graceMs" | "view"> = {},
  ): ClientHandler {
    const options = { ...client, gatewayVersion: version, listCache: this.listCache, parked: this.#parked };
    return new StatelessRequestHandler(this.#upstream(target, view), options);
  }

  #upstream(target: SessionTarget, view: ClientView = {}): Upstream {
    if (target !== "all") return new ServerUpstream(target, this.listCache);
    const isNarrow = view.tags !== undefined || view.servers !== undefined;
    const all = isNarrow ? new AggregateUpstream(new AggregateLists(this, view)) : this.#aggregate;
    const mode = view.mode ?? this.#options.toolsMode ?? "list";
    if (mode === "list") return all;
    // All clients of all servers share the search index.
    return isNarrow ? new SearchUpstream(all) : this.#search;
  }

  onReload(changed: () => void): () => void {
    return this.events.on(({ type }) => type === "reload" && changed());
  }

  /** Loads the code that the servers of the catalog may need. Does not start servers. Never rejects. */
  async preload(): Promise<void> {
    const enabled = this.#catalog.entries.filter((entry) => entry.enabled !== false);
    const runtimes = enabled.map(({ runtime }) => runtime);
    await preload(this.#runtimes, runtimes);
    this.log.debug("loaded the code that servers may need");
  }

  /** Reloads the catalog. Concurrent reloads run one after the other. */
  reload(): Promise<ReloadResult> {
    const reload = this.#reloading.then(() => this.#reload());
    this.#reloading = reload.catch(() => undefined);
    return reload;
  }

  /** Ends all servers and releases all resources. May be called twice. */
  close(): Promise<void> {
    return this.#scope.close();
  }

  async #reload(): Promise<ReloadResult> {
    const reading = await this.#options.source.read();
    if (reading.kind === "invalid") return this.#refuse(reading.problems);
    const change = this.#catalog.replace(reading.entries, new Date());
    this.#supervise(change);
    this.events.fire({ type: "reload", ...change });
    this.log.info(`catalog reloaded: ${serverCount(reading.entries.length)}${summaryOf(change)}`);
    return { loaded: reading.entries.length, ...change };
  }

  #refuse(problems: readonly string[]): never {
    const error = problems.join("\n");
    this.#catalog.refuse(error);
    this.events.fire({ type: "reload-failed", error });
    for (const problem of problems) this.log.error(problem);
    this.log.error("catalog not reloaded: the previous one stays in use");
    throw new GatewayError("reload-failed", `Failed to reload catalog: ${error}`);
  }

  #supervise(change: CatalogDiff): void {
    this.#supervisor.apply(this.#catalog.entries, change);
    this.#parked.sweep();
    for (const server of this.servers()) void this.#configCheck.check(server);
  }

  #watch(): void {
    if (!this.#options.hotReload) return;
    const watch = this.#options.source.watch?.(() => void this.reload().catch(() => undefined));
    if (watch) this.#scope.add(() => watch.close());
  }

  async #prepare(entry: Entry): Promise<LaunchPlan> {
    const resolution = await resolve(entry, await this.#options.services.approve(entry));
    if (resolution.kind === "misconfigured") return resolution;
    const runtime = chooseRuntime(this.#runtimes, entry.runtime.type, this.#options.pluginRuntimes);
    return { kind: "ready", launch: resolution.launch, runtime, launchKey: launchKey(entry) };
  }

  #onState(server: ManagedServer, state: State): void {
    if (state.kind === "running") void this.listCache.onServerStarted(server);
    const reason = reasonOf(state);
    const event = { type: "server", id: server.id, status: state.kind } as const;
    this.events.fire(reason === undefined ? event : { ...event, reason });
    // The progress of a start is logged already.
    if (state.kind === "starting" && reason !== undefined) return;
    const text = reason === undefined ? state.kind : `${state.kind}: ${withLastOutput(reason, state)}`;
    // A change of the entry or the end of one of several instances leaves the state as it was.
    if (this.#loggedStates.get(server) === text) return;
    this.#loggedStates.set(server, text);
    const level = state.kind === "failed" || state.kind === "misconfigured" ? "error" : "info";
    this.log.write(level, text, server.id);
  }

  #onNotification(server: ManagedServer, message: Message): void {
    const { method } = message.json;
    for (const kind of listKinds)
      if (method === changedMethod(kind)) this.listCache.onListChanged(server, kind);
  }

  async #endOrphans(): Promise<void> {
    await this.#endProcesses();
    const types = new Set(this.#catalog.entries.map(({ runtime }) => runtime.type));
    await Promise.all([...types].map((type) => this.#endOrphansOf(type)));
  }

  async #endProcesses(): Promise<void> {
    try {
      for (const { pid, program } of await reapOrphans()) {
        this.log.warn(`ended orphan process ${pid} (${program}) of a gateway that crashed`);
      }
    } catch (error) {
      this.log.warn(`could not search for orphan processes: ${messageOf(error)}`);
    }
  }

  /** Ends orphans that are not local processes, such as containers. */
  async #endOrphansOf(type: string): Promise<void> {
    const runtime = this.#runtimes.get(type) ?? this.#options.pluginRuntimes?.get(type);
    if (!runtime?.endOrphans) return;
    try {
      const entries = this.#catalog.entries.filter(
        (entry) => entry.runtime.type === type && entry.enabled !== false,
      );
      const resolved = await Promise.all(entries.map((entry) => this.#resolveSilently(entry)));
      const launches = resolved.flatMap((one) => (one?.kind === "resolved" ? [one.launch] : []));
      if (launches.length === 0) return;
      for (const ended of await runtime.endOrphans(launches))
        this.log.warn(`removed orphan ${ended} of a gateway that crashed`);
    } catch (error) {
      this.log.debug(`could not search for orphans of type ${type}: ${messageOf(error)}`);
    }
  }

  /** Resolves an entry only if it may start without asking the user, because the search for orphans contacts its host. */
  async #resolveSilently(entry: Entry): Promise<Resolution | undefined> {
    const context = await this.#options.services.approvedContext(entry);
    return context && resolve(entry, context);
  }
}

function resolve(entry: Entry, { sources, baseDir }: ResolveContext): Promise<Resolution> {
  return resolveEntry(entry, sources, baseDir);
}

/** `1 server`, `2 servers`. */
export function serverCount(count: number): string {
  return count === 1 ? "1 server" : `${count} servers`;
}

function summaryOf(change: CatalogDiff): string {
  const parts = (["added", "removed", "modified"] as const)
    .filter((kind) => change[kind].length > 0)
    .map((kind) => `${kind} ${change[kind].join(", ")}`);
  return parts.length === 0 ? "" : ` (${parts.join("; ")})`;
}
