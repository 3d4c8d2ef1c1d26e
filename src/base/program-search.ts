/**
 * How Windows finds a program that is called by name. It looks in the working folder first, unless an environment
 * variable forbids it. A folder with a `node.exe` must not decide which `node` runs. Pure.
 */

const variable = "NoDefaultCurrentDirectoryInExePath";

/** Environment of a process that searches on PATH only. `cmd.exe`, Node.js and the programs they start respect it. */
export function searchOnPath(platform: NodeJS.Platform = process.platform): Readonly<Record<string, string>> {
  return platform === "win32" ? { [variable]: "1" } : {};
}
