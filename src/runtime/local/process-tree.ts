/**
 * Ends the whole tree of an instance: close its input, ask, wait, kill (gateway.md, *Runtimes*). The order of steps is
 * decided by a pure function; carrying it out touches only processes of the instance's group or mark.
 */

import { setTimeout as wait } from "node:timers/promises";
import { type ProcessRow, treeOf } from "./process-table.ts";
import { killWindowsTree, listProcesses, signal } from "./processes.ts";

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

/** Carries out the steps until nothing of the tree lives. Never rejects. */
export async function endTree(tree: Tree, steps: readonly EndStep[]): Promise<void> {
  for (const step of steps) {
    if (await isGone(tree)) return;
    if (typeof step === "object") await untilGone(tree, step.waitMs);
    else await take(step, tree);
  }
  await untilGone(tree, 2000);
}

async function take(step: Exclude<EndStep, object>, tree: Tree): Promise<void> {
  if (step === "taskkill") return killWindowsTree(tree.leader);
  const name = step === "kill" ? "SIGKILL" : "SIGTERM";
  const members = await membersOf(tree);
  // Each hears it once: many programs take a second SIGTERM for impatience.
  if (!tree.leaderEnded() || members.some(({ group }) => group === tree.leader)) signal(-tree.leader, name);
  for (const { pid, group } of members) if (group !== tree.leader) signal(pid, name);
}

async function untilGone(tree: Tree, forMs: number): Promise<void> {
  const deadline = performance.now() + forMs;
  for (let pauseMs = 5; performance.now() < deadline; pauseMs = Math.min(pauseMs * 1.5, 100)) {
    if (await isGone(tree)) return;
    await wait(Math.min(pauseMs, Math.max(1, deadline - performance.now())));
  }
}

async function isGone(tree: Tree): Promise<boolean> {
  // Listing is the costly part, and not needed to know that a living leader lives.
  if (!tree.leaderEnded()) return false;
  return process.platform === "win32" || (await membersOf(tree)).length === 0;
}

async function membersOf(tree: Tree): Promise<ProcessRow[]> {
  const rows = await listProcesses().catch(() => []);
  return treeOf(rows, tree.leader, tree.marker).filter(({ pid }) => pid !== process.pid);
}
