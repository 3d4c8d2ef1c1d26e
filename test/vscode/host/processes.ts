/** Processes of this machine, found by the text of their command line (Linux). */

import { readdir, readFile } from "node:fs/promises";

/** Ids of the processes that have this text in their command line. */
export async function processesWith(text: string): Promise<number[]> {
  const found: number[] = [];
  for (const name of await readdir("/proc")) {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) continue;
    const line = await readFile(`/proc/${name}/cmdline`, "utf8").catch(() => "");
    if (line.replaceAll("\0", " ").includes(text)) found.push(Number(name));
  }
  return found;
}

/** The extension hosts below VS Code's server, oldest first. */
export async function extensionHosts(server: number): Promise<number[]> {
  const hosts: number[] = [];
  for (const pid of await processesWith("type=extensionHost")) {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
    if (Number(stat.split(") ")[1]?.split(" ")[1]) === server) hosts.push(pid);
  }
  return hosts.sort((a, b) => a - b);
}

/** Ids of the processes that a gateway started (by the mark in their environment) and of their watchdogs. */
export async function gatewayProcesses(below: string): Promise<number[]> {
  const found: number[] = [];
  for (const name of await readdir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const environ = await readFile(`/proc/${name}/environ`, "utf8").catch(() => "");
    if (environ.includes("OPEN_MCP_GATEWAY_OWNER=") && environ.includes(below)) found.push(Number(name));
  }
  return found;
}
