/**
 * Presentation of a server in the view: icon, texts and available actions. Pure. States have the names of the REST API.
 */

import type { Status } from "../../supervisor/state.ts";
import { isStoppable, isUp, type ServerRow } from "../servers/servers.ts";

export interface ServerPresentation {
  readonly label: string;
  /** Next to the label: state, uptime, requests. */
  readonly description: string;
  readonly icon: string;
  /** A theme colour, if the state has one. */
  readonly color?: string;
  /** The context value for menus: words such as `up`, `stoppable`, `failed`. */
  readonly context: string;
  /** Text for screen readers. */
  readonly spoken: string;
}

interface StatusIcon {
  readonly icon: string;
  readonly color?: string;
}

const statusIcons: Readonly<Record<Status, StatusIcon>> = {
  stopped: { icon: "circle-outline" },
  starting: { icon: "loading~spin" },
  running: { icon: "pass-filled", color: "testing.iconPassed" },
  stopping: { icon: "loading~spin" },
  unhealthy: { icon: "warning", color: "list.warningForeground" },
  failed: { icon: "error", color: "list.errorForeground" },
  misconfigured: { icon: "settings-gear", color: "list.warningForeground" },
  waiting: { icon: "watch", color: "list.warningForeground" },
};

/** `nowMs`: by `performance.now()`. */
export function presentationOf(row: ServerRow, nowMs: number): ServerPresentation {
  const { icon, color } = row.enabled
    ? statusIcons[row.status]
    : { icon: "circle-slash", color: "disabledForeground" };
  const facts = factsOf(row, nowMs);
  return {
    label: row.display_name,
    description: facts.join(" · "),
    icon,
    ...(color !== undefined && { color }),
    context: contextOf(row),
    spoken: [row.display_name, ...facts, ...(row.reason ? [row.reason] : [])].join(", "),
  };
}

function factsOf(row: ServerRow, nowMs: number): string[] {
  const facts: string[] = [row.enabled ? row.status : "disabled"];
  if (row.status === "starting" && row.reason !== undefined) facts.push(row.reason);
  if (row.upSinceMs !== undefined) facts.push(duration(nowMs - row.upSinceMs));
  if (row.request_count > 0)
    facts.push(row.request_count === 1 ? "1 request" : `${row.request_count} requests`);
  if (row.restart_required) facts.push("restart required");
  return [...facts, row.runtime_type];
}

function contextOf(row: ServerRow): string {
  const words = ["server", row.status];
  if (isUp(row)) words.push("up");
  if (isStoppable(row)) words.push("stoppable");
  else if (row.enabled && row.status !== "stopping") words.push("startable");
  if (row.status === "failed" || row.status === "misconfigured") words.push("failure");
  return words.join(" ");
}

/** Rounded to the largest useful unit: `42s`, `5m`, `3h`, `2d`. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)}m`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3_600)}h`;
  return `${Math.floor(seconds / 86_400)}d`;
}
