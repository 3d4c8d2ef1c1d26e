/** Programs on PATH. Folders are listed in the background, and the names are derived without I/O. */

import { readdir } from "node:fs/promises";
import { posix, win32 } from "node:path";
import type { CompletionItem } from "vscode-languageserver";
import type { AsyncNameCache } from "./async-name-cache.ts";
import type { CompletionContext } from "./context.ts";
import { itemKind, valueItem } from "./context.ts";

/** Limit for the number of items. More typed characters narrow the list. */
const maxItems = 200;

export interface SearchPath {
  readonly platform: NodeJS.Platform;
  readonly path: string;
  readonly pathExt: string;
}

/** `undefined`: not known yet. Only for the value of `command`. */
export function commandItems(
  context: CompletionContext,
  later: AsyncNameCache,
  search: SearchPath,
): CompletionItem[] | undefined {
  const { path, part, typed } = context.cursor;
  if (path.at(-1) !== "command" || path.at(-2) !== "runtime" || part !== "value") return [];
  const names = later.ask(`commands ${search.path}`, () => commandsOnPath(search));
  const beginning = typed.replace(/^["']/, "");
  return names
    ?.filter((name) => name.startsWith(beginning))
    .slice(0, maxItems)
    .map((name) =>
      valueItem(context, name, { kind: itemKind.file, detail: "on PATH", sortText: `~${name}` }),
    );
}

/** Sorted and unique. Skips folders that cannot be read. */
async function commandsOnPath(search: SearchPath): Promise<string[]> {
  const listed = await Promise.all(
    searchFolders(search).map((folder) => readdir(folder).catch((): string[] => [])),
  );
  return [...new Set(listed.flatMap((files) => commandNames(files, search)))].sort();
}

/** The folders of PATH. Pure. */
export function searchFolders({ platform, path }: SearchPath): string[] {
  const { delimiter, isAbsolute } = platform === "win32" ? win32 : posix;
  const folders = path.split(delimiter).map((folder) => folder.replace(/^"(.*)"$/, "$1"));
  return [...new Set(folders)].filter(isAbsolute);
}

/** Names by which the programs in a folder are called. Pure. */
export function commandNames(files: readonly string[], { platform, pathExt }: SearchPath): string[] {
  if (platform !== "win32") return files.filter((file) => !file.startsWith("."));
  const extensions = (pathExt || ".COM;.EXE;.BAT;.CMD").toLowerCase().split(";");
  return files.flatMap((file) => {
    const extension = win32.extname(file);
    return extensions.includes(extension.toLowerCase()) ? [file.slice(0, -extension.length)] : [];
  });
}
