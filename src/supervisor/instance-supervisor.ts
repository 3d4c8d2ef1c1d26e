/**
 * Runs one instance: starts it on demand and once for all waiting callers, stops it when it is idle, and restarts it after
 * a crash (gateway.md, *Lifecycle*). It does not know clients and does not route.
 */

import { BackendSession } from "../backend/backend-session.ts";
import type { Client } from "../backend/call.ts";
import type { Exit } from "../backend/channel.ts";
import type { Envelope, Era } from "../backend/era.ts";
import type { HandshakeOptions } from "../backend/handshake.ts";
import { GatewayError, messageOf } from "../base/errors.ts";
import { abortable } from "../base/timeout.ts";
import { timestampNow } from "../base/timestamp.ts";
import type { Message } from "../jsonrpc/message.ts";
import type { Launch, Runtime } from "../runtime/runtime.ts";
import { HealthCheck } from "./health-check.ts";
import { IdleTimer } from "./idle-timer.ts";
import {
  type Idle,
  newWaiters,
  type Opened,
  type Phase,
  type Run,
  runOf,
  type Starting,
  type Stopping,
  stateOf,
  type Waiters,
} from "./phase.ts";
import { decide, type RestartPolicy } from "./restart-policy.ts";
import { startInstance } from "./start-instance.ts";
import { StartOutput } from "./start-output.ts";
import { type Failure, failureText, type State } from "./state.ts";

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
  handshakeRequest(wanted: Era): HandshakeOptions;
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

export class InstanceSupervisor {
  readonly #host: InstanceHost;
  readonly #soleClient: Client | undefined;
  readonly #idle: IdleTimer;
  #phase: Phase = { kind: "idle", state: { kind: "stopped" } };
  /** What the latest request asked for. `closed` is for good. */
  #wanted: "up" | "down" | "closed" = "down";
  /** Times of the latest crashes, for the restart policy. */
  #crashes: number[] = [];

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
    return stateOf(this.#phase);
  }

  /** The session, if a call can be sent to it now. */
  get ready(): BackendSession | undefined {
    const phase = this.#phase;
    if (phase.kind !== "up" || phase.run.session.lost) return undefined;
    const { session } = phase.run;
    return phase.problem === undefined || session.inFlight > 0 ? session : undefined;
  }

  /** Whether the instance is being stopped. */
  get ending(): boolean {
    return this.#phase.kind === "stopping";
  }

  /** Key of the configuration the instance runs with; absent without an instance. */
  get launchKey(): string | undefined {
    return runOf(this.#phase)?.launchKey;
  }

  /** Whether an instance is running, starting, stopping or about to be restarted. */
  get occupied(): boolean {
    return this.#phase.kind !== "idle";
  }

  /** Milliseconds without work; 0 while calls are in flight. */
  get idleMs(): number {
    return this.inFlight > 0 || !runOf(this.#phase) ? 0 : this.#idle.idleMs;
  }

  get inFlight(): number {
    return runOf(this.#phase)?.session.inFlight ?? 0;
  }

  /**
   * Returns the session of the instance and starts the instance if necessary, preferably in the era of the client. Rejects
   * with `start-failed` and a reason of one line.
   */
  async connect(era: Era): Promise<BackendSession> {
    const ready = this.ready;
    if (ready) return ready;
    if (this.#wanted === "closed") throw new GatewayError("start-failed", "the client session has ended");
    this.#wanted = "up";
    const phase = this.#phase;
    switch (phase.kind) {
      case "idle":
        return this.#start(era);
      case "starting":
        return phase.waiters ? phase.waiters.promise : phase.started;
      case "waiting":
        return phase.waiters.promise;
      case "stopping":
        return this.#startAfter(phase, era);
      case "up":
        if (phase.run.session.lost) return this.#connectAfterEndOf(phase.run, era);
        // Replace an unhealthy instance that has no calls in flight, because it does not answer.
        void this.stop();
        return this.connect(era);
      default:
        return phase satisfies never;
    }
  }

  /** Starts after a stop. All callers share one start, which a later stop calls off. */
  #startAfter(stopping: Stopping, era: Era): Promise<BackendSession> {
    stopping.next ??= { era, started: newWaiters() };
    return stopping.next.started.promise;
  }

  /** Connects after the exit of a run that has lost its connection. */
  async #connectAfterEndOf(run: Run, era: Era): Promise<BackendSession> {
    await run.instance.exited;
    if (this.#wanted !== "up") throw stoppedWhile("waiting to restart");
    return this.connect(era);
  }

  /** Stops the instance and cancels a start or restart. Calls in flight fail. */
  async stop(): Promise<void> {
    if (this.#wanted === "up") this.#wanted = "down";
    this.#idle.stop();
    this.#crashes = [];
    const phase = this.#phase;
    switch (phase.kind) {
      case "idle":
        return this.#enter({ kind: "idle", state: { kind: "stopped" } });
      case "waiting":
        clearTimeout(phase.timer);
        this.#enter({ kind: "idle", state: { kind: "stopped" } });
        return phase.waiters.reject(stoppedWhile("waiting to restart"));
      case "starting":
        return this.#abortStart(phase);
      case "up":
        return this.#stopping(phase.run, () => this.#endRun(phase.run));
      case "stopping":
        phase.next?.started.reject(stoppedWhile("starting"));
        phase.next = undefined;
        return phase.stopped;
      default:
        return phase satisfies never;
    }
  }

  /** Stops the instance for good; later starts are rejected. */
  close(): Promise<void> {
    this.#wanted = "closed";
    return this.stop();
  }

  /** The entry has changed: applies the new idle time and restarts at once instead of waiting. */
  onSettingsChanged(): void {
    if (runOf(this.#phase)) this.#idle.onSettingsChanged();
    if (this.#phase.kind === "waiting") this.#restart();
  }

  /** Resolves when no call is in flight. */
  async drain(): Promise<void> {
    await this.#coming()?.catch(() => undefined);
    // Callers that waited for the start send their calls first.
    await new Promise((resolve) => setImmediate(resolve));
    const run = runOf(this.#phase);
    if (!run?.session.inFlight) return;
    run.drained ??= Promise.withResolvers<void>();
    await run.drained.promise;
  }

  /** The start that is under way. */
  #coming(): Promise<unknown> | undefined {
    const phase = this.#phase;
    if (phase.kind === "starting") return phase.started;
    return phase.kind === "stopping" ? phase.next?.started.promise : undefined;
  }

  #start(era: Era, waiters?: Waiters): Promise<BackendSession> {
    const opened = Promise.withResolvers<Opened>();
    const started = opened.promise.then(
      (result) => this.#onOpened(starting, result),
      (error: unknown) => this.#onStartFailed(starting, error),
    );
    const output = new StartOutput((line) => this.#host.log(line));
    const starting: Starting = {
      kind: "starting",
      era,
      abort: new AbortController(),
      opened: opened.promise,
      started,
      waiters,
      output,
      progress: undefined,
    };
    this.#enter(starting);
    this.#host.onStarted("start");
    this.#open(starting).then(opened.resolve, opened.reject);
    return started;
  }

  async #open(starting: Starting): Promise<Opened> {
    const { abort, era, output } = starting;
    const plan = await abortable(this.#host.planLaunch(), abort.signal);
    if (plan.kind === "misconfigured") return plan;
    const { startMs, healthMs } = this.#host.settings();
    const { launch, runtime, launchKey } = plan;
    const handshakeRequest = this.#host.handshakeRequest(era);
    const connect = () => this.#session(output);
    const reader = runtime.downloads?.(launch.runtime);
    const download =
      reader && output.readDownload(reader, (progress) => this.#onProgress(starting, progress));
    const { instance, session } = await startInstance(
      { launch, runtime, handshakeRequest, connect, startMs, download },
      abort,
    );
    output.endDownload();
    await this.#host.onOpened(session, launchKey, era);
    const check = () => new HealthCheck(session, healthMs, (problem) => this.#onHealth(session, problem));
    const health = healthMs > 0 ? check() : undefined;
    const run = {
      session,
      instance,
      launchKey,
      era,
      since: timestampNow(),
      health,
      output,
      drained: undefined,
    };
    return { kind: "open", run };
  }

  #session(output: StartOutput): BackendSession {
    const events = {
      notification: (message: Message) => this.#host.onNotification(message),
      idle: () => this.#onIdle(),
      ...(this.#soleClient ? {} : { roots: () => this.#host.roots() }),
    };
    const { envelope: own, id: server } = this.#host;
    return new BackendSession(events, {
      own,
      server,
      log: (line) => output.add(line),
      sole: this.#soleClient,
    });
  }

  #onOpened(starting: Starting, opened: Opened): BackendSession {
    // A stop has aborted this start, and closes what was opened.
    if (this.#phase !== starting) throw stoppedWhile("starting");
    if (opened.kind === "misconfigured") {
      const error = new GatewayError("start-failed", opened.because);
      this.#enter({ kind: "idle", state: opened });
      starting.waiters?.reject(error);
      throw error;
    }
    const { run } = opened;
    this.#enter({ kind: "up", run, problem: undefined });
    this.#idle.workEnded();
    void run.instance.exited.then((exit) => this.#onExit(run, exit));
    starting.waiters?.resolve(run.session);
    return run.session;
  }

  #onStartFailed(starting: Starting, error: unknown): never {
    if (this.#phase !== starting) throw stoppedWhile("starting");
    const failure = starting.output.explain(messageOf(error));
    const { waiters, era } = starting;
    if (waiters) this.#crashed(failure, era, waiters);
    else this.#enter({ kind: "idle", state: { kind: "failed", ...failure } });
    if (error instanceof GatewayError && error.code === "server-not-found") throw error;
    throw new GatewayError("start-failed", failureText(failure), { cause: error });
  }

  #abortStart(starting: Starting): Promise<void> {
    const stopped = this.#stopping(undefined, async () => {
      const opened = await starting.opened.catch(() => undefined);
      return opened?.kind === "open" ? this.#endRun(opened.run) : { kind: "stopped" };
    });
    starting.waiters?.reject(stoppedWhile("waiting to restart"));
    starting.abort.abort(stoppedWhile("starting"));
    return stopped;
  }

  /** Resolves with the state after the stop. A process that could not be ended must not look like a clean stop. */
  async #endRun(run: Run): Promise<Idle["state"]> {
    const exit = await run.instance.stop();
    this.#ended(run, new GatewayError("server-ended", "Server was stopped during the call"));
    const remaining = exit.kind === "stopped" ? exit.left : undefined;
    return remaining === undefined
      ? { kind: "stopped" }
      : { kind: "failed", because: `not stopped cleanly: ${remaining}` };
  }

  /** Resolves after the work. A start that was requested meanwhile follows it. */
  #stopping(run: Run | undefined, work: () => Promise<Idle["state"]>): Promise<void> {
    const stopped = Promise.withResolvers<void>();
    const stopping: Stopping = { kind: "stopping", run, stopped: stopped.promise, next: undefined };
    this.#enter(stopping);
    const done = (state: Idle["state"]) => {
      this.#enter({ kind: "idle", state });
      stopped.resolve();
      const { next } = stopping;
      if (next) this.connect(next.era).then(next.started.resolve, next.started.reject);
    };
    work().then(done, (error: unknown) =>
      done({ kind: "failed", because: `not stopped cleanly: ${messageOf(error)}` }),
    );
    return stopped.promise;
  }

  #onExit(run: Run, exit: Exit): void {
    const phase = this.#phase;
    if (phase.kind !== "up" || phase.run !== run) return;
    const ended = exit.kind === "crashed" ? exit.because : "stopped";
    const because = run.session.abortReason ?? ended;
    this.#idle.stop();
    this.#crashed(run.output.explain(because), run.era);
    this.#ended(run, new GatewayError("server-ended", `Server ended during the call: ${because}`));
  }

  #ended(run: Run, error: GatewayError): void {
    run.health?.stop();
    run.session.end(error);
    this.#host.onEnded(run.session);
    run.drained?.resolve();
  }

  /** Restarts later, or gives up. `waiters` are the callers that waited for the restart that failed. */
  #crashed(failure: Failure, era: Era, waiters = newWaiters()): void {
    const now = performance.now();
    const { restart } = this.#host.settings();
    this.#crashes = [...this.#crashes.filter((at) => at > now - restart.windowMs), now];
    const decision = decide(restart, this.#crashes, now, Math.random());
    this.#host.log(`[gateway] exited unexpectedly: ${failureText(failure)}`);
    if (decision.kind === "give-up") {
      const last = { ...failure, because: `${decision.because}, last: ${failure.because}` };
      this.#enter({ kind: "idle", state: { kind: "failed", ...last } });
      return waiters.reject(new GatewayError("start-failed", failureText(last)));
    }
    const timer = setTimeout(() => this.#restart(), decision.delayMs);
    const until = new Date(Date.now() + decision.delayMs);
    this.#enter({ kind: "waiting", timer, until, era, waiters, ...failure });
  }

  #restart(): void {
    const phase = this.#phase;
    if (phase.kind !== "waiting") return;
    clearTimeout(phase.timer);
    this.#host.onStarted("restart");
    // The waiters get the result.
    this.#start(phase.era, phase.waiters).catch(() => undefined);
  }

  #onIdle(): void {
    const run = runOf(this.#phase);
    if (!run) return;
    this.#idle.workEnded();
    run.drained?.resolve();
    run.drained = undefined;
  }

  #onHealth(session: BackendSession, problem: string | undefined): void {
    const phase = this.#phase;
    if (phase.kind !== "up" || phase.run.session !== session) return;
    if ((phase.problem === undefined) === (problem === undefined)) return;
    phase.problem = problem;
    this.#host.onStateChanged(this.state);
  }

  #onProgress(starting: Starting, progress: string): void {
    if (this.#phase !== starting) return;
    starting.progress = progress;
    this.#host.onStateChanged(this.state);
  }

  #enter(phase: Phase): void {
    this.#phase = phase;
    this.#host.onStateChanged(this.state);
  }
}

function stoppedWhile(what: "starting" | "waiting to restart"): GatewayError {
  return new GatewayError("start-failed", `stopped while ${what}`);
}
