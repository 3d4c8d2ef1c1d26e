/** The paths where a command may be found, in order. Pure: reads no file. */

import { posix, win32 } from "node:path";

export interface CommandPlaces {
  readonly platform: NodeJS.Platform;
  /** Value of PATH in the environment of the command. */
  readonly path: string;
  /** Value of PATHEXT; only on Windows. */
  readonly pathExt: string;
  /** Folder that the command starts in, absolute. */
  readonly workingDir: string;
}

/** Whether a command is a path, as opposed to a name that is looked up on PATH. */
export function isPathLike(command: string, platform: NodeJS.Platform): boolean {
  return platform === "win32" ? /[/\\]|^[A-Za-z]:/.test(command) : command.includes("/");
}

/**
 * All files that may be started for `command`; the first existing one wins. A name is not looked up in the working
 * folder, although Windows itself looks there first.
 */
export function commandCandidates(command: string, places: CommandPlaces): string[] {
  const { platform, workingDir } = places;
  const { resolve, join } = platform === "win32" ? win32 : posix;
  const files = isPathLike(command, platform)
    ? [resolve(workingDir, command)]
    : searchedFolders(places).map((folder) => join(folder, command));
  if (platform !== "win32") return files;
  // A file without an extension may begin with `#!`.
  return [...new Set([...files.flatMap((file) => withExtensions(file, places.pathExt)), ...files])];
}

function searchedFolders({ platform, path, workingDir }: CommandPlaces): string[] {
  const delimiter = platform === "win32" ? ";" : ":";
  const folders = path.split(delimiter).map((folder) => folder.replace(/^"(.*)"$/, "$1"));
  if (platform === "win32") return folders.filter((folder) => folder !== "");
  // An empty part of PATH means the working folder.
  return folders.map((folder) => (folder === "" ? workingDir : folder));
}

function withExtensions(file: string, pathExt: string): string[] {
  const extensions = (pathExt || ".COM;.EXE;.BAT;.CMD").split(";").filter((extension) => extension !== "");
  const hasOne = extensions.some((extension) => file.toLowerCase().endsWith(extension.toLowerCase()));
  return [...(hasOne ? [file] : []), ...extensions.map((extension) => file + extension)];
}
