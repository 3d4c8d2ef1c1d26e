/**
 * Finds a position in a flow collection (`{ a: b }`, `[a, b]`) that may span several lines. Pure. Works for incomplete
 * text.
 */

import type { Path } from "../../src/catalog/text/problem.ts";

/** The innermost mapping in braces at a position. */
export interface FlowMapping {
  /** Its other keys with their values as written, except for collections. */
  readonly values: ReadonlyMap<string, string>;
  /** Whether its keys are in double quotes, as in JSON. A mapping without keys takes this from the outer mapping. */
  readonly isJson: boolean;
}

export interface FlowEnd {
  /** Relative to the collection. */
  readonly path: Path;
  readonly part: "key" | "value" | "item";
  readonly typed: string;
  /** Offset of `typed` in the text. */
  readonly start: number;
  readonly mapping: FlowMapping;
}

export type FlowScan =
  | { readonly kind: "open"; readonly end: FlowEnd }
  /** The collection has ended before the position, or is not valid. `end` is the offset after it. */
  | { readonly kind: "closed"; readonly end: number };

interface Open {
  readonly kind: "map" | "list";
  /** The key of the value at the cursor. */
  key: string | undefined;
  readonly values: Map<string, string>;
  isJson: boolean;
}

const token =
  /\s+|(?<=\s)#[^\n]*|"(?:[^"\\]|\\.)*"?|'(?:[^']|'')*'?|\$\{[^}\n]*\}?|[{}[\],]|:(?=[\s,[\]{}]|$)|(?<=["']):|(?:[^\s{}[\],:$]|:(?=[^\s,[\]{}])|\$)+/suy;

/**
 * Scans the collection that begins at offset `from` up to offset `to`. `parent` is the column of its owner. A line at
 * that column or further left is not part of the collection, even if a bracket is open.
 */
export function scanFlow(text: string, from: number, to: number, parent: number): FlowScan {
  const open: Open[] = [];
  let typed = "";
  let start = from;
  for (const { word, at } of tokensOf(text, from, to)) {
    if (isOutside(text, word, at, parent)) return { kind: "closed", end: at };
    if (isMark(word, open.at(-1))) {
      take(word, open, typed.trim());
      typed = "";
      if (open.length === 0) return { kind: "closed", end: at + 1 };
    } else if (!isComment(word) && (typed !== "" || word.trim() !== "")) {
      if (typed === "") start = at;
      typed += word;
    }
  }
  return { kind: "open", end: endOf(text, to, open, { typed, start }) };
}

function* tokensOf(text: string, from: number, to: number): Generator<{ word: string; at: number }> {
  const cut = text.slice(0, to);
  let at = from;
  while (at < cut.length) {
    token.lastIndex = at;
    const word = token.exec(cut)?.[0] ?? cut.charAt(at);
    yield { word, at };
    at += word.length;
  }
}

/** Whether a line begins too far to the left. */
function isOutside(text: string, word: string, at: number, parent: number): boolean {
  const line = word.lastIndexOf("\n");
  if (line < 0 || word.trim() !== "") return false;
  return word.length - line - 1 <= parent && !/[}\]#]/.test(text[at + word.length] ?? "");
}

function isMark(word: string, inner: Open | undefined): boolean {
  return /^[{}[\],]$/.test(word) || (word === ":" && inner?.kind === "map");
}

function isComment(word: string): boolean {
  return word.startsWith("#");
}

/** `typed` is the text before the mark. */
function take(mark: string, open: Open[], typed: string): void {
  const inner = open.at(-1);
  if (mark === "{" || mark === "[") {
    const kind = mark === "{" ? "map" : "list";
    open.push({ kind, key: undefined, values: new Map(), isJson: inner?.isJson ?? false });
    return;
  }
  if (inner) note(mark, inner, typed);
  if (mark === "}" || mark === "]") open.pop();
}

function note(mark: string, inner: Open, typed: string): void {
  if (mark === ":") {
    inner.key = unquoted(typed);
    inner.isJson = typed.startsWith('"');
    inner.values.set(inner.key, "");
    return;
  }
  if (inner.key !== undefined && typed !== "") inner.values.set(inner.key, unquoted(typed));
  inner.key = undefined;
}

function endOf(
  text: string,
  to: number,
  open: readonly Open[],
  { typed, start }: Pick<FlowEnd, "typed" | "start">,
): FlowEnd {
  const inner = open.at(-1);
  const isKey = inner?.kind === "map" && inner.key === undefined;
  const values = new Map(inner?.values);
  if (inner?.key !== undefined) values.delete(inner.key);
  for (const [key, value] of valuesBehind(text, to)) if (!values.has(key)) values.set(key, value);
  return {
    path: open.flatMap(stepInto),
    part: inner?.kind === "list" ? "item" : isKey ? "key" : "value",
    typed,
    start: typed === "" ? to : start,
    mapping: { values, isJson: inner?.isJson ?? false },
  };
}

/** The following keys of the innermost mapping. The current word extends to the next mark. */
function valuesBehind(text: string, from: number): ReadonlyMap<string, string> {
  const open: Open[] = [{ kind: "map", key: undefined, values: new Map(), isJson: false }];
  const [outer] = open;
  let typed = "";
  let isAfter = false;
  for (const { word } of tokensOf(text, from, text.length)) {
    if (isMark(word, open.at(-1))) {
      // A colon before the first comma belongs to the current word.
      if (isAfter || word !== ":") take(word, open, typed.trim());
      isAfter ||= word === ",";
      typed = "";
      if (open.length === 0) break;
    } else if (!isComment(word)) typed += word;
  }
  return outer?.values ?? new Map();
}

function stepInto({ kind, key }: Open): Path {
  if (kind === "list") return [0];
  return key === undefined ? [] : [key];
}

function unquoted(text: string): string {
  return text.replace(/^"(.*)"$|^'(.*)'$/s, "$1$2");
}
