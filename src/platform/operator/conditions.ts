/** Conditions of a status: since when each is as it is. Pure. */

import type { Condition } from "../resource/mcp-server.ts";

export type ReportedCondition = Pick<Condition, "type" | "status" | "reason" | "message">;

/** The time changes with the status only, not with its reason or its words. */
export function withTimes(
  conditions: readonly ReportedCondition[],
  before: readonly Condition[],
  observedGeneration: number,
  now: Date,
): readonly Condition[] {
  return conditions.map((said) => {
    const known = before.find(({ type }) => type === said.type);
    const since = known?.status === said.status ? known.lastTransitionTime : timeOf(now);
    return { ...said, lastTransitionTime: since, observedGeneration };
  });
}

/** As Kubernetes writes times: whole seconds. */
export function timeOf(date: Date): string {
  return date.toISOString().replace(/\.\d+Z$/, "Z");
}
