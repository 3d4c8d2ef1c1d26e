/**
 * Runs one instance: starts it on demand and once for all waiting callers, stops it when it is idle, and restarts it after
 * a crash (gateway.md, *Lifecycle*). It does not know clients and does not route.
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

/** Settings of the entry that apply to its instances. They are read each time, because a reload may change them. */
export interface InstanceSettings {
  readonly restart: RestartPolicy;
  /** 0 disables the idle stop. */
  readonly idleMs: number;
  readonly startMs: number;
  /** 0 disables health checks. */
  readonly healthMs: number;
}

export type LaunchPlan =
  | {
      readonly kind: "ready";
      readonly launch: Launch;
      readonly runtime: Runtime;
      /** Identifies the configuration the instance runs with; see `launchKey`. */
      readonly launchKey: string;
    }
  | { readonly kind: "misconfigured"; readonly because: string };

export interface InstanceHost {
  /** Id of the server. */
  readonly id: string;
  readonly settings: () => InstanceSettings;
  /** Resolves the entry as the live catalog has it now. */
  planLaunch(): Promise<LaunchPlan>;
  /** Handshake for a client of the era `wanted`. */
  handshakeRequest(wanted: Era): HandshakeRequest;
  /** Client information and capabilities that the gateway sends to the backend. */
  readonly envelope: Envelope;
  /** Called when the session with the backend is open, in the era `wanted` or the other one. Calls are sent after it resolves. */
  onOpened(session: BackendSession, launchKey: string, wanted: Era): Promise<void>;
  /** Called when that session has ended. */
  onEnded(session: BackendSession): void;
  onNotification(message: Message): void;
  /** Roots of all clients of the instance; see `BackendSessionEvents.roots`. */
  roots(): Promise<string | undefined>;
  log(line: string): void;
  onStateChanged(state: State): void;
  onStarted(what: "start" | "restart"): void;
}

interface Run {
  readonly session: BackendSession;
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
  /** Era of the client that caused the latest start. */
  #wantedEra: Era = "initialize";
  #run: Run | undefined;
  #starting: Promise<BackendSession> | undefined;
  #abort: AbortController | undefined;
  #stopping: Promise<void> | undefined;
  /** Counts stop requests, so that a start that waits for one stop notices the next one. */
  #stops = 0;
  #closed = false;
  #restartTimer: NodeJS.Timeout | undefined;
  /** Callers that wait for a restart, from the crash until a restart succeeds or the restart policy gives up. */
  #waiters: PromiseWithResolvers<BackendSession> | undefined;
  #drained: PromiseWithResolvers<void> | undefined;
  #crashes: number[] = [];
  #lastLines: string[] = [];
  #download: Download | undefined;

  /** `sole` is the client session that owns the instance; absent for a shared instance. */
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

  /** The session, if a call can be sent to it now. */
  get ready(): BackendSession | undefined {
    const run = this.#run;
    if (!run || this.#stopping || run.session.lost) return undefined;
    return this.#state.kind === "running" || run.session.inFlight > 0 ? run.session : undefined;
  }

  /** Whether the instance is being stopped. */
  get ending(): boolean {
    return this.#stopping !== undefined;
  }

  /** Key of the configuration the instance runs with; absent without an instance. */
  get launchKey(): string | undefined {
    return this.#run?.launchKey;
  }

  /** Whether an instance is running, starting or about to be restarted. */
  get occupied(): boolean {
    return this.#run !== undefined || this.#starting !== undefined || this.#waiters !== undefined;
  }

  /** Milliseconds without work; 0 while calls are in flight. */
  get idleMs(): number {
    return this.inFlight > 0 || !this.#run ? 0 : this.#idle.idleMs;
  }

  get inFlight(): number {
    return this.#run?.session.inFlight ?? 0;
  }

  /**
   * Returns the session of the instance and starts the instance if necessary, preferably in the era of the client. Rejects
   * with `start-failed` and a reason of one line.
   */
  async connect(wanted: Era): Promise<BackendSession> {
    const ready = this.ready;
    if (ready) return ready;
    if (this.#closed) throw new GatewayError("start-failed", "the client session has ended");
    // A start that is being aborted cannot be joined.
    if (this.#stopping && this.#starting) return this.#afterStop(this.#stopping, wanted);
    if (this.#waiters) return this.#waiters.promise;
    if (this.#run?.session.lost && !this.#stopping) return this.#afterEndOf(this.#run, wanted);
    // Replace an unhealthy instance that has no calls in flight, because it does not answer.
    if (this.#run && !this.#stopping) void this.stop();
    if (!this.#starting) this.#wantedEra = wanted;
    return this.#start();
  }

  /** Starts after the stop that is under way. */
  async #afterStop(stopping: Promise<void>, wanted: Era): Promise<BackendSession> {
    const stops = this.#stops;
    await stopping;
    if (this.#stops !== stops) throw new GatewayError("start-failed", "stopped while starting");
    return this.connect(wanted);
  }

  /** Starts after the run that is about to exit has exited. */
  async #afterEndOf(run: Run, wanted: Era): Promise<BackendSession> {
    const stops = this.#stops;
    await run.instance.exited;
    if (this.#stops !== stops) throw new GatewayError("start-failed", "stopped while waiting to restart");
    return this.connect(wanted);
  }

  /** Stops the instance and cancels a start or restart. Calls in flight fail. */
  stop(): Promise<void> {
    this.#stops++;
    this.#stopping ??= this.#stop().finally(() => {
      this.#stopping = undefined;
    });
    return this.#stopping;
  }

  /** Stops the instance for good; later starts are rejected. */
  close(): Promise<void> {
    this.#closed = true;
    return this.stop();
  }

  /** The entry has changed: applies the new idle time and restarts at once instead of waiting. */
  onSettingsChanged(): void {
    if (this.#run) this.#idle.onSettingsChanged();
    if (this.#state.kind === "waiting") this.#restart();
  }

  /** Resolves when no call is in flight. */
  async drain(): Promise<void> {
    await this.#starting?.catch(() => undefined);
    // Callers that waited for the start send their calls first.
    await new Promise((resolve) => setImmediate(resolve));
    if (!this.#run?.session.inFlight) return;
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

  /** Resolves with the state after the stop. A process that could not be ended must not look like a clean stop. */
  async #stopRun(run: Run): Promise<State> {
    this.#setState({ kind: "stopping" });
    const exit = await run.instance.stop();
    this.#ended(run, new GatewayError("server-ended", "Server was stopped during the call"));
    const remaining = exit.kind === "stopped" ? exit.left : undefined;
    return remaining === undefined
      ? { kind: "stopped" }
      : { kind: "failed", because: `not stopped cleanly: ${remaining}` };
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
      const plan = await abortable(this.#host.planLaunch(), abort.signal);
      if (plan.kind === "misconfigured") return this.#failStart(plan.because);
      const run = await this.#open(plan, abort);
      this.#onUp(run);
      return run.session;
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

  async #open(plan: LaunchPlan & { kind: "ready" }, abort: AbortController): Promise<Run> {
    const { startMs, healthMs } = this.#host.settings();
    const { launch, runtime } = plan;
    const handshakeRequest = this.#host.handshakeRequest(this.#wantedEra);
    const connect = () => this.#session();
    const reader = runtime.downloads?.(launch.runtime);
    this.#download = reader && new Download(reader, (progress) => this.#onProgress(progress));
    const { instance, session } = await startInstance(
      { launch, runtime, handshakeRequest, connect, startMs, download: this.#download },
      abort,
    );
    this.#download = undefined;
    await this.#host.onOpened(session, plan.launchKey, this.#wantedEra);
    const check = () => new HealthCheck(session, healthMs, (problem) => this.#onHealth(problem));
    const health = healthMs > 0 ? check() : undefined;
    return { session, instance, launchKey: plan.launchKey, since: timestampNow(), health };
  }

  #session(): BackendSession {
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
    const because = run.session.abortReason ?? ended;
    this.#idle.stop();
    this.#ended(run, new GatewayError("server-ended", `Server ended during the call: ${because}`));
    this.#crashed(this.#withStderr(because));
  }

  #ended(run: Run, error: GatewayError): void {
    run.health?.stop();
    this.#run = undefined;
    run.session.end(error);
    this.#host.onEnded(run.session);
    this.#drained?.resolve();
    this.#drained = undefined;
  }

  #crashed(because: string): void {
    const now = performance.now();
    const { restart } = this.#host.settings();
    this.#crashes = [...this.#crashes.filter((at) => at > now - restart.windowMs), now];
    const decision = decide(restart, this.#crashes, now, Math.random());
    this.#host.log(`[gateway] exited unexpectedly: ${because}`);
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
      (session) => this.#settleWaiters((waiters) => waiters.resolve(session)),
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

  #settleWaiters(settle: (waiters: PromiseWithResolvers<BackendSession>) => void): void {
    const waiters = this.#waiters;
    this.#waiters = undefined;
    if (waiters) settle(waiters);
  }

  #onIdle(): void {
    if (this.#run) this.#idle.workEnded();
    this.#drained?.resolve();
    this.#drained = undefined;
  }

  #onHealth(problem: string | undefined): void {
    const run = this.#run;
    if (!run || this.#stopping) return;
    if (problem === undefined && this.#state.kind === "unhealthy") {
      this.#setState({ kind: "running", since: run.since });
    } else if (problem !== undefined && this.#state.kind === "running") {
      this.#setState({ kind: "unhealthy", since: run.since, because: problem });
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
    return last === undefined ? because : `${because}; last output: ${last}`;
  }

  #setState(state: State): void {
    this.#state = state;
    this.#host.onStateChanged(state);
  }
}

function waitersFor(): PromiseWithResolvers<BackendSession> {
  const waiters = Promise.withResolvers<BackendSession>();
  // Often no caller waits.
  waiters.promise.catch(() => undefined);
  return waiters;
}
