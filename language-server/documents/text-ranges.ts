/** Converts positions of problems, which are one-based, to LSP ranges, which are zero-based. Pure. */

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

/** The range in a document, for a text that begins at the zero-based line `by`. */
export function rangeBelow(place: TextRange, by: number): Range {
  return lowered(rangeOf(place), by);
}

export function lowered(range: Range, by: number): Range {
  const down = ({ line, character }: Position) => ({ line: line + by, character });
  return { start: down(range.start), end: down(range.end) };
}

/** Whether two ranges overlap or touch. */
export function touches(a: Range, b: Range): boolean {
  return !isBefore(a.end, b.start) && !isBefore(b.end, a.start);
}

function isBefore(a: Position, b: Position): boolean {
  return a.line < b.line || (a.line === b.line && a.character < b.character);
}

/** The file of a document, or `undefined` if the document is not a file. A drive is a lowercase letter, as in VS Code. */
export function fileOf(uri: string, platform: NodeJS.Platform = process.platform): string | undefined {
  if (!/^file:/i.test(uri)) return undefined;
  try {
    const file = fileURLToPath(uri, { windows: platform === "win32" });
    return platform === "win32" ? file.replace(/^[A-Z]:/, (drive) => drive.toLowerCase()) : file;
  } catch {
    return undefined;
  }
}

/** The innermost folder that contains the file. */
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
