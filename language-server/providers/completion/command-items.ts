/** Programs on PATH. The names are worked out purely; folders are listed in the background. */

import { readdir } from "node:fs/promises";
import { posix, win32 } from "node:path";
import type { CompletionItem } from "vscode-languageserver";
import type { AsyncNameCache } from "./async-name-cache.ts";
import type { CompletionContext } from "./context.ts";
import { itemKind, valueItem } from "./context.ts";

/** More are not looked through by anybody; typing on finds the rest. */
const mostItems = 200;

export interface SearchPath {
  readonly platform: NodeJS.Platform;
  readonly path: string;
  readonly pathExt: string;
}

/** `undefined`: not known yet. Only where a `command` is being typed. */
export function commandItems(
  question: CompletionContext,
  later: AsyncNameCache,
  search: SearchPath,
): CompletionItem[] | undefined {
  const { path, part, typed } = question.cursor;
  if (path.at(-1) !== "command" || path.at(-2) !== "runtime" || part !== "value") return [];
  const names = later.ask(`commands ${search.path}`, () => commandsOnPath(search));
  const beginning = typed.replace(/^["']/, "");
  return names
    ?.filter((name) => name.startsWith(beginning))
    .slice(0, mostItems)
    .map((name) =>
      valueItem(question, name, { kind: itemKind.file, detail: "on PATH", sortText: `~${name}` }),
    );
}

/** Sorted, each once. Folders that cannot be read have none. */
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

/** What the programs among the files of a folder are called by. Pure. */
export function commandNames(files: readonly string[], { platform, pathExt }: SearchPath): string[] {
  if (platform !== "win32") return files.filter((file) => !file.startsWith("."));
  const extensions = (pathExt || ".COM;.EXE;.BAT;.CMD").toLowerCase().split(";");
  return files.flatMap((file) => {
    const extension = win32.extname(file);
    return extensions.includes(extension.toLowerCase()) ? [file.slice(0, -extension.length)] : [];
  });
}
