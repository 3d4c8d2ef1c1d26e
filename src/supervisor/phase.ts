/** What an instance is doing. Each phase has the promises and timers that end with it. */

import type { BackendSession } from "../backend/backend-session.ts";
import type { Era } from "../backend/era.ts";
import type { Timestamp } from "../base/timestamp.ts";
import type { Instance } from "../runtime/runtime.ts";
import type { HealthCheck } from "./health-check.ts";
import type { StartOutput } from "./start-output.ts";
import type { Failure, State } from "./state.ts";

/** An open instance. */
export interface Run {
  readonly session: BackendSession;
  readonly instance: Instance;
  /** Identifies the configuration it runs with; see `launchKey`. */
  readonly launchKey: string;
  /** Era of the client that caused the start. */
  readonly era: Era;
  readonly since: Timestamp;
  readonly health: HealthCheck | undefined;
  readonly output: StartOutput;
  /** Resolves when no call is in flight. Exists only while a caller waits for that. */
  drained: PromiseWithResolvers<void> | undefined;
}

export type Opened =
  | { readonly kind: "open"; readonly run: Run }
  | { readonly kind: "misconfigured"; readonly because: string };

/** Callers that wait for a restart, from the crash until a restart succeeds or the restart policy gives up. */
export type Waiters = PromiseWithResolvers<BackendSession>;

export interface Idle {
  readonly kind: "idle";
  readonly state: State & { readonly kind: "stopped" | "failed" | "misconfigured" };
}

export interface Starting {
  readonly kind: "starting";
  readonly era: Era;
  readonly abort: AbortController;
  /** Settles once the instance is open, or nothing is left of it. */
  readonly opened: Promise<Opened>;
  /** Rejects with `start-failed`, also when the start is called off. */
  readonly started: Promise<BackendSession>;
  /** Present for a restart after a crash. */
  readonly waiters: Waiters | undefined;
  readonly output: StartOutput;
  /** What the start is doing, if that can be observed. */
  progress: string | undefined;
}

export interface Up {
  readonly kind: "up";
  readonly run: Run;
  /** Problem that the health check found. */
  problem: string | undefined;
}

export interface Stopping {
  readonly kind: "stopping";
  /** Absent where a start is called off. */
  readonly run: Run | undefined;
  readonly stopped: Promise<void>;
  /** Start that follows the stop. */
  next: { readonly era: Era; readonly started: Waiters } | undefined;
}

export interface Waiting extends Failure {
  readonly kind: "waiting";
  readonly timer: NodeJS.Timeout;
  readonly until: Date;
  readonly era: Era;
  readonly waiters: Waiters;
}

export type Phase = Idle | Starting | Up | Stopping | Waiting;

/** State for users. */
export function stateOf(phase: Phase): State {
  switch (phase.kind) {
    case "idle":
      return phase.state;
    case "starting":
      return {
        kind: "starting",
        ...(phase.progress !== undefined && { progress: phase.progress }),
      };
    case "up": {
      const { since } = phase.run;
      return phase.problem === undefined
        ? { kind: "running", since }
        : { kind: "unhealthy", since, because: phase.problem };
    }
    case "stopping":
      return { kind: "stopping" };
    case "waiting": {
      const { until, because, lastOutput } = phase;
      return { kind: "waiting", until, because, ...(lastOutput && { lastOutput }) };
    }
    default:
      return phase satisfies never;
  }
}

/** The open instance, also while it is being stopped. */
export function runOf(phase: Phase): Run | undefined {
  return phase.kind === "up" || phase.kind === "stopping" ? phase.run : undefined;
}

/** Waiters without a caller, whose rejection is not an error. */
export function newWaiters(): Waiters {
  const waiters = Promise.withResolvers<BackendSession>();
  waiters.promise.catch(() => undefined);
  return waiters;
}
