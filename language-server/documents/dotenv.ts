/** Finds the variables in a `.env` file, and formats new ones. Pure. Returns names, but not values. */

import type { Position, Range } from "vscode-languageserver";
import { lineIndex } from "../../src/catalog/text/line-index.ts";
import { rangeOf } from "./text-ranges.ts";

export interface DotenvName {
  readonly name: string;
  readonly range: Range;
}

/** Follows the syntax of dotenv, in which a quoted value can span several lines. */
const assignment =
  /^\s*(?:export\s+)?([\w.-]+)(?:\s*=\s*?|:\s+?)(?:\s*'(?:\\'|[^'])*'|\s*"(?:\\"|[^"])*"|\s*`(?:\\`|[^`])*`|[^#\r\n]+)?\s*(?:#.*)?$/dgm;

/** In the order of the file. If a name occurs twice, dotenv uses the last one. */
export function dotenvNames(text: string): DotenvName[] {
  const content = text.replace(/\r\n?/g, "\n");
  const place = lineIndex(content);
  return [...content.matchAll(assignment)].flatMap(({ indices, 1: name = "" }) => {
    const [start, end] = indices?.[1] ?? [0, 0];
    return [{ name, range: rangeOf(place(start, end)) }];
  });
}

/** `NAME=value` in a form that dotenv reads back unchanged. `undefined` if that is not possible. */
export function dotenvLine(name: string, value: string): string | undefined {
  if (/^[\w./:@+=-]*$/.test(value)) return `${name}=${value}`;
  const quote = ["'", '"', "`"].find((each) => !value.includes(each));
  // Inside double quotes, dotenv converts `\n` to a line break.
  if (quote === undefined || (quote === '"' && value.includes("\\"))) return undefined;
  return `${name}=${quote}${value}${quote}`;
}

/** The position for a new line, and the text to insert before it. */
export function endOf(text: string): { readonly at: Position; readonly before: string } {
  const lines = text.split("\n");
  const last = lines.at(-1) ?? "";
  return { at: { line: lines.length - 1, character: last.length }, before: last === "" ? "" : "\n" };
}
