/**
 * The marker in the environment of the gateway's processes: it names the gateway and its instance. Used to find
 * escaped grandchildren and orphans. Pure, except for `thisOwner`, which reads the identity of this process.
 */

import { execFileSync } from "node:child_process";
import { readFileSync, readlinkSync } from "node:fs";
import { parseStartTime, parseStat } from "./process-table.ts";

export const markerName = "OPEN_MCP_GATEWAY_OWNER";

/** A gateway process, distinct from every other process that ever has the same process id. */
export interface Owner {
  readonly pid: number;
  /** Start time: clock ticks since boot on Linux, seconds since 1970 on macOS, 0 on Windows. */
  readonly startTime: number;
  /** The pid namespace on Linux (a container has its own process ids), 0 elsewhere. */
  readonly namespace: number;
}

/** `<pid>:<start time>:<namespace>`. */
export function formatOwner({ pid, startTime, namespace }: Owner): string {
  return `${pid}:${startTime}:${namespace}`;
}

/** Value of the marker for the n-th instance of an owner: `<owner>/<n>`. */
export function markerValue(owner: Owner, instance: number): string {
  return `${formatOwner(owner)}/${instance}`;
}

/** The owner in the value of a marker; `undefined` for an invalid value. */
export function parseMarker(value: string): Owner | undefined {
  const [, pid, startTime, namespace] = /^(\d+):(\d+):(\d+)\/\d+$/.exec(value) ?? [];
  if (pid === undefined) return undefined;
  return { pid: Number(pid), startTime: Number(startTime), namespace: Number(namespace) };
}

/** Value of the marker in the text of /proc/<pid>/environ; `undefined` for a process without a marker. */
export function markerInEnviron(environ: string): string | undefined {
  const start = environ.startsWith(`${markerName}=`) ? 0 : environ.indexOf(`\0${markerName}=`) + 1;
  if (start === 0 && !environ.startsWith(`${markerName}=`)) return undefined;
  const end = environ.indexOf("\0", start);
  return environ.slice(start + markerName.length + 1, end === -1 ? undefined : end);
}

/** Value of the marker in a line of `ps -E`, where the environment follows the command. */
export function markerInCommand(command: string): string | undefined {
  return new RegExp(`(?:^|\\s)${markerName}=(\\S+)`).exec(command)?.[1];
}

/** This process as an owner. */
export function thisOwner(platform = process.platform): Owner {
  return { pid: process.pid, startTime: ownStartTime(platform), namespace: ownNamespace(platform) };
}

function ownStartTime(platform: NodeJS.Platform): number {
  if (platform === "linux") return parseStat(readFileSync("/proc/self/stat", "utf8"))?.startTime ?? 0;
  if (platform === "win32") return 0;
  const ps = execFileSync("ps", ["-o", "lstart=", "-p", String(process.pid)], {
    encoding: "utf8",
    env: { LC_ALL: "C" },
  });
  return parseStartTime(ps);
}

function ownNamespace(platform: NodeJS.Platform): number {
  if (platform !== "linux") return 0;
  return Number(/\d+/.exec(readlinkSync("/proc/self/ns/pid"))?.[0] ?? 0);
}
