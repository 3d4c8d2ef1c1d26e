/** Where in a `.env` file its variables stand, and how one is written. Pure; hands out names, never values. */

import type { Position, Range } from "vscode-languageserver";
import { lineIndex } from "../../src/catalog/text/line-index.ts";
import { rangeOf } from "./text-ranges.ts";

export interface DotenvName {
  readonly name: string;
  readonly range: Range;
}

/** As dotenv reads it: a value in quotes may go over several lines. */
const assignment =
  /^\s*(?:export\s+)?([\w.-]+)(?:\s*=\s*?|:\s+?)(?:\s*'(?:\\'|[^'])*'|\s*"(?:\\"|[^"])*"|\s*`(?:\\`|[^`])*`|[^#\r\n]+)?\s*(?:#.*)?$/dgm;

/** In the order of the file; of a name that comes twice, dotenv takes the last. */
export function dotenvNames(text: string): DotenvName[] {
  const content = text.replace(/\r\n?/g, "\n");
  const place = lineIndex(content);
  return [...content.matchAll(assignment)].flatMap(({ indices, 1: name = "" }) => {
    const [start, end] = indices?.[1] ?? [0, 0];
    return [{ name, range: rangeOf(place(start, end)) }];
  });
}

/** `NAME=value` so that dotenv reads the value back; `undefined` for values it cannot hold. */
export function dotenvLine(name: string, value: string): string | undefined {
  if (/^[\w./:@+=-]*$/.test(value)) return `${name}=${value}`;
  const quote = ["'", '"', "`"].find((each) => !value.includes(each));
  // In double quotes, dotenv turns `\n` into a line break.
  if (quote === undefined || (quote === '"' && value.includes("\\"))) return undefined;
  return `${name}=${quote}${value}${quote}`;
}

/** Where a line can be added, and what has to stand before it. */
export function endOf(text: string): { readonly at: Position; readonly before: string } {
  const lines = text.split("\n");
  const last = lines.at(-1) ?? "";
  return { at: { line: lines.length - 1, character: last.length }, before: last === "" ? "" : "\n" };
}
