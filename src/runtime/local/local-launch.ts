/** What a local process is started with, and what its failures mean to people. Pure but for `checkFolder`. */

import { stat } from "node:fs/promises";
import { homedir } from "node:os";
import { resolve } from "node:path";
import { GatewayError, messageOf } from "../../base/errors.ts";
import { searchOnPath } from "../../base/program-search.ts";
import { markerName } from "./process-marker.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The environment of a server: ours, the entry's over it, and the mark. Without the names withheld (our own secrets),
 * unless the entry itself sets one, and without what makes VS Code's executable a Node for us.
 */
export function environmentOf(
  inherited: Environment,
  entry: Readonly<Record<string, string>>,
  withheld: readonly string[],
  marker: string,
  platform: NodeJS.Platform = process.platform,
): Record<string, string | undefined> {
  // Windows knows a name in any case, and of `Path` and `PATH` a process is given only one.
  const known = (name: string) => (platform === "win32" ? name.toUpperCase() : name);
  const dropped = new Set(["ELECTRON_RUN_AS_NODE", ...withheld, ...Object.keys(entry)].map(known));
  const env = Object.fromEntries(Object.entries(inherited).filter(([name]) => !dropped.has(known(name))));
  return { ...env, ...searchOnPath(platform), ...entry, [markerName]: marker };
}

/** Folder a server runs in: `working_dir` from the catalog's folder on, `~/` being the user's. */
export function folderOf(workingDir: string | undefined, baseDir: string, home = homedir()): string {
  if (workingDir === undefined) return baseDir;
  return workingDir === "~" || /^~[\\/]/.test(workingDir)
    ? resolve(home, workingDir.slice(2))
    : resolve(baseDir, workingDir);
}

/** Rejects with `start-failed` when the folder is missing: spawn would blame the command for it. */
export async function checkFolder(folder: string): Promise<void> {
  const found = await stat(folder).catch(() => undefined);
  if (!found) throw new GatewayError("start-failed", `working_dir '${folder}' does not exist`);
  if (!found.isDirectory()) throw new GatewayError("start-failed", `working_dir '${folder}' is no folder`);
}

/** Why a command could not be started, in one line. */
export function startFailure(command: string, error: unknown): GatewayError {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return new GatewayError("start-failed", explain(command, code, error), { cause: error });
}

function explain(command: string, code: unknown, error: unknown): string {
  const named = /[\\/]/.test(command);
  if (code === "ENOENT") {
    return named
      ? `command '${command}' not found, or the interpreter it names is not`
      : `command '${command}' not found on PATH`;
  }
  if (code === "EACCES") return `command '${command}' is not executable`;
  if (code === "ENOEXEC") return `command '${command}' is no program this system can run`;
  if (code === "E2BIG") return `the arguments and environment of command '${command}' are too long`;
  if (code === "EAGAIN" || code === "EMFILE" || code === "ENFILE") {
    return `command '${command}' could not be started: the system is out of processes or files (${code})`;
  }
  return `command '${command}' could not be started: ${messageOf(error)}`;
}

/** What Windows' `cmd.exe` exits with where it does not find a command, its own or one of a `.cmd`. */
const commandNotFound = 9009;

/** How a process ended, for people: "exited with code 1", "killed by SIGKILL". */
export function endOf(code: number | null, signal: NodeJS.Signals | null): string {
  if (code === commandNotFound) return `exited with code ${code}: cmd.exe did not find a command`;
  return signal === null ? `exited with code ${code}` : `killed by ${signal}`;
}
