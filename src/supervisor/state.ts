/** States of an instance (gateway.md, *Lifecycle*) and their label for tree, API and command line. */

import type { Timestamp } from "../base/timestamp.ts";

/** Why an instance is not up. */
export interface Failure {
  readonly because: string;
  /** The latest lines of the server, where none of them names the error. */
  readonly lastOutput?: readonly string[];
}

export type State =
  | { readonly kind: "stopped" }
  /** `progress` describes what the start is doing, if that can be observed. */
  | { readonly kind: "starting"; readonly progress?: string }
  | { readonly kind: "running"; readonly since: Timestamp }
  | { readonly kind: "stopping" }
  | { readonly kind: "unhealthy"; readonly since: Timestamp; readonly because: string }
  | ({ readonly kind: "failed" } & Failure)
  | { readonly kind: "misconfigured"; readonly because: string }
  | ({ readonly kind: "waiting"; readonly until: Date } & Failure);

export type Status = State["kind"];

export const statuses = [
  "stopped",
  "starting",
  "running",
  "stopping",
  "unhealthy",
  "failed",
  "misconfigured",
  "waiting",
] as const satisfies readonly Status[];

/** The failure as one line, with the last output. */
export function failureText(failure: Failure): string {
  return withLastOutput(failure.because, failure);
}

/** Appends the last output to a reason, if there is some. */
export function withLastOutput(reason: string, of: State | Failure): string {
  const lastOutput = "lastOutput" in of ? of.lastOutput : undefined;
  return lastOutput ? `${reason}; last output: ${lastOutput.join(" | ")}` : reason;
}

/** Last output of the server that belongs to the reason. */
export function lastOutputOf(state: State): readonly string[] | undefined {
  return "lastOutput" in state ? state.lastOutput : undefined;
}

/** Reason for the state as a text, without the last output; absent if the status needs none. */
export function reasonOf(state: State): string | undefined {
  switch (state.kind) {
    case "stopped":
    case "running":
    case "stopping":
      return undefined;
    case "starting":
      return state.progress;
    case "unhealthy":
    case "failed":
    case "misconfigured":
      return state.because;
    case "waiting":
      return `${state.because}; restarts at ${state.until.toISOString()}`;
    default:
      return state satisfies never;
  }
}

/** Whether an instance accepts requests. */
export function isUp(state: State): state is State & { since: Timestamp } {
  return state.kind === "running" || state.kind === "unhealthy";
}

/** State of a server with several instances: the most active one. */
export function summary(states: readonly State[]): State {
  const order: readonly Status[] = [
    "running",
    "unhealthy",
    "starting",
    "waiting",
    "failed",
    "misconfigured",
    "stopping",
  ];
  for (const kind of order) {
    const found = states.find((state) => state.kind === kind);
    if (found) return found;
  }
  return { kind: "stopped" };
}
