/**
 * How Windows searches a program that is called by name: in the working folder first, unless a variable says otherwise. A
 * folder with a `node.exe` must not decide what `node` is. Pure.
 */

const variable = "NoDefaultCurrentDirectoryInExePath";

/** Environment of a process that searches on PATH alone. `cmd.exe`, Node.js and whatever they start obey it. */
export function searchOnPath(platform: NodeJS.Platform = process.platform): Readonly<Record<string, string>> {
  return platform === "win32" ? { [variable]: "1" } : {};
}
