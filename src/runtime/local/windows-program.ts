/**
 * The program file that a command means on Windows. The system would prefer a program in the working folder to one on
 * PATH, although the approval prompt shows only the name. Reads files only through the given function.
 */

import { win32 } from "node:path";
import { GatewayError } from "../../base/errors.ts";
import { commandCandidates, isPathLike } from "../../catalog/checks/command-lookup.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Makes a path absolute, because `.\x.cmd` would reach `cmd.exe` as `x.cmd`, which it does not search in the working
 * folder. Rejects with `start-failed` when a name is not on PATH.
 */
export async function windowsProgram(
  command: string,
  env: Environment,
  workingDir: string,
  isProgram: (file: string) => Promise<boolean>,
): Promise<string> {
  if (isPathLike(command, "win32")) return win32.resolve(workingDir, command);
  const [path, pathExt] = [variableOf(env, "PATH"), variableOf(env, "PATHEXT")];
  const places = { platform: "win32", path, pathExt, workingDir } as const;
  for (const file of commandCandidates(command, places)) if (await isProgram(file)) return file;
  const because = `command '${command}' not found on PATH: for a program in the working folder write '.\\${command}'`;
  throw new GatewayError("start-failed", because);
}

/** Windows compares names of variables without regard to case. A later value wins. */
function variableOf(env: Environment, name: string): string {
  return Object.entries(env).findLast(([key]) => key.toUpperCase() === name)?.[1] ?? "";
}
