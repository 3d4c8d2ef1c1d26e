/**
 * Where in a document the cursor stands, from indentation, braces and the text of its line: half-typed text is no YAML
 * yet. Pure.
 */

import type { Path } from "../../src/catalog/text/problem.ts";
import type { FlowEnd, FlowMapping } from "./flow-style.ts";
import { scanFlow } from "./flow-style.ts";

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
  /** Other keys of the mapping, for a key. */
  readonly siblings: readonly string[];
  /** In flow style only: the innermost mapping. */
  readonly flow?: FlowMapping;
}

const keyed =
  /^("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s#'"{}[\],&*!|>%@`-][^:]*?|-[^\s:][^:]*?)[ \t]*:(?:[ \t]+|$)/;

/** Nobody completes in longer lines, and patterns take their time in them. */
const longestLine = 4_000;

/** `lines` without line ends; `character` in UTF-16 units. `undefined` inside of a comment. */
export function cursorAt(lines: readonly string[], line: number, character: number): Cursor | undefined {
  const before = (lines[line] ?? "").slice(0, character);
  if (before.length > longestLine || isInComment(before)) return undefined;
  const flow = flowHolding(lines, line, character);
  if (flow !== "none") return flow;
  const parts = partsOf(before);
  const owners = ownersOf(lines, line, parts.dashes[0] ?? parts.column, parts.dashes);
  const key = keyed.exec(parts.content);
  return key === null ? withoutKey(lines, line, parts, owners) : behindKey(parts, owners, key);
}

/**
 * The cursor within a flow collection, whatever lines that began on; "none" where no collection holds it. `undefined`
 * where nothing can be said: behind a document that is a flow collection, and where a comma lacks on the line before.
 */
function flowHolding(lines: readonly string[], line: number, character: number): Cursor | "none" | undefined {
  const text = lines.join("\n");
  const offsets = offsetsOf(lines);
  const to = (offsets[line] ?? 0) + Math.min(character, lines[line]?.length ?? 0);
  for (let at = 0; at <= line; at++) {
    const first = lines[at] ?? "";
    const { brace, parent, isText } = openingOf(first);
    if (isText) at = lastOfText(lines, at, parent);
    if (brace < 0 || (at === line && brace >= character)) continue;
    const scan = scanFlow(text, (offsets[at] ?? 0) + brace, to, parent);
    if (scan.kind === "open") return flowCursor(lines, line, at, brace, offsets, scan.end);
    if (parent < 0 && isBehind(text, scan.end, to)) return undefined;
    while ((offsets[at + 1] ?? Number.POSITIVE_INFINITY) < scan.end) at++;
  }
  return "none";
}

function flowCursor(
  lines: readonly string[],
  line: number,
  first: number,
  brace: number,
  offsets: readonly number[],
  { path, part, typed, start, mapping }: FlowEnd,
): Cursor | undefined {
  const character = start - (offsets[line] ?? 0);
  if (character < 0) return undefined;
  const parts = partsOf((lines[first] ?? "").slice(0, brace));
  const owners = ownersOf(lines, first, parts.dashes[0] ?? parts.column, parts.dashes);
  const key = keyed.exec(parts.content)?.[1];
  return {
    path: [...owners.path, ...(key === undefined ? [] : [unquoted(key)]), ...path],
    part,
    typed,
    start: character,
    column: partsOf(lines[line] ?? "").column,
    siblings: part === "key" ? [...mapping.values.keys()] : [],
    flow: mapping,
  };
}

interface Opening {
  /** Column of the brace or bracket a flow collection begins with; -1 for lines without. */
  readonly brace: number;
  /** Column of the key or dash that holds what follows; -1 for the document. */
  readonly parent: number;
  /** Whether the lines below are a text in block style. */
  readonly isText: boolean;
}

function openingOf(line: string): Opening {
  const { column, dashes, content } = partsOf(line);
  const key = keyed.exec(content)?.[0];
  const value = content.slice(key?.length ?? 0).replace(/^(?:[&!]\S*[ \t]+)+/, "");
  const parent = key === undefined ? (dashes.at(-1) ?? column - 1) : column;
  const isText = (key !== undefined || dashes.length > 0) && /^[|>][-+\d]*[ \t]*(?:#.*)?$/.test(value);
  return { brace: /^[{[]/.test(value) ? column + content.length - value.length : -1, parent, isText };
}

/** The last line of a text in block style. */
function lastOfText(lines: readonly string[], first: number, parent: number): number {
  const next = lines.findIndex((line, at) => at > first && /\S/.test(line) && line.search(/\S/) <= parent);
  return (next < 0 ? lines.length : next) - 1;
}

/** Whether a position is on a line below the end of a collection. */
function isBehind(text: string, end: number, position: number): boolean {
  return text.slice(end, position).includes("\n");
}

function offsetsOf(lines: readonly string[]): number[] {
  let offset = 0;
  return lines.map((line) => {
    const start = offset;
    offset += line.length + 1;
    return start;
  });
}

function isInComment(before: string): boolean {
  return /(?:^|\s)#/.test(before.replace(/"(?:[^"\\]|\\.)*"?|'[^']*'?/g, ""));
}

/** A key that is being typed, or an item. */
function withoutKey(
  lines: readonly string[],
  line: number,
  { column, content }: LineParts,
  { path, isList }: Owners,
): Cursor {
  const part = isList && !content.includes(":") ? "item" : "key";
  const siblings = siblingsOf(lines, line, column);
  return { path, part, typed: content, start: column, column, siblings };
}

/** `key` is the match of `keyed`: the key, its colon and the space behind it. */
function behindKey({ column, content }: LineParts, owners: Owners, key: RegExpExecArray): Cursor {
  const [head, name = ""] = key;
  const typed = content.slice(head.length);
  const path = [...owners.path, unquoted(name)];
  return { path, part: "value", typed, start: column + head.length, column, siblings: [] };
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
    if (isEmptyLine(text)) continue;
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

/** Where the dashes stand of the list a key is typed in, for a list that has some. */
export function dashColumnOf(
  lines: readonly string[],
  line: number,
  { path, column }: Cursor,
): number | undefined {
  const owner = lines.findLastIndex((text, at) => {
    if (at >= line) return false;
    const parts = partsOf(text);
    return parts.column < column && unquoted(keyed.exec(parts.content)?.[1] ?? "") === path.at(-1);
  });
  const first = lines.find((text, at) => at > owner && at !== line && !isEmptyLine(text));
  const [dash] = partsOf(first ?? "").dashes;
  // Those further to the left are of a list around this one.
  return dash !== undefined && dash >= partsOf(lines[owner] ?? "").column ? dash : undefined;
}

/**
 * The line above a key where another one has no value, and the column behind its colon: as that one stands no further to
 * the left, the key is no part of it.
 */
export function emptyKeyAbove(
  lines: readonly string[],
  line: number,
  { part, column }: Cursor,
): { readonly line: number; readonly end: number } | undefined {
  if (part !== "key") return undefined;
  const above = lines.findLastIndex((text, at) => at < line && !isEmptyLine(text));
  const owner = partsOf(lines[above] ?? "");
  const key = keyed.exec(owner.content)?.[0];
  if (key === undefined || owner.column < column || !isEmptyLine(owner.content.slice(key.length)))
    return undefined;
  const below = partsOf(lines.slice(line + 1).find((text) => !isEmptyLine(text)) ?? "");
  const hasValue = below.column > owner.column || below.dashes.length > 0;
  return hasValue ? undefined : { line: above, end: owner.column + key.trimEnd().length };
}

/** Blank, or only a comment. */
function isEmptyLine(text: string): boolean {
  return /^\s*(?:#|$)/.test(text);
}

/** The keys at the same column around a line, as far as the mapping goes. */
function siblingsOf(lines: readonly string[], line: number, column: number): string[] {
  const found: string[] = [];
  const look = (from: number, step: number) => {
    for (let at = from; at >= 0 && at < lines.length; at += step) {
      const text = lines[at] ?? "";
      if (isEmptyLine(text)) continue;
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
