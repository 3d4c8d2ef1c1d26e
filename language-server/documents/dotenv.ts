/** Where in a `.env` file its variables stand, and how one is written. Pure; hands out names, never values. */

import type { Position, Range } from "vscode-languageserver";

export interface DotenvName {
  readonly name: string;
  readonly range: Range;
}

/** In the order of the file; of a name that comes twice, dotenv takes the last. */
export function dotenvNames(text: string): DotenvName[] {
  return text.split("\n").flatMap((content, line) => {
    const match = /^\uFEFF?\s*(?:export\s+)?([\w.-]+)(?:\s*=|:\s)/.exec(content);
    const [head = "", name = ""] = match ?? [];
    if (name === "") return [];
    const start = content.indexOf(name, Math.max(0, head.search(/\S/)));
    return [
      { name, range: { start: { line, character: start }, end: { line, character: start + name.length } } },
    ];
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
