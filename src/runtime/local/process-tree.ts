/**
 * Ends the whole process tree of an instance: close its input, ask, wait, kill (gateway.md, *Runtimes*). A pure
 * function decides the order of steps. Only processes with the instance's group or marker are touched.
 */

import { setTimeout as wait } from "node:timers/promises";
import { type ProcessRow, treeOf } from "./process-table.ts";
import { killWindowsTree, listProcesses, signal } from "./system-processes.ts";

export type EndStep = "terminate" | "kill" | "taskkill" | { readonly waitMs: number };

/** Time to end after the input is closed, before the first signal. */
const courtesyMs = 200;

/**
 * Steps for an instance whose input was just closed. On Windows, console programs cannot catch a signal, so the whole
 * grace time is waiting.
 */
export function endSteps(platform: NodeJS.Platform, graceMs: number): readonly EndStep[] {
  if (platform === "win32") return [{ waitMs: graceMs }, "taskkill"];
  return [{ waitMs: Math.min(courtesyMs, graceMs) }, "terminate", { waitMs: graceMs }, "kill"];
}

/** Steps for the processes that a crashed leader left running. Short, because its pending calls wait for this. */
export function leftoverSteps(platform: NodeJS.Platform, graceMs: number): readonly EndStep[] {
  // On Windows, a tree cannot be found without its leader.
  if (platform === "win32") return [];
  return ["terminate", { waitMs: Math.min(1000, graceMs) }, "kill"];
}

export interface Tree {
  readonly leader: number;
  readonly marker: string;
  /** Whether the leader itself has ended. */
  leaderEnded(): boolean;
}

/** The functions of the system that ending a tree needs. */
export interface ProcessSystem {
  readonly platform: NodeJS.Platform;
  readonly list: typeof listProcesses;
  readonly signal: typeof signal;
  /** Resolves with the reason why a process and its descendants could not be ended (Windows). */
  readonly killTree: (pid: number) => Promise<string | undefined>;
}

const thisSystem: ProcessSystem = {
  platform: process.platform,
  list: listProcesses,
  signal,
  killTree: (pid) => killWindowsTree(pid),
};

/** How long killed processes may take to disappear. */
const killedMs = 2000;

/**
 * Runs the steps until no process of the tree lives. Resolves with a message about the processes that could not be
 * ended, or with `undefined` when none is known to live. Never rejects, and never waits without a limit.
 */
export async function endTree(
  tree: Tree,
  steps: readonly EndStep[],
  system = thisSystem,
): Promise<string | undefined> {
  let failure: string | undefined;
  for (const step of steps) {
    if (await hasEnded(tree, system)) return failure;
    if (typeof step === "object") await untilEnded(tree, step.waitMs, system);
    else failure = await take(step, tree, system);
  }
  return (await untilEnded(tree, killedMs, system)) ? failure : unended(tree, failure, system);
}

async function take(
  step: Exclude<EndStep, object>,
  tree: Tree,
  system: ProcessSystem,
): Promise<string | undefined> {
  if (step === "taskkill") return killTreeOrLeader(tree, system);
  const name = step === "kill" ? "SIGKILL" : "SIGTERM";
  const members = await membersOf(tree, system);
  // Each process gets the signal only once, because many programs end at once on a second SIGTERM.
  if (!tree.leaderEnded() || members.some(({ group }) => group === tree.leader))
    system.signal(-tree.leader, name);
  for (const { pid, group } of members) if (group !== tree.leader) system.signal(pid, name);
  return undefined;
}

/** Without taskkill only the leader can be ended. Its descendants cannot be found. */
async function killTreeOrLeader(tree: Tree, system: ProcessSystem): Promise<string | undefined> {
  const failure = await system.killTree(tree.leader);
  if (failure === undefined) return undefined;
  if (!tree.leaderEnded()) system.signal(tree.leader, "SIGKILL");
  return `${failure}; processes that the server started may still be running`;
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

async function untilEnded(tree: Tree, forMs: number, system: ProcessSystem): Promise<boolean> {
  const deadline = performance.now() + forMs;
  for (let pauseMs = 5; performance.now() < deadline; pauseMs = Math.min(pauseMs * 1.5, 100)) {
    if (await hasEnded(tree, system)) return true;
    await wait(Math.min(pauseMs, Math.max(1, deadline - performance.now())));
  }
  return hasEnded(tree, system);
}

async function hasEnded(tree: Tree, system: ProcessSystem): Promise<boolean> {
  // Listing processes is expensive, and not needed while the leader lives.
  if (!tree.leaderEnded()) return false;
  return system.platform === "win32" || (await membersOf(tree, system)).length === 0;
}

async function membersOf(tree: Tree, system: ProcessSystem): Promise<ProcessRow[]> {
  const rows = await system.list(system.platform).catch(() => []);
  return treeOf(rows, tree.leader, tree.marker).filter(({ pid }) => pid !== process.pid);
}
