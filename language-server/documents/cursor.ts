/**
 * Where in a document the cursor stands, from indentation and the text of its line alone: half-typed text is no YAML
 * yet. Understands block style, and flow style within a line. Pure.
 */

import type { Path } from "../../src/catalog/text/problem.ts";
import { flowAt } from "./flow.ts";

export interface Cursor {
  /** The value the cursor is in, or for a key the mapping it belongs to. Items of lists count as 0. */
  readonly path: Path;
  readonly part: "key" | "value" | "item";
  /** What has been typed of it. */
  readonly typed: string;
  /** Column of `typed`, from 0. */
  readonly start: number;
  /** Column of the key, from 0, of a value in block style; else of the line's first word. */
  readonly column: number;
  /** Other keys of the mapping, for a key in block style. */
  readonly siblings: readonly string[];
  readonly isFlow: boolean;
}

const keyed =
  /^("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s#'"{}[\],&*!|>%@`-][^:]*?|-[^\s:][^:]*?)[ \t]*:(?:[ \t]+|$)/;

/** Nobody completes in longer lines, and patterns take their time in them. */
const longestLine = 4_000;

/** `lines` without line ends; `character` in UTF-16 units. `undefined` inside of a comment. */
export function cursorAt(lines: readonly string[], line: number, character: number): Cursor | undefined {
  const before = (lines[line] ?? "").slice(0, character);
  if (before.length > longestLine || isInComment(before)) return undefined;
  const parts = partsOf(before);
  const owners = ownersOf(lines, line, parts.dashes[0] ?? parts.column, parts.dashes);
  const key = keyed.exec(parts.content);
  return key === null ? withoutKey(lines, line, parts, owners) : behindKey(parts, owners, key);
}

function isInComment(before: string): boolean {
  return /(?:^|\s)#/.test(before.replace(/"(?:[^"\\]|\\.)*"?|'[^']*'?/g, ""));
}

/** A key that is being typed, an item, or something in a flow collection that is an item itself. */
function withoutKey(
  lines: readonly string[],
  line: number,
  { column, content }: LineParts,
  { path, isList }: Owners,
): Cursor {
  const flow = flowAt(content, path);
  if (flow) return { ...flow, start: column + flow.start, column, siblings: [], isFlow: true };
  const part = isList && !content.includes(":") ? "item" : "key";
  const siblings = siblingsOf(lines, line, column);
  return { path, part, typed: content, start: column, column, siblings, isFlow: false };
}

/** `key` is the match of `keyed`: the key, its colon and the space behind it. */
function behindKey({ column, content }: LineParts, owners: Owners, key: RegExpExecArray): Cursor {
  const [head, name = ""] = key;
  const typed = content.slice(head.length);
  const path = [...owners.path, unquoted(name)];
  const start = column + head.length;
  const flow = flowAt(typed, path);
  if (flow) return { ...flow, start: start + flow.start, column, siblings: [], isFlow: true };
  return { path, part: "value", typed, start, column, siblings: [], isFlow: false };
}

interface LineParts {
  /** Of the first word behind all dashes. */
  readonly column: number;
  readonly dashes: readonly number[];
  readonly content: string;
}

function partsOf(whole: string): LineParts {
  const line = whole.slice(0, longestLine);
  const dashes: number[] = [];
  let column = /^ */.exec(line)?.[0].length ?? 0;
  for (let dash = /^-(?: +|$)/.exec(line.slice(column)); dash; dash = /^-(?: +|$)/.exec(line.slice(column))) {
    dashes.push(column);
    column += dash[0].length;
  }
  return { column, dashes, content: line.slice(column) };
}

interface Owners {
  readonly path: Path;
  /** Whether the innermost owner is an item of a list itself. */
  readonly isList: boolean;
}

/** The keys and items that `line` stands in, from its column outwards. */
function ownersOf(
  lines: readonly string[],
  line: number,
  firstColumn: number,
  dashes: readonly number[],
): Owners {
  const path: (string | number)[] = dashes.map(() => 0);
  let column = firstColumn;
  let inList = dashes.length > 0;
  for (let at = line - 1; at >= 0; at--) {
    const text = lines[at] ?? "";
    if (/^\s*(?:#|$)/.test(text)) continue;
    const parts = partsOf(text);
    const key = keyed.exec(parts.content)?.[1];
    const ownsBlock = inList ? parts.column <= column : parts.column < column;
    if (ownsBlock && key !== undefined) {
      path.unshift(unquoted(key));
      column = parts.column;
      inList = false;
    }
    const outer = parts.dashes.filter((dash) => dash < column);
    // The first key of an item stands behind its dash: what owns the item owns its keys.
    if (outer.length > 0 && !inList && parts.column === column) {
      path.unshift(...outer.map(() => 0));
      column = outer[0] ?? 0;
      inList = true;
    }
    if (column === 0 && !inList) break;
  }
  return { path, isList: dashes.length > 0 };
}

/** The keys at the same column around a line, as far as the mapping goes. */
function siblingsOf(lines: readonly string[], line: number, column: number): string[] {
  const found: string[] = [];
  const look = (from: number, step: number) => {
    for (let at = from; at >= 0 && at < lines.length; at += step) {
      const text = lines[at] ?? "";
      if (/^\s*(?:#|$)/.test(text)) continue;
      const parts = partsOf(text);
      const isFirst = parts.dashes.length > 0;
      if (parts.column < column || (isFirst && step > 0 && (parts.dashes[0] ?? 0) < column)) return;
      const key = parts.column === column ? keyed.exec(parts.content)?.[1] : undefined;
      if (key !== undefined) found.push(unquoted(key));
      if (isFirst && (parts.dashes[0] ?? 0) < column) return;
    }
  };
  const isFirstOfItem = partsOf(lines[line] ?? "").dashes.length > 0;
  if (!isFirstOfItem) look(line - 1, -1);
  look(line + 1, 1);
  return found;
}

function unquoted(key: string): string {
  return key.replace(/^"(.*)"$|^'(.*)'$/, "$1$2");
}
