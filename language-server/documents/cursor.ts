/**
 * Finds the position of the cursor in a document from indentation, braces and the text of the line, because incomplete
 * text is not valid YAML yet. Pure.
 */

import type { Path } from "../../src/catalog/text/problem.ts";
import type { FlowEnd, FlowMapping } from "./flow-style.ts";
import { scanFlow } from "./flow-style.ts";

export interface Cursor {
  /** Path of the value at the cursor, or of the mapping if the cursor is in a key. List items have index 0. */
  readonly path: Path;
  readonly part: "key" | "value" | "item";
  /** The text of the key or value before the cursor. */
  readonly typed: string;
  /** Zero-based column of `typed`. */
  readonly start: number;
  /** Zero-based column of the key for a value in block style, or else of the first word in the line. */
  readonly column: number;
  /** The other keys of the mapping, if the cursor is in a key. */
  readonly siblings: readonly string[];
  /** The innermost mapping. Only in flow style. */
  readonly flow?: FlowMapping;
}

const keyed =
  /^("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s#'"{}[\],&*!|>%@`-][^:]*?|-[^\s:][^:]*?)[ \t]*:(?:[ \t]+|$)/;

/** Longer lines are skipped, because the patterns would be slow on them. */
const maxLineLength = 4_000;

/** `lines` without line ends. `character` in UTF-16 units. `undefined` inside a comment. */
export function cursorAt(lines: readonly string[], line: number, character: number): Cursor | undefined {
  const before = (lines[line] ?? "").slice(0, character);
  if (before.length > maxLineLength || isInComment(before)) return undefined;
  const flow = flowCursorAt(lines, line, character);
  if (flow !== "none") return flow;
  const parts = partsOf(before);
  const owners = ownersOf(lines, line, parts.dashes[0] ?? parts.column, parts.dashes);
  const key = keyed.exec(parts.content);
  return key === null ? withoutKey(lines, line, parts, owners) : afterKey(parts, owners, key);
}

/**
 * The cursor inside a flow collection that may begin on an earlier line, or "none" outside of one. `undefined` if the
 * position is unclear: after a document that is a flow collection, or when a comma is missing on the line before.
 */
function flowCursorAt(
  lines: readonly string[],
  line: number,
  character: number,
): Cursor | "none" | undefined {
  const text = lines.join("\n");
  const offsets = offsetsOf(lines);
  const to = (offsets[line] ?? 0) + Math.min(character, lines[line]?.length ?? 0);
  for (let at = 0; at <= line; at++) {
    const first = lines[at] ?? "";
    const { brace, parent, isText } = openingOf(first);
    if (isText) at = lastOfText(lines, at, parent);
    if (brace < 0 || (at === line && brace >= character)) continue;
    const scan = scanFlow(text, (offsets[at] ?? 0) + brace, to, parent);
    if (scan.kind === "open")
      return flowCursor(lines, { line, lineOffset: offsets[line] ?? 0, firstLine: at, brace }, scan.end);
    if (parent < 0 && isAfter(text, scan.end, to)) return undefined;
    while ((offsets[at + 1] ?? Number.POSITIVE_INFINITY) < scan.end) at++;
  }
  return "none";
}

/** The line of the cursor, and the beginning of the flow collection around it. */
interface FlowPosition {
  readonly line: number;
  /** Offset of `line` in the text. */
  readonly lineOffset: number;
  /** The line on which the collection begins. */
  readonly firstLine: number;
  /** Column of the opening brace or bracket. */
  readonly brace: number;
}

function flowCursor(
  lines: readonly string[],
  { line, lineOffset, firstLine, brace }: FlowPosition,
  { path, part, typed, start, mapping }: FlowEnd,
): Cursor | undefined {
  const character = start - lineOffset;
  if (character < 0) return undefined;
  const parts = partsOf((lines[firstLine] ?? "").slice(0, brace));
  const owners = ownersOf(lines, firstLine, parts.dashes[0] ?? parts.column, parts.dashes);
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
  /** Column of the opening brace or bracket, or -1 if the line does not have one. */
  readonly brace: number;
  /** Column of the key or dash above what follows, or -1 for the document. */
  readonly parent: number;
  /** Whether the lines below are a block scalar. */
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

/** The last line of a block scalar. */
function lastOfText(lines: readonly string[], first: number, parent: number): number {
  const next = lines.findIndex((line, at) => at > first && /\S/.test(line) && line.search(/\S/) <= parent);
  return (next < 0 ? lines.length : next) - 1;
}

/** Whether a position is on a line below the end of a collection. */
function isAfter(text: string, end: number, position: number): boolean {
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

/** An incomplete key, or a list item. */
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

/** `key` is the match of `keyed`: the key, its colon and the following space. */
function afterKey({ column, content }: LineParts, owners: Owners, key: RegExpExecArray): Cursor {
  const [head, name = ""] = key;
  const typed = content.slice(head.length);
  const path = [...owners.path, unquoted(name)];
  return { path, part: "value", typed, start: column + head.length, column, siblings: [] };
}

interface LineParts {
  /** Column of the first word after all dashes. */
  readonly column: number;
  readonly dashes: readonly number[];
  readonly content: string;
}

function partsOf(whole: string): LineParts {
  const line = whole.slice(0, maxLineLength);
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
  /** Whether the innermost owner is itself a list item. */
  readonly isList: boolean;
}

/** The keys and items around `line`, from its column outwards. */
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
    // The first key of an item follows its dash. The owner of the item also owns the keys.
    if (outer.length > 0 && !inList && parts.column === column) {
      path.unshift(...outer.map(() => 0));
      column = outer[0] ?? 0;
      inList = true;
    }
    if (column === 0 && !inList) break;
  }
  return { path, isList: dashes.length > 0 };
}

/** Column of the dashes of the list at a key, if the list has items. */
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
  // Dashes further to the left belong to an outer list.
  return dash !== undefined && dash >= partsOf(lines[owner] ?? "").column ? dash : undefined;
}

/**
 * The line of an empty key above the current key, and the column after its colon. The current key is not a child of the
 * empty key, because the empty key is not further to the left.
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

/** Whether a line is blank or only a comment. */
function isEmptyLine(text: string): boolean {
  return /^\s*(?:#|$)/.test(text);
}

/** The other keys of the mapping, at the same column above and below a line. */
function siblingsOf(lines: readonly string[], line: number, column: number): string[] {
  const found: string[] = [];
  const collect = (from: number, step: number) => {
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
  if (!isFirstOfItem) collect(line - 1, -1);
  collect(line + 1, 1);
  return found;
}

function unquoted(key: string): string {
  return key.replace(/^"(.*)"$|^'(.*)'$/, "$1$2");
}
