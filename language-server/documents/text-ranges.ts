/** Places of problems, which count from 1, as ranges of LSP, which count from 0. Pure. */

import { isAbsolute, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Position, Range } from "vscode-languageserver";
import type { TextRange } from "../../src/catalog/text/problem.ts";

export function rangeOf({ line, column, endLine, endColumn }: TextRange): Range {
  return {
    start: { line: line - 1, character: column - 1 },
    end: { line: endLine - 1, character: endColumn - 1 },
  };
}

/** The same place in a text whose first line is line `by` of a document, from 0. */
export function rangeBelow(place: TextRange, by: number): Range {
  return lowered(rangeOf(place), by);
}

export function lowered(range: Range, by: number): Range {
  const down = ({ line, character }: Position) => ({ line: line + by, character });
  return { start: down(range.start), end: down(range.end) };
}

/** Touching counts. */
export function touches(a: Range, b: Range): boolean {
  return !isBefore(a.end, b.start) && !isBefore(b.end, a.start);
}

function isBefore(a: Position, b: Position): boolean {
  return a.line < b.line || (a.line === b.line && a.character < b.character);
}

/** The file of a document; `undefined` for documents that are none. A drive is a small letter, as VS Code writes it. */
export function fileOf(uri: string, platform: NodeJS.Platform = process.platform): string | undefined {
  if (!/^file:/i.test(uri)) return undefined;
  try {
    const file = fileURLToPath(uri, { windows: platform === "win32" });
    return platform === "win32" ? file.replace(/^[A-Z]:/, (drive) => drive.toLowerCase()) : file;
  } catch {
    return undefined;
  }
}

/** The innermost of the folders that contain the file. */
export function folderAround(file: string, folders: readonly string[]): string | undefined {
  const around = folders.filter((folder) => {
    const inside = relative(folder, file);
    return !isAbsolute(inside) && !/^\.\.(?:[\\/]|$)/.test(inside);
  });
  return around.sort((a, b) => b.length - a.length)[0];
}

export function uriOf(file: string, platform: NodeJS.Platform = process.platform): string {
  return pathToFileURL(file, { windows: platform === "win32" }).href;
}
