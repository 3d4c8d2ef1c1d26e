/** States of servers for the language server: all at the start, then the visible changes. Pure. */

import type { ServerState, StatesParams } from "../../../language-server/protocol.ts";
import { isStoppable, isUp, type ServerRow } from "../servers/servers.ts";
import { duration } from "../tree/server-presentation.ts";

/** `nowMs`: by `performance.now()`. */
export function stateOf(row: ServerRow, nowMs: number): ServerState {
  return {
    id: row.id,
    label: row.enabled ? row.status : "disabled",
    ...(row.reason !== undefined && { reason: row.reason }),
    facts: factsOf(row, nowMs),
    actions: actionsOf(row),
  };
}

function factsOf(row: ServerRow, nowMs: number): string[] {
  const up = row.upSinceMs === undefined ? [] : [`up ${duration(nowMs - row.upSinceMs)}`];
  const requests = row.request_count === 0 ? [] : [requestsOf(row.request_count)];
  return [...up, ...requests, ...(row.restart_required ? ["restart required"] : [])];
}

function requestsOf(count: number): string {
  return count === 1 ? "1 request" : `${count} requests`;
}

function actionsOf(row: ServerRow): ServerState["actions"] {
  if (!row.enabled || row.status === "stopping") return [];
  if (isUp(row)) return ["stop", "restart"];
  return isStoppable(row) ? ["stop"] : ["start"];
}

/** The difference from the states sent before, or `undefined` if there is no visible difference. */
export function changesOf(
  before: ReadonlyMap<string, ServerState>,
  after: readonly ServerState[],
): StatesParams | undefined {
  const servers = after.filter((state) => JSON.stringify(before.get(state.id)) !== JSON.stringify(state));
  const ids = new Set(after.map(({ id }) => id));
  const gone = [...before.keys()].filter((id) => !ids.has(id));
  return servers.length === 0 && gone.length === 0 ? undefined : { all: false, servers, gone };
}
