/** Conditions of a status, with the time of their last change. Pure. */

import type { Condition } from "../resource/mcp-server.ts";

export type ReportedCondition = Pick<Condition, "type" | "status" | "reason" | "message">;

/** The time changes only with the status, not with its reason or message. */
export function withTimes(
  conditions: readonly ReportedCondition[],
  before: readonly Condition[],
  observedGeneration: number,
  now: Date,
): readonly Condition[] {
  return conditions.map((condition) => {
    const known = before.find(({ type }) => type === condition.type);
    const since = known?.status === condition.status ? known.lastTransitionTime : timeOf(now);
    return { ...condition, lastTransitionTime: since, observedGeneration };
  });
}

/** In the format of Kubernetes: whole seconds. */
export function timeOf(date: Date): string {
  return date.toISOString().replace(/\.\d+Z$/, "Z");
}
