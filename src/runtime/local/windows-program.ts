/**
 * The file that a command means on Windows. The system would take a program of the working folder before one on PATH, and the
 * question before the start shows the name only. Looks at files through the function handed in.
 */

import { win32 } from "node:path";
import { GatewayError } from "../../base/errors.ts";
import { commandCandidates, isPathLike } from "../../catalog/checks/command-lookup.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * A path is made full: `.\x.cmd` would become `x.cmd` on its way to `cmd.exe`, which takes no name from the working folder.
 * Rejects with `start-failed` where a name is not found on PATH.
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
  const because = `command '${command}' not found on PATH: for a program of the working folder write '.\\${command}'`;
  throw new GatewayError("start-failed", because);
}

/** Windows finds names of variables in any case; a later one beats an earlier one. */
function variableOf(env: Environment, name: string): string {
  return Object.entries(env).findLast(([key]) => key.toUpperCase() === name)?.[1] ?? "";
}
