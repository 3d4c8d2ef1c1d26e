/** Environment and folder of a local process, and the messages for its failures. Pure, except for `checkFolder`. */

import { stat } from "node:fs/promises";
import { homedir } from "node:os";
import { resolve } from "node:path";
import { GatewayError, messageOf } from "../../base/errors.ts";
import { searchOnPath } from "../../base/program-search.ts";
import { markerName } from "./process-marker.ts";

type Environment = Readonly<Record<string, string | undefined>>;

export interface EnvironmentOptions {
  /** The environment of the gateway. */
  readonly inherited: Environment;
  /** The values of the entry. */
  readonly entry: Readonly<Record<string, string>>;
  /** Names of the gateway's secrets. They are removed unless the entry sets them. */
  readonly withheld: readonly string[];
  readonly marker: string;
  readonly platform?: NodeJS.Platform;
}

/**
 * The environment of a server: the gateway's own, then the entry's values, then the marker. The variable that makes
 * VS Code's executable act as Node is removed.
 */
export function environmentOf(options: EnvironmentOptions): Record<string, string | undefined> {
  const { inherited, entry, withheld, marker, platform = process.platform } = options;
  // On Windows, names of variables are case-insensitive, and a process gets only one of `Path` and `PATH`.
  const known = (name: string) => (platform === "win32" ? name.toUpperCase() : name);
  const dropped = new Set(["ELECTRON_RUN_AS_NODE", ...withheld, ...Object.keys(entry)].map(known));
  const env = Object.fromEntries(Object.entries(inherited).filter(([name]) => !dropped.has(known(name))));
  return { ...env, ...searchOnPath(platform), ...entry, [markerName]: marker };
}

/** Folder that a server runs in: `working_dir` relative to the catalog's folder, with `~/` as the user's folder. */
export function folderOf(workingDir: string | undefined, baseDir: string, home = homedir()): string {
  if (workingDir === undefined) return baseDir;
  return workingDir === "~" || /^~[\\/]/.test(workingDir)
    ? resolve(home, workingDir.slice(2))
    : resolve(baseDir, workingDir);
}

/** Rejects with `start-failed` when the folder is missing, because the error of spawn would name the command. */
export async function checkFolder(folder: string): Promise<void> {
  const found = await stat(folder).catch(() => undefined);
  if (!found) throw new GatewayError("start-failed", `working_dir '${folder}' does not exist`);
  if (!found.isDirectory())
    throw new GatewayError("start-failed", `working_dir '${folder}' is not a directory`);
}

/** The error for a command that could not be started, on one line. */
export function startFailure(command: string, error: unknown): GatewayError {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return new GatewayError("start-failed", explain(command, code, error), { cause: error });
}

function explain(command: string, code: unknown, error: unknown): string {
  const named = /[\\/]/.test(command);
  if (code === "ENOENT") {
    return named
      ? `command '${command}' not found, or the interpreter in its first line is not found`
      : `command '${command}' not found on PATH`;
  }
  if (code === "EACCES") return `command '${command}' is not executable`;
  if (code === "ENOEXEC") return `command '${command}' is not a program that this system can run`;
  if (code === "E2BIG") return `the arguments and environment of command '${command}' are too long`;
  if (code === "EAGAIN" || code === "EMFILE" || code === "ENFILE") {
    return `command '${command}' could not be started: the system's process or file limit is reached (${code})`;
  }
  return `command '${command}' could not be started: ${messageOf(error)}`;
}

/** The exit code of Windows' `cmd.exe` when it finds no such command, neither the given one nor one inside a `.cmd`. */
const commandNotFound = 9009;

/** How a process ended, in words: "exited with code 1", "killed by SIGKILL". */
export function endOf(code: number | null, signal: NodeJS.Signals | null): string {
  if (code === commandNotFound) return `exited with code ${code}: cmd.exe did not find a command`;
  return signal === null ? `exited with code ${code}` : `killed by ${signal}`;
}
