/**
 * Ends the whole tree of an instance: close its input, ask, wait, kill (gateway.md, *Runtimes*). The order of steps is
 * decided by a pure function; carrying it out touches only processes of the instance's group or mark.
 */

import { setTimeout as wait } from "node:timers/promises";
import { type ProcessRow, treeOf } from "./process-table.ts";
import { killWindowsTree, listProcesses, signal } from "./system-processes.ts";

export type EndStep = "terminate" | "kill" | "taskkill" | { readonly waitMs: number };

/** Time a server has to end by itself once its input is closed, before it is asked by a signal. */
const courtesyMs = 200;

/**
 * How an instance whose input was just closed is ended. Windows has no signal a console program could catch, so there
 * the grace is all waiting.
 */
export function endSteps(platform: NodeJS.Platform, graceMs: number): readonly EndStep[] {
  if (platform === "win32") return [{ waitMs: graceMs }, "taskkill"];
  return [{ waitMs: Math.min(courtesyMs, graceMs) }, "terminate", { waitMs: graceMs }, "kill"];
}

/** How what a crashed leader left behind is ended: its pending calls wait for this, so it is short. */
export function leftoverSteps(platform: NodeJS.Platform, graceMs: number): readonly EndStep[] {
  // Without its leader a tree cannot be found there.
  if (platform === "win32") return [];
  return ["terminate", { waitMs: Math.min(1000, graceMs) }, "kill"];
}

export interface Tree {
  readonly leader: number;
  readonly marker: string;
  /** Whether the leader itself ended. */
  leaderEnded(): boolean;
}

/** What ends a tree asks of the system. */
export interface ProcessSystem {
  readonly platform: NodeJS.Platform;
  readonly list: typeof listProcesses;
  readonly signal: typeof signal;
  /** Resolves with why a process and its descendants could not be ended (Windows). */
  readonly killTree: (pid: number) => Promise<string | undefined>;
}

const thisSystem: ProcessSystem = {
  platform: process.platform,
  list: listProcesses,
  signal,
  killTree: (pid) => killWindowsTree(pid),
};

/** How long what was killed may take to be gone. */
const killedMs = 2000;

/**
 * Carries out the steps until nothing of the tree lives. Resolves with what could not be ended, for people, and with
 * `undefined` where nothing is known to be left. Never rejects, and never waits without end.
 */
export async function endTree(
  tree: Tree,
  steps: readonly EndStep[],
  system = thisSystem,
): Promise<string | undefined> {
  let failure: string | undefined;
  for (const step of steps) {
    if (await isGone(tree, system)) return failure;
    if (typeof step === "object") await untilGone(tree, step.waitMs, system);
    else failure = await take(step, tree, system);
  }
  return (await untilGone(tree, killedMs, system)) ? failure : unended(tree, failure, system);
}

async function take(
  step: Exclude<EndStep, object>,
  tree: Tree,
  system: ProcessSystem,
): Promise<string | undefined> {
  if (step === "taskkill") return killTreeOrLeader(tree, system);
  const name = step === "kill" ? "SIGKILL" : "SIGTERM";
  const members = await membersOf(tree, system);
  // Each hears it once: many programs take a second SIGTERM for impatience.
  if (!tree.leaderEnded() || members.some(({ group }) => group === tree.leader))
    system.signal(-tree.leader, name);
  for (const { pid, group } of members) if (group !== tree.leader) system.signal(pid, name);
  return undefined;
}

/** Without taskkill the leader can be ended all the same; what it started is not found without it. */
async function killTreeOrLeader(tree: Tree, system: ProcessSystem): Promise<string | undefined> {
  const failure = await system.killTree(tree.leader);
  if (failure === undefined) return undefined;
  if (!tree.leaderEnded()) system.signal(tree.leader, "SIGKILL");
  return `${failure}; processes that the server started may still run`;
}

async function unended(
  tree: Tree,
  failure: string | undefined,
  system: ProcessSystem,
): Promise<string | undefined> {
  const others = (await membersOf(tree, system)).map(({ pid }) => pid);
  const pids = [...new Set(tree.leaderEnded() ? others : [tree.leader, ...others])];
  if (pids.length === 0) return failure;
  const because = failure === undefined ? "" : ` (${failure})`;
  return `${pids.length === 1 ? "process" : "processes"} ${pids.join(", ")} could not be ended${because}`;
}

async function untilGone(tree: Tree, forMs: number, system: ProcessSystem): Promise<boolean> {
  const deadline = performance.now() + forMs;
  for (let pauseMs = 5; performance.now() < deadline; pauseMs = Math.min(pauseMs * 1.5, 100)) {
    if (await isGone(tree, system)) return true;
    await wait(Math.min(pauseMs, Math.max(1, deadline - performance.now())));
  }
  return isGone(tree, system);
}

async function isGone(tree: Tree, system: ProcessSystem): Promise<boolean> {
  // Listing is the costly part, and not needed to know that a living leader lives.
  if (!tree.leaderEnded()) return false;
  return system.platform === "win32" || (await membersOf(tree, system)).length === 0;
}

async function membersOf(tree: Tree, system: ProcessSystem): Promise<ProcessRow[]> {
  const rows = await system.list(system.platform).catch(() => []);
  return treeOf(rows, tree.leader, tree.marker).filter(({ pid }) => pid !== process.pid);
}
