/**
 * Ends processes that a gateway left behind when it died together with its watchdog: at the next start of a gateway,
 * by the mark they carry (gateway.md, *Runtimes*). Never touches another user's process, one of a living gateway, one of
 * another pid namespace (a container's), this process or its ancestors. On Windows there are no marks: the watchdog is all.
 */

import { setTimeout as wait } from "node:timers/promises";
import { formatOwner, type Owner, parseMarker, thisOwner } from "./process-marker.ts";
import type { ProcessRow } from "./process-table.ts";
import { isRunning, listProcesses, programOf, signal } from "./system-processes.ts";

export interface Orphan {
  readonly pid: number;
  /** Name of its program, as the system gives it; empty where it does not. */
  readonly program: string;
  /** The gateway that started it: `<pid>:<start time>:<namespace>`. */
  readonly owner: string;
}

/** Which processes are orphans, seen from `self`. Pure. */
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

/** Tells of an owner, as `formatOwner` writes it, whether that gateway has ended; of one elsewhere, that it has not. */
export async function exitedOwners(): Promise<(owner: string) => boolean> {
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
 * Finds and ends orphans: SIGTERM, up to `graceMs`, SIGKILL. Resolves with what it ended, for the log; never rejects.
 * Scans in small slices, so that the event loop stays free.
 */
export async function reapOrphans(graceMs = 2000): Promise<Orphan[]> {
  const self = thisOwner();
  const found = await findOrphans(self);
  const orphans = found.map((row) => ({ pid: row.pid, program: programOf(row.pid), owner: ownerOf(row) }));
  for (const { pid } of found) signal(pid, "SIGTERM");
  let left = found;
  for (const deadline = performance.now() + graceMs; left.length > 0 && performance.now() < deadline; ) {
    await wait(50);
    left = await findOrphans(self);
  }
  for (const { pid } of left) signal(pid, "SIGKILL");
  return orphans;
}

async function findOrphans(self: Owner): Promise<ProcessRow[]> {
  return orphansIn(await listProcesses().catch(() => []), self);
}

function ownerOf({ marker }: ProcessRow): string {
  const owner = parseMarker(marker ?? "");
  return owner ? formatOwner(owner) : "";
}
