/** States of an instance (gateway.md, *Lifecycle*) and their label for tree, API and command line. */

import type { Timestamp } from "../base/timestamp.ts";

export type State =
  | { readonly kind: "stopped" }
  /** `progress` describes what the start is doing, if that can be observed. */
  | { readonly kind: "starting"; readonly progress?: string }
  | { readonly kind: "running"; readonly since: Timestamp }
  | { readonly kind: "stopping" }
  | { readonly kind: "unhealthy"; readonly since: Timestamp; readonly because: string }
  | { readonly kind: "failed"; readonly because: string }
  | { readonly kind: "misconfigured"; readonly because: string }
  | { readonly kind: "waiting"; readonly until: Date; readonly because: string };

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

/** Reason for the state as a text; absent if the status needs none. */
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
