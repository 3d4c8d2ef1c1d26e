/**
 * Asks the system which processes there are, and signals them. Linux reads /proc, macOS asks `ps`; Windows has no
 * listing here (`taskkill /T` finds the tree itself). Decides nothing.
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

/** How long a scan may hold the event loop at a time. */
const sliceMs = 4;

/** All processes, those of this user with their mark. Empty on Windows. */
export function listProcesses(platform = process.platform): Promise<ProcessRow[]> {
  if (platform === "linux") return listFromProc();
  return platform === "win32" ? Promise.resolve([]) : listFromPs();
}

/** The name of a process's program, for people; empty when it is gone or the system has no /proc. */
export function programOf(pid: number): string {
  return readProc(pid, "comm").trim();
}

/** Sends a signal; a process that is gone already is no error. A negative id means the process group. */
export function signal(pid: number, name: NodeJS.Signals): void {
  // A process that never started has no id, and 0 would mean our own group.
  if (pid === 0) return;
  try {
    process.kill(pid, name);
  } catch {
    // Gone, or made itself another user: nothing left for us to do.
  }
}

/** How long taskkill may take. */
const taskkillMs = 5_000;
/** What it exits with where there is no such process any more. */
const notFound = 128;

/**
 * `taskkill /T /F`: ends a process and its descendants on Windows. Resolves with why it could not, in one line, and with
 * `undefined` also when there was nothing to end.
 */
export async function killWindowsTree(pid: number, program = taskkill()): Promise<string | undefined> {
  try {
    await run(program, ["/PID", String(pid), "/T", "/F"], { windowsHide: true, timeout: taskkillMs });
    return undefined;
  } catch (error) {
    return taskkillFailure(error, isRunning);
  }
}

/** Not by PATH, which may lead elsewhere or nowhere. */
function taskkill(): string {
  return win32.join(process.env["SystemRoot"] ?? "C:\\Windows", "System32", "taskkill.exe");
}

/** Whether there is such a process, whoever it belongs to. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It is another user's.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/**
 * Why taskkill did not do it; `undefined` where there was nothing to end, or all that it names ended by itself meanwhile.
 * Its words are in the user's language, but a line about a process has that one's id as its first number. Pure.
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
  const said = lines.find((line) => {
    const pid = /\d+/.exec(line)?.[0];
    return pid === undefined || isRunning(Number(pid));
  });
  if (said === undefined) return undefined;
  return `taskkill failed: ${visiblePrefix(said === "" ? messageOf(error) : said, 200)}`;
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

/** Visits all of them, and lets everybody else have a turn after every few milliseconds. */
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
  if (!row || row.zombie || !isOurs(pid)) return row;
  const marker = markerInEnviron(readProc(pid, "environ"));
  return marker === undefined ? row : { ...row, marker };
}

/** Of this user. The superuser may read every environment, and must not take others' processes for its own. */
function isOurs(pid: number): boolean {
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
