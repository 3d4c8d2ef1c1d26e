/**
 * Keeps one instance as wanted: starts it on demand, once for all who wait; stops it when idle; restarts it when it
 * crashes (gateway.md, *Lifecycle*). Knows nothing of clients and routes nothing.
 */

import { BackendSession } from "../backend/backend-session.ts";
import type { Client } from "../backend/call.ts";
import type { Exit } from "../backend/channel.ts";
import type { Envelope, Era } from "../backend/era.ts";
import type { HandshakeRequest } from "../backend/handshake.ts";
import { GatewayError, messageOf } from "../base/errors.ts";
import { abortable } from "../base/timeout.ts";
import { type Timestamp, timestampNow } from "../base/timestamp.ts";
import type { Message } from "../jsonrpc/message.ts";
import type { Instance, Launch, Runtime } from "../runtime/runtime.ts";
import { Download } from "./download.ts";
import { errorIn, lastLinesIn, linesLookedAt } from "./failure-reason.ts";
import { HealthCheck } from "./health-check.ts";
import { IdleTimer } from "./idle-timer.ts";
import { decide, type RestartPolicy } from "./restart-policy.ts";
import { startInstance } from "./start-instance.ts";
import type { State } from "./state.ts";

/** What an entry says about keeping its instances. Asked anew each time: a reload may change it. */
export interface InstanceSettings {
  readonly restart: RestartPolicy;
  /** 0: never. */
  readonly idleMs: number;
  readonly startMs: number;
  /** 0: no health checks. */
  readonly healthMs: number;
}

export type LaunchPlan =
  | {
      readonly kind: "ready";
      readonly launch: Launch;
      readonly runtime: Runtime;
      /** Says which configuration the instance runs with; see `launchKey`. */
      readonly launchKey: string;
    }
  | { readonly kind: "misconfigured"; readonly because: string };

export interface InstanceHost {
  /** Id of the server. */
  readonly id: string;
  readonly settings: () => InstanceSettings;
  /** Resolves the entry as the registry has it now. */
  planLaunch(): Promise<LaunchPlan>;
  /** How to begin the session with the backend, for a client of that era. */
  handshakeRequest(wanted: Era): HandshakeRequest;
  /** What the gateway says of itself to the backend. */
  readonly envelope: Envelope;
  /** The session with the backend is open, in the era `wanted` or the other. Calls go there once this resolves. */
  onOpened(connection: BackendSession, launchKey: string, wanted: Era): Promise<void>;
  /** That session is over. */
  onEnded(connection: BackendSession): void;
  onNotification(message: Message): void;
  /** The roots of all its clients; see `ConnectionEvents.roots`. */
  roots(): Promise<string | undefined>;
  log(line: string): void;
  onStateChanged(state: State): void;
  onStarted(what: "start" | "restart"): void;
}

interface Run {
  readonly connection: BackendSession;
  readonly instance: Instance;
  readonly launchKey: string;
  readonly since: Timestamp;
  readonly health: HealthCheck | undefined;
}

export class InstanceSupervisor {
  readonly #host: InstanceHost;
  readonly #soleClient: Client | undefined;
  readonly #idle: IdleTimer;
  #state: State = { kind: "stopped" };
  /** The era of the client it was last started for. */
  #wantedEra: Era = "initialize";
  #run: Run | undefined;
  #starting: Promise<BackendSession> | undefined;
  #abort: AbortController | undefined;
  #stopping: Promise<void> | undefined;
  /** How often a stop was asked for: a start that waits for one stop must hear of the next. */
  #stops = 0;
  #closed = false;
  #restartTimer: NodeJS.Timeout | undefined;
  /** Who waits while restarts have a chance: from a crash to the first that succeeds, or to the end of trying. */
  #waiters: PromiseWithResolvers<BackendSession> | undefined;
  #drained: PromiseWithResolvers<void> | undefined;
  #crashes: number[] = [];
  #lastLines: string[] = [];
  #download: Download | undefined;

  /** `sole` is the one client session the instance belongs to, if it is not shared. */
  constructor(host: InstanceHost, sole?: Client) {
    this.#host = host;
    this.#soleClient = sole;
    this.#idle = new IdleTimer(
      () => host.settings().idleMs,
      () => this.inFlight > 0,
      () => void this.stop(),
    );
  }

  get state(): State {
    return this.#state;
  }

  /** The connection, when a call can go there this very moment. */
  get ready(): BackendSession | undefined {
    const run = this.#run;
    if (!run || this.#stopping || run.connection.lost) return undefined;
    return this.#state.kind === "running" || run.connection.inFlight > 0 ? run.connection : undefined;
  }

  /** Whether the instance is on its way out. */
  get ending(): boolean {
    return this.#stopping !== undefined;
  }

  /** The configuration the instance runs with, while there is one. */
  get launchKey(): string | undefined {
    return this.#run?.launchKey;
  }

  /** Whether there is an instance, or is about to be. */
  get occupied(): boolean {
    return this.#run !== undefined || this.#starting !== undefined || this.#waiters !== undefined;
  }

  /** Milliseconds without work; 0 while there is some. */
  get idleMs(): number {
    return this.inFlight > 0 || !this.#run ? 0 : this.#idle.idleMs;
  }

  get inFlight(): number {
    return this.#run?.connection.inFlight ?? 0;
  }

  /**
   * The instance's connection; starts it where there is none, in the era of the client that wants it where the backend
   * knows that one. Rejects with `start-failed` saying why in one line.
   */
  async connect(wanted: Era): Promise<BackendSession> {
    const ready = this.ready;
    if (ready) return ready;
    if (this.#closed) throw new GatewayError("start-failed", "its client has left");
    // A start that is being stopped is no start to join.
    if (this.#stopping && this.#starting) return this.#afterStop(this.#stopping, wanted);
    if (this.#waiters) return this.#waiters.promise;
    if (this.#run?.connection.lost && !this.#stopping) return this.#afterEndOf(this.#run, wanted);
    // Unhealthy and nothing in flight: a new instance serves better than one that does not answer.
    if (this.#run && !this.#stopping) void this.stop();
    if (!this.#starting) this.#wantedEra = wanted;
    return this.#start();
  }

  /** A start that is asked for while another is called off. */
  async #afterStop(stopping: Promise<void>, wanted: Era): Promise<BackendSession> {
    const stops = this.#stops;
    await stopping;
    if (this.#stops !== stops) throw new GatewayError("start-failed", "stopped while starting");
    return this.connect(wanted);
  }

  /** It is about to end by itself. */
  async #afterEndOf(run: Run, wanted: Era): Promise<BackendSession> {
    const stops = this.#stops;
    await run.instance.exited;
    if (this.#stops !== stops) throw new GatewayError("start-failed", "stopped while waiting to restart");
    return this.connect(wanted);
  }

  /** Ends the instance and whatever it was about to do. Requests in flight fail. */
  stop(): Promise<void> {
    this.#stops++;
    this.#stopping ??= this.#stop().finally(() => {
      this.#stopping = undefined;
    });
    return this.#stopping;
  }

  /** The same for good: nothing starts any more. */
  close(): Promise<void> {
    this.#closed = true;
    return this.stop();
  }

  /** The entry has changed: what was waited for need not be. */
  onSettingsChanged(): void {
    if (this.#run) this.#idle.onSettingsChanged();
    if (this.#state.kind === "waiting") this.#restart();
  }

  /** Resolves once nothing is in flight. */
  async drain(): Promise<void> {
    await this.#starting?.catch(() => undefined);
    // Those who waited for the start put their calls first.
    await new Promise((resolve) => setImmediate(resolve));
    if (!this.#run?.connection.inFlight) return;
    this.#drained ??= Promise.withResolvers<void>();
    await this.#drained.promise;
  }

  async #stop(): Promise<void> {
    this.#idle.stop();
    this.#cancelRestart();
    this.#crashes = [];
    this.#abort?.abort(new GatewayError("start-failed", "stopped while starting"));
    await this.#starting?.catch(() => undefined);
    this.#setState(this.#run ? await this.#stopRun(this.#run) : { kind: "stopped" });
  }

  /** Resolves with the state after it: what could not be ended must not look like a clean stop. */
  async #stopRun(run: Run): Promise<State> {
    this.#setState({ kind: "stopping" });
    const exit = await run.instance.stop();
    this.#ended(run, new GatewayError("server-ended", "Server was stopped during the call"));
    const left = exit.kind === "stopped" ? exit.left : undefined;
    return left === undefined
      ? { kind: "stopped" }
      : { kind: "failed", because: `not stopped cleanly: ${left}` };
  }

  #start(): Promise<BackendSession> {
    this.#starting ??= this.#startOnce().finally(() => {
      this.#starting = undefined;
      this.#abort = undefined;
    });
    return this.#starting;
  }

  async #startOnce(): Promise<BackendSession> {
    const stops = this.#stops;
    await this.#stopping;
    if (this.#closed || this.#stops !== stops)
      throw new GatewayError("start-failed", "stopped while starting");
    this.#setState({ kind: "starting" });
    this.#host.onStarted("start");
    const abort = new AbortController();
    this.#abort = abort;
    this.#lastLines = [];
    this.#download = undefined;
    try {
      const prepared = await abortable(this.#host.planLaunch(), abort.signal);
      if (prepared.kind === "misconfigured") return this.#failStart(prepared.because);
      const run = await this.#open(prepared, abort);
      this.#onUp(run);
      return run.connection;
    } catch (error) {
      if (this.#state.kind === "misconfigured") throw error;
      const because = this.#withStderr(messageOf(error));
      this.#setState(
        abort.signal.aborted && this.#stopping ? { kind: "stopped" } : { kind: "failed", because },
      );
      if (error instanceof GatewayError && error.code === "server-not-found") throw error;
      throw new GatewayError("start-failed", because, { cause: error });
    }
  }

  #failStart(because: string): never {
    this.#setState({ kind: "misconfigured", because });
    throw new GatewayError("start-failed", because);
  }

  async #open(prepared: LaunchPlan & { kind: "ready" }, abort: AbortController): Promise<Run> {
    const { startMs, healthMs } = this.#host.settings();
    const { launch, runtime } = prepared;
    const greeting = this.#host.handshakeRequest(this.#wantedEra);
    const connect = () => this.#connection();
    const reader = runtime.downloads?.(launch.runtime);
    this.#download = reader && new Download(reader, (progress) => this.#onProgress(progress));
    const { instance, connection } = await startInstance(
      { launch, runtime, greeting, connect, startMs, download: this.#download },
      abort,
    );
    this.#download = undefined;
    await this.#host.onOpened(connection, prepared.launchKey, this.#wantedEra);
    const check = () => new HealthCheck(connection, healthMs, (trouble) => this.#onHealth(trouble));
    const health = healthMs > 0 ? check() : undefined;
    return { connection, instance, launchKey: prepared.launchKey, since: timestampNow(), health };
  }

  #connection(): BackendSession {
    const events = {
      notification: (message: Message) => this.#host.onNotification(message),
      idle: () => this.#onIdle(),
      ...(this.#soleClient ? {} : { roots: () => this.#host.roots() }),
    };
    const { envelope: own, id: server } = this.#host;
    const log = (line: string) => this.#onOutputLine(line);
    return new BackendSession(events, { own, server, log, sole: this.#soleClient });
  }

  #onUp(run: Run): void {
    this.#run = run;
    this.#setState({ kind: "running", since: run.since });
    this.#idle.workEnded();
    void run.instance.exited.then((exit) => this.#onExit(run, exit));
  }

  #onExit(run: Run, exit: Exit): void {
    if (this.#run !== run || this.#stopping) return;
    const ended = exit.kind === "crashed" ? exit.because : "stopped";
    const because = run.connection.abortReason ?? ended;
    this.#idle.stop();
    this.#ended(run, new GatewayError("server-ended", `Server ended during the call: ${because}`));
    this.#crashed(this.#withStderr(because));
  }

  #ended(run: Run, error: GatewayError): void {
    run.health?.stop();
    this.#run = undefined;
    run.connection.end(error);
    this.#host.onEnded(run.connection);
    this.#drained?.resolve();
    this.#drained = undefined;
  }

  #crashed(because: string): void {
    const now = performance.now();
    const { restart } = this.#host.settings();
    this.#crashes = [...this.#crashes.filter((at) => at > now - restart.windowMs), now];
    const decision = decide(restart, this.#crashes, now, Math.random());
    this.#host.log(`[gateway] ended by itself: ${because}`);
    if (decision.kind === "give-up") {
      const why = `${decision.because}, last: ${because}`;
      this.#settleWaiters((waiters) => waiters.reject(new GatewayError("start-failed", why)));
      return this.#setState({ kind: "failed", because: why });
    }
    this.#waiters ??= waitersFor();
    this.#restartTimer = setTimeout(() => this.#restart(), decision.delayMs);
    this.#setState({ kind: "waiting", until: new Date(Date.now() + decision.delayMs), because });
  }

  #restart(): void {
    clearTimeout(this.#restartTimer);
    this.#host.onStarted("restart");
    this.#start().then(
      (connection) => this.#settleWaiters((waiters) => waiters.resolve(connection)),
      (error: unknown) => {
        if (this.#state.kind === "failed") this.#crashed(messageOf(error));
        else this.#settleWaiters((waiters) => waiters.reject(error));
      },
    );
  }

  #cancelRestart(): void {
    clearTimeout(this.#restartTimer);
    const stopped = new GatewayError("start-failed", "stopped while waiting to restart");
    this.#settleWaiters((waiters) => waiters.reject(stopped));
  }

  #settleWaiters(tell: (waiters: PromiseWithResolvers<BackendSession>) => void): void {
    const waiters = this.#waiters;
    this.#waiters = undefined;
    if (waiters) tell(waiters);
  }

  #onIdle(): void {
    if (this.#run) this.#idle.workEnded();
    this.#drained?.resolve();
    this.#drained = undefined;
  }

  #onHealth(trouble: string | undefined): void {
    const run = this.#run;
    if (!run || this.#stopping) return;
    if (trouble === undefined && this.#state.kind === "unhealthy") {
      this.#setState({ kind: "running", since: run.since });
    } else if (trouble !== undefined && this.#state.kind === "running") {
      this.#setState({ kind: "unhealthy", since: run.since, because: trouble });
    }
  }

  #onProgress(progress: string): void {
    if (this.#state.kind === "starting") this.#setState({ kind: "starting", progress });
  }

  #onOutputLine(line: string): void {
    this.#host.log(line);
    if (this.#download?.take(line)) return;
    this.#lastLines.push(line);
    if (this.#lastLines.length > linesLookedAt) this.#lastLines.shift();
  }

  #withStderr(because: string): string {
    const error = errorIn(this.#lastLines);
    if (error !== undefined) return because.includes(error) ? because : `${because}: ${error}`;
    const last = lastLinesIn(this.#lastLines);
    return last === undefined ? because : `${because}; it said last: ${last}`;
  }

  #setState(state: State): void {
    this.#state = state;
    this.#host.onStateChanged(state);
  }
}

function waitersFor(): PromiseWithResolvers<BackendSession> {
  const waiters = Promise.withResolvers<BackendSession>();
  // Often nobody waits.
  waiters.promise.catch(() => undefined);
  return waiters;
}
