/**
 * Lists and signals the processes of the system. Linux reads /proc, macOS runs `ps`. Windows has no listing here,
 * because `taskkill /T` finds the tree itself.
 */

import { execFile } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { win32 } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { promisify } from "node:util";
import { messageOf } from "../../base/errors.ts";
import { visiblePrefix } from "../../base/visible-text.ts";
import { markerInCommand, markerInEnviron } from "./process-marker.ts";
import { type ProcessRow, parsePs, parsePsCommands, parseStat } from "./process-table.ts";

const run = promisify(execFile);

/** How long a scan may block the event loop at a time. */
const sliceMs = 4;

/** All processes, with markers for those of this user. Empty on Windows. */
export function listProcesses(platform = process.platform): Promise<ProcessRow[]> {
  if (platform === "linux") return listFromProc();
  return platform === "win32" ? Promise.resolve([]) : listFromPs();
}

/** Name of the program of a process; empty when the process has ended or the system has no /proc. */
export function programOf(pid: number): string {
  return readProc(pid, "comm").trim();
}

/** Sends a signal. A process that has ended already is not an error. A negative id means the process group. */
export function signal(pid: number, name: NodeJS.Signals): void {
  // A process that never started has no id, and 0 would mean the gateway's own group.
  if (pid === 0) return;
  try {
    process.kill(pid, name);
  } catch {
    // It has ended, or runs as another user, so nothing can be done.
  }
}

/** How long taskkill may take. */
const taskkillMs = 5_000;
/** Exit code of taskkill when the process does not exist. */
const notFound = 128;

/**
 * Runs `taskkill /T /F`, which ends a process and its descendants on Windows. Resolves with the reason of a failure, on
 * one line, and with `undefined` also when there was no process to end.
 */
export async function killWindowsTree(pid: number, program = taskkill()): Promise<string | undefined> {
  try {
    await run(program, ["/PID", String(pid), "/T", "/F"], { windowsHide: true, timeout: taskkillMs });
    return undefined;
  } catch (error) {
    return taskkillFailure(error, isRunning);
  }
}

/** The full path, because PATH may lead to another program or to none. */
function taskkill(): string {
  return win32.join(process.env["SystemRoot"] ?? "C:\\Windows", "System32", "taskkill.exe");
}

/** Whether the process exists, for any user. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It belongs to another user.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/**
 * Why taskkill failed; `undefined` when there was no process to end, or when all processes it names have ended
 * meanwhile. Its output is in the user's language, but the first number in a line about a process is the process id.
 * Pure.
 */
export function taskkillFailure(error: unknown, isRunning: (pid: number) => boolean): string | undefined {
  const { code, killed, stderr, stdout } = error as Partial<Record<"stderr" | "stdout", string>> & {
    readonly code?: unknown;
    readonly killed?: boolean;
  };
  if (code === notFound) return undefined;
  if (code === "ENOENT") return "taskkill was not found";
  if (killed) return `taskkill did not end within ${taskkillMs / 1000} s`;
  const lines = `${stderr ?? ""}\n${stdout ?? ""}`.trim().split(/\r?\n/);
  const line = lines.find((one) => {
    const pid = /\d+/.exec(one)?.[0];
    return pid === undefined || isRunning(Number(pid));
  });
  if (line === undefined) return undefined;
  return `taskkill failed: ${visiblePrefix(line === "" ? messageOf(error) : line, 200)}`;
}

async function listFromProc(): Promise<ProcessRow[]> {
  const rows: ProcessRow[] = [];
  await eachInSlices(readdirSync("/proc"), (name) => {
    const pid = Number(name);
    const row = Number.isInteger(pid) ? rowFromProc(pid) : undefined;
    if (row) rows.push(row);
  });
  return rows;
}

/** Visits all items, and yields to the event loop after every few milliseconds. */
export async function eachInSlices<T>(items: Iterable<T>, visit: (item: T) => void): Promise<void> {
  let sliceEnd = performance.now() + sliceMs;
  for (const item of items) {
    visit(item);
    if (performance.now() < sliceEnd) continue;
    await turn();
    sliceEnd = performance.now() + sliceMs;
  }
}

function rowFromProc(pid: number): ProcessRow | undefined {
  const row = parseStat(readProc(pid, "stat"));
  if (!row || row.zombie || !belongsToUser(pid)) return row;
  const marker = markerInEnviron(readProc(pid, "environ"));
  return marker === undefined ? row : { ...row, marker };
}

/**
 * Whether the process belongs to this user. The superuser may read every environment, and must not treat the processes
 * of other users as its own.
 */
function belongsToUser(pid: number): boolean {
  try {
    return statSync(`/proc/${pid}`).uid === process.getuid?.();
  } catch {
    return false;
  }
}

function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "latin1");
  } catch {
    return "";
  }
}

async function listFromPs(): Promise<ProcessRow[]> {
  const options = { env: { PATH: process.env["PATH"], LC_ALL: "C" }, maxBuffer: 64 * 1024 * 1024 };
  const [table, commands] = await Promise.all([
    run("ps", ["-axo", "pid=,ppid=,pgid=,stat=,lstart="], options),
    run("ps", ["-xEwwo", "pid=,command="], options),
  ]);
  const environments = parsePsCommands(commands.stdout);
  return parsePs(table.stdout).map((row) => {
    const marker = markerInCommand(environments.get(row.pid) ?? "");
    return marker === undefined ? row : { ...row, marker };
  });
}
