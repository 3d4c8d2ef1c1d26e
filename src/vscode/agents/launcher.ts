/**
 * The program that is configured as MCP server in agents: it runs `gateway-stdio` of the installed extension version. It
 * is in the user's data folder, so updates do not move it, and runs on the editor's own Node. Scripts are pure.
 */

import { readFile } from "node:fs/promises";
import { dirname, join, win32 } from "node:path";
import { writeFileAtomic } from "../../base/write-file-atomic.ts";

export interface LauncherTarget {
  readonly platform: NodeJS.Platform;
  /** The editor's executable that runs as Node, or Node itself. */
  readonly node: string;
  /** `gateway-stdio.js` of the installed extension. */
  readonly program: string;
  /** Whether the gateway runs on this machine at the same address that agents use. Adds `--direct`. */
  readonly isDirect?: boolean;
}

export interface Launcher {
  readonly command: string;
  /** File of the gateway's key, which only the user may read. */
  readonly keyFile: string;
}

/** Path of the launcher, in the folder in which the editor stores data of the extension. */
export function launcherIn(storage: string, platform: NodeJS.Platform = process.platform): Launcher {
  const name = platform === "win32" ? "gateway-stdio.cmd" : "gateway-stdio";
  return { command: join(storage, "bin", name), keyFile: join(storage, "bin", "key") };
}

/**
 * Uses the editor's Node first because its version fits. If an update removed it, uses the Node of the machine. `folder`:
 * the folder of the script.
 */
export function launcherScript(
  { platform, node, program, isDirect = false }: LauncherTarget,
  folder: string,
): string {
  const flags = isDirect ? " --direct" : "";
  if (platform !== "win32") return shellScript(shellWord(node), shellWord(program), flags);
  return cmdScript(cmdWord(node, folder), cmdWord(program, folder), flags);
}

function shellScript(node: string, program: string, flags: string): string {
  return `#!/bin/sh
# Starts the stdio gateway of the Open MCP Gateway extension. Written by the extension, which keeps it up to date.
if [ -x ${node} ]; then
  ELECTRON_RUN_AS_NODE=1 exec ${node} ${program}${flags} "$@"
fi
exec node ${program}${flags} "$@"
`;
}

function cmdScript(node: string, program: string, flags: string): string {
  const lines = [
    "@echo off",
    "rem Starts the stdio gateway of the Open MCP Gateway extension. Written by the extension, which keeps it up to date.",
    "setlocal",
    "set ELECTRON_RUN_AS_NODE=1",
    `if exist ${node} (`,
    `  ${node} ${program}${flags} %*`,
    ") else (",
    `  node ${program}${flags} %*`,
    ")",
  ];
  return `${lines.join("\r\n")}\r\n`;
}

function shellWord(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/**
 * A path on Windows cannot contain quotes, but a percent sign would begin a variable. `cmd.exe` reads a script in the
 * code page of the machine, which is not UTF-8. A path that is not ASCII is therefore written relative to `%~dp0`, the
 * folder of the script, if possible.
 */
function cmdWord(path: string, folder: string): string {
  const isAscii = (text: string) => /^[\0-\x7f]*$/.test(text);
  const fromHere = win32.relative(folder, path);
  const isBetter = !isAscii(path) && isAscii(fromHere);
  return `"${isBetter ? "%~dp0" : ""}${(isBetter ? fromHere : path).replaceAll("%", "%%")}"`;
}

/** Writes the files whose content differs. */
export async function writeLauncher(
  { command, keyFile }: Launcher,
  target: LauncherTarget,
  key: string,
): Promise<void> {
  await write(command, launcherScript(target, dirname(command)), 0o755);
  await write(keyFile, `${key}\n`, 0o600);
}

async function write(file: string, text: string, mode: number): Promise<void> {
  const before = await readFile(file, "utf8").catch(() => undefined);
  if (before !== text) await writeFileAtomic(file, text, { mode, folderMode: 0o700 });
}
