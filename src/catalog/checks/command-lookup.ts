/** Where a command may be found. Pure: names the places in order, looks at none. */

import { posix, win32 } from "node:path";

export interface CommandPlaces {
  readonly platform: NodeJS.Platform;
  /** Value of PATH, as the command will see it. */
  readonly path: string;
  /** Value of PATHEXT; only Windows has it. */
  readonly pathExt: string;
  /** Folder the command starts in, absolute. */
  readonly workingDir: string;
}

/** Whether a command is a path and not a name to be found on PATH. */
export function isPathLike(command: string, platform: NodeJS.Platform): boolean {
  return platform === "win32" ? /[/\\]|^[A-Za-z]:/.test(command) : command.includes("/");
}

/**
 * All files that would be started for `command`, the first one that exists winning. A name is not looked for in the working
 * folder, which Windows itself would do first.
 */
export function commandCandidates(command: string, places: CommandPlaces): string[] {
  const { platform, workingDir } = places;
  const { resolve, join } = platform === "win32" ? win32 : posix;
  const files = isPathLike(command, platform)
    ? [resolve(workingDir, command)]
    : searchedFolders(places).map((folder) => join(folder, command));
  if (platform !== "win32") return files;
  // One without an extension may begin with `#!`.
  return [...new Set([...files.flatMap((file) => withExtensions(file, places.pathExt)), ...files])];
}

function searchedFolders({ platform, path, workingDir }: CommandPlaces): string[] {
  const delimiter = platform === "win32" ? ";" : ":";
  const folders = path.split(delimiter).map((folder) => folder.replace(/^"(.*)"$/, "$1"));
  if (platform === "win32") return folders.filter((folder) => folder !== "");
  // An empty part of PATH is the working folder.
  return folders.map((folder) => (folder === "" ? workingDir : folder));
}

function withExtensions(file: string, pathExt: string): string[] {
  const extensions = (pathExt || ".COM;.EXE;.BAT;.CMD").split(";").filter((extension) => extension !== "");
  const hasOne = extensions.some((extension) => file.toLowerCase().endsWith(extension.toLowerCase()));
  return [...(hasOne ? [file] : []), ...extensions.map((extension) => file + extension)];
}
