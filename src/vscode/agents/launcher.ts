/**
 * The program that other tools are given as their MCP server: `gateway-stdio` of the extension as it is installed now.
 * It lies in the user's data folder, where updates do not move it, and runs on the editor's own Node. Scripts are pure.
 */

import { chmod, mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";

export interface LauncherTarget {
  readonly platform: NodeJS.Platform;
  /** The editor's executable that runs as Node, or Node itself. */
  readonly node: string;
  /** `gateway-stdio.js` of the installed extension. */
  readonly program: string;
}

export interface Launcher {
  readonly command: string;
  /** File of the gateway's key, which only the user may read. */
  readonly keyFile: string;
}

/** Where the launcher lies, in the folder the editor keeps for the extension. */
export function launcherIn(storage: string, platform: NodeJS.Platform = process.platform): Launcher {
  const name = platform === "win32" ? "gateway-stdio.cmd" : "gateway-stdio";
  return { command: join(storage, "bin", name), keyFile: join(storage, "bin", "key") };
}

/** The editor's Node first, as it fits; where an update took it away, the machine's. */
export function launcherScript({ platform, node, program }: LauncherTarget): string {
  return platform === "win32" ? cmdScript(node, program) : shellScript(node, program);
}

function shellScript(node: string, program: string): string {
  return `#!/bin/sh
# Starts the stdio gateway of the Open MCP Gateway extension. Written by the extension, which keeps it up to date.
if [ -x ${shellWord(node)} ]; then
  ELECTRON_RUN_AS_NODE=1 exec ${shellWord(node)} ${shellWord(program)} "$@"
fi
exec node ${shellWord(program)} "$@"
`;
}

function cmdScript(node: string, program: string): string {
  const lines = [
    "@echo off",
    "rem Starts the stdio gateway of the Open MCP Gateway extension. Written by the extension, which keeps it up to date.",
    "setlocal",
    "set ELECTRON_RUN_AS_NODE=1",
    `if exist ${cmdWord(node)} (`,
    `  ${cmdWord(node)} ${cmdWord(program)} %*`,
    ") else (",
    `  node ${cmdWord(program)} %*`,
    ")",
  ];
  return `${lines.join("\r\n")}\r\n`;
}

function shellWord(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** Paths of Windows have no quotes in them; a percent sign would begin a variable. */
function cmdWord(text: string): string {
  return `"${text.replaceAll("%", "%%")}"`;
}

/** Writes what is not as it should be. */
export async function writeLauncher(
  { command, keyFile }: Launcher,
  target: LauncherTarget,
  key: string,
): Promise<void> {
  await mkdir(join(command, ".."), { recursive: true, mode: 0o700 });
  await writeWhole(command, launcherScript(target), 0o755);
  await writeWhole(keyFile, `${key}\n`, 0o600);
}

/** A program that starts meanwhile reads the old text or the new one. */
async function writeWhole(file: string, text: string, mode: number): Promise<void> {
  if ((await textOf(file)) === text) return;
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, text, { mode });
  await chmod(draft, mode);
  await rename(draft, file);
}

async function textOf(file: string): Promise<string | undefined> {
  return readFile(file, "utf8").catch(() => undefined);
}
