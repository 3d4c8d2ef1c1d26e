/**
 * Ends processes of a gateway that died together with its watchdog. Runs at the next start of a gateway and finds them
 * by their marker (gateway.md, *Runtimes*). Never touches processes of another user, of a living gateway, or of another
 * pid namespace (a container's), nor this process and its ancestors. Windows has no markers, so only the watchdog works
 * there.
 */

import { setTimeout as wait } from "node:timers/promises";
import { formatOwner, type Owner, parseMarker, thisOwner } from "./process-marker.ts";
import type { ProcessRow } from "./process-table.ts";
import { isRunning, listProcesses, programOf, signal } from "./system-processes.ts";

export interface Orphan {
  readonly pid: number;
  /** Name of its program; empty if the system does not provide it. */
  readonly program: string;
  /** The gateway that started it: `<pid>:<start time>:<namespace>`. */
  readonly owner: string;
}

/** The processes that are orphans from the point of view of `self`. Pure. */
export function orphansIn(rows: readonly ProcessRow[], self: Owner): ProcessRow[] {
  const byPid = new Map(rows.map((row) => [row.pid, row]));
  const spared = new Set<number>();
  for (let pid: number | undefined = self.pid; pid && !spared.has(pid); pid = byPid.get(pid)?.parent)
    spared.add(pid);
  return rows.filter((row) => !row.zombie && !spared.has(row.pid) && isAbandoned(row, byPid, self));
}

function isAbandoned({ marker }: ProcessRow, byPid: ReadonlyMap<number, ProcessRow>, self: Owner): boolean {
  const owner = marker === undefined ? undefined : parseMarker(marker);
  return owner !== undefined && owner.namespace === self.namespace && hasEnded(owner, byPid);
}

function hasEnded(owner: Owner, byPid: ReadonlyMap<number, ProcessRow>): boolean {
  const living = byPid.get(owner.pid);
  return !living || living.zombie || living.startTime !== owner.startTime;
}

/**
 * Resolves with a function that returns whether the gateway of an owner (as `formatOwner` writes it) has ended. It
 * returns false for an owner on another machine or in another namespace.
 */
export async function ownerExitCheck(): Promise<(owner: string) => boolean> {
  const self = thisOwner();
  const rows = await listProcesses().catch(() => []);
  const byPid = new Map(rows.map((row) => [row.pid, row]));
  return (text) => {
    const owner = parseMarker(`${text}/0`);
    if (!owner || owner.namespace !== self.namespace || formatOwner(owner) === formatOwner(self))
      return false;
    return rows.length > 0 ? hasEnded(owner, byPid) : !isRunning(owner.pid);
  };
}

/**
 * Finds and ends orphans: SIGTERM, up to `graceMs`, SIGKILL. Resolves with the ended processes, for the log; never
 * rejects. Scans in small slices, so that the event loop is not blocked.
 */
export async function reapOrphans(graceMs = 2000): Promise<Orphan[]> {
  const self = thisOwner();
  const found = await findOrphans(self);
  const orphans = found.map((row) => ({ pid: row.pid, program: programOf(row.pid), owner: ownerOf(row) }));
  for (const { pid } of found) signal(pid, "SIGTERM");
  let remaining = found;
  for (const deadline = performance.now() + graceMs; remaining.length > 0 && performance.now() < deadline; ) {
    await wait(50);
    remaining = await findOrphans(self);
  }
  for (const { pid } of remaining) signal(pid, "SIGKILL");
  return orphans;
}

async function findOrphans(self: Owner): Promise<ProcessRow[]> {
  return orphansIn(await listProcesses().catch(() => []), self);
}

function ownerOf({ marker }: ProcessRow): string {
  const owner = parseMarker(marker ?? "");
  return owner ? formatOwner(owner) : "";
}
