/** Moves a key of a catalog into or out of `runtime`. Pure. */

import { isDeepStrictEqual } from "node:util";
import type { Document, Node } from "yaml";
import { parse, stringify, visit } from "yaml";
import type { Path, Problem } from "../../../src/catalog/text/problem.ts";
import { parseNodes } from "../../../src/catalog/text/yaml-text.ts";
import type { DocumentEntry } from "../../documents/document-entry.ts";
import type { Field } from "../../documents/outline.ts";
import type { Fix, FixContext } from "./fix-context.ts";
import { entryOf } from "./fix-context.ts";
import { blockAt } from "./yaml-blocks.ts";

/** One edit of the lines that change. Empty if the target already has the key. */
export function moveKey(problem: Problem, context: FixContext): Fix[] {
  const isInward = problem.message.endsWith("it belongs in runtime");
  const isOutward = problem.message.endsWith("it belongs beside runtime, not in it");
  const entry = isInward || isOutward ? entryOf(problem, context) : undefined;
  if (entry?.reading?.kind !== "read") return [];
  const owner = problem.path.slice(0, isInward ? -1 : -2);
  if (blockAt(owner, context) === undefined) return [];
  const { fields } = entry.reading;
  const key = fieldAt(fields, problem.path.slice(2));
  const name = String(problem.path.at(-1));
  const isTaken = fieldAt(fields, isInward ? ["runtime", name] : [name]) !== undefined;
  if (key === undefined || isTaken) return [];
  const lines = entry.text.split(/\r?\n/);
  const changed = isInward ? movedIn(lines, key, fields) : movedOut(lines, key, fields);
  if (changed === undefined || !isMove(lines, changed, name, isInward)) return [];
  const title = isInward ? "Move into runtime" : "Move out of runtime";
  return [{ title, edits: [editOf(entry, lines, changed)], isPreferred: true }];
}

function movedIn(lines: readonly string[], key: Field, fields: readonly Field[]): string[] | undefined {
  const cut = cutBlock(lines, key);
  if (cut === undefined) return undefined;
  const runtime = fieldAt(fields, ["runtime"]);
  if (runtime?.key === undefined) return withNewRuntime(lines, cut);
  if (cut.rest === undefined) return undefined;
  const line = runtime.key.line - 1 - (runtime.key.line - 1 > cut.line ? cut.moved.length : 0);
  const column = (cut.rest[line] ?? "").indexOf("runtime");
  if (isFlow(lines, runtime)) return withinFlow(cut.rest, cut.moved, line, runtime.value.endColumn - 2);
  if (isInBraces(lines, runtime) || (runtime.kind !== "map" && !isEmpty(runtime))) return undefined;
  const child = fields.find(({ path }) => path.length === 2 && path[0] === "runtime");
  const indent = child?.key ? child.key.column - 1 : column + 2;
  return inserted(cut.rest, blockEnd(cut.rest, line, column), indented(cut.moved, indent));
}

function movedOut(lines: readonly string[], key: Field, fields: readonly Field[]): string[] | undefined {
  const runtime = fieldAt(fields, ["runtime"]);
  if (runtime?.key === undefined) return undefined;
  const line = runtime.key.line - 1;
  const column = runtime.key.column - 1;
  const isOneLine = isFlow(lines, runtime);
  if (isInBraces(lines, runtime) && !isOneLine) return undefined;
  const cut = isOneLine ? cutFlow(lines, key) : cutBlock(lines, key);
  // An entry in flow style shares its lines with others.
  if (cut?.rest === undefined || !/^[ -]*$/.test((lines[line] ?? "").slice(0, column))) return undefined;
  return inserted(cut.rest, blockEnd(cut.rest, line, column), indented(cut.moved, column));
}

interface Cut {
  /** `undefined` if the item would then not begin with a key. */
  readonly rest: readonly string[] | undefined;
  /** The lines of the key, without indentation. */
  readonly moved: readonly string[];
  /** Its former line. */
  readonly line: number;
  readonly column: number;
}

/**
 * Removes the lines of a key in block style. The next key moves behind the dash if the first key of an item is removed.
 */
function cutBlock(lines: readonly string[], { key }: Field): Cut | undefined {
  if (key === undefined) return undefined;
  const line = key.line - 1;
  const column = key.column - 1;
  const before = (lines[line] ?? "").slice(0, column);
  if (!/^[ -]*$/.test(before)) return undefined;
  const end = blockEnd(lines, line, column);
  const moved = lines
    .slice(line, end)
    .map((each, nth) => each.slice(nth === 0 ? column : Math.min(column, each.search(/\S|$/))));
  const rest = [...lines.slice(0, line), ...lines.slice(end)];
  if (before.trim() !== "") {
    const next = rest[line] ?? "";
    if (next.search(/[^\s#]/) !== column) return { rest: undefined, moved, line, column };
    rest[line] = before + next.slice(column);
  }
  return { rest, moved, line, column };
}

/** Removes a key and its value from braces on one line. */
function cutFlow(lines: readonly string[], { key, value }: Field): Cut | undefined {
  if (key === undefined || key.line !== value.endLine) return undefined;
  const line = key.line - 1;
  const text = lines[line] ?? "";
  const before = text.slice(0, key.column - 1);
  const after = text.slice(value.endColumn - 1);
  const isFirst = !/,\s*$/.test(before);
  const left = isFirst ? before + after.replace(/^\s*,\s*/, "") : before.replace(/,\s*$/, "") + after;
  const moved = [text.slice(key.column - 1, value.endColumn - 1)];
  return { rest: lines.with(line, left), moved, line: lines.length, column: 0 };
}

/** Adds a runtime with the moved key if there is none. */
function withNewRuntime(lines: readonly string[], { moved, line, column }: Cut): string[] {
  const before = (lines[line] ?? "").slice(0, column);
  const below = indented(moved, column + 2);
  return [...lines.slice(0, line), `${before}runtime:`, ...below, ...lines.slice(line + moved.length)];
}

/** Inserts before the closing brace of the runtime. */
function withinFlow(
  lines: readonly string[],
  moved: readonly string[],
  line: number,
  brace: number,
): string[] | undefined {
  const text = lines[line] ?? "";
  const before = text.slice(0, brace).trimEnd();
  const comma = /[{,]$/.test(before) ? " " : ", ";
  const written = asFlow(moved);
  if (written === undefined) return undefined;
  return [...lines].with(line, `${before}${comma}${written} ${text.slice(brace)}`);
}

/** `key: value` in flow style. `undefined` if a comment would be lost. */
function asFlow(moved: readonly string[]): string | undefined {
  try {
    const document = parseNodes(moved.join("\n"));
    if (hasComment(document)) return undefined;
    const flow = stringify(document.toJS(), {
      collectionStyle: "flow",
      flowCollectionPadding: false,
      lineWidth: 0,
    });
    return flow.trim().replace(/^\{\s*|\s*\}$/g, "");
  } catch {
    return undefined;
  }
}

function hasComment(document: Document.Parsed): boolean {
  const isCommented = ({ comment, commentBefore }: Partial<Node> | Document) =>
    Boolean(comment || commentBefore);
  let found = isCommented(document);
  visit(document, {
    Node: (_, node) => {
      found ||= isCommented(node);
    },
  });
  return found;
}

function isFlow(lines: readonly string[], field: Field): boolean {
  return field.value.line === field.value.endLine && isInBraces(lines, field);
}

function isInBraces(lines: readonly string[], { value }: Field): boolean {
  return lines[value.line - 1]?.[value.column - 1] === "{";
}

/** An empty value has the position of its key. */
function isEmpty({ key, value }: Field): boolean {
  return key?.line === value.line && key.column === value.column;
}

/** Whether the lines have the same meaning as before, except for the position of the key. */
function isMove(
  before: readonly string[],
  after: readonly string[],
  name: string,
  isInward: boolean,
): boolean {
  const old = entryIn(before);
  const now = entryIn(after);
  if (old === undefined || now === undefined) return false;
  const { [name]: outer, ...entry } = old;
  const { [name]: inner, ...runtime } = (old["runtime"] ?? {}) as Record<string, unknown>;
  const wanted = isInward
    ? { ...entry, runtime: { ...runtime, [name]: outer } }
    : { ...entry, [name]: inner, runtime };
  return isDeepStrictEqual(now, wanted);
}

function entryIn(lines: readonly string[]): Record<string, unknown> | undefined {
  try {
    const [entry] = parse(lines.join("\n"));
    return entry;
  } catch {
    return undefined;
  }
}

function fieldAt(fields: readonly Field[], path: Path): Field | undefined {
  return fields.find((field) => field.path.join("\n") === path.join("\n"));
}

/**
 * The line after the last word of a block at a column. Blank lines and comments below it belong to the following text.
 */
function blockEnd(lines: readonly string[], start: number, column: number): number {
  let end = start + 1;
  for (let at = start + 1; at < lines.length; at++) {
    const text = lines[at] ?? "";
    const own = text.search(/\S/);
    if (own < 0 || (text[own] === "#" && own <= column)) continue;
    if (own < column || (own === column && !/^-(?:\s|$)/.test(text.slice(own)))) break;
    end = at + 1;
  }
  return end;
}

function indented(lines: readonly string[], indent: number): string[] {
  return lines.map((line) => (line === "" ? line : " ".repeat(indent) + line));
}

function inserted(lines: readonly string[], at: number, added: readonly string[]): string[] {
  return [...lines.slice(0, at), ...added, ...lines.slice(at)];
}

function editOf({ line }: DocumentEntry, old: readonly string[], now: readonly string[]) {
  let start = 0;
  while (start < old.length && start < now.length && old[start] === now[start]) start++;
  let same = 0;
  while (same < Math.min(old.length, now.length) - start && old.at(-1 - same) === now.at(-1 - same)) same++;
  const end = old.length - same;
  const lines = now.slice(start, now.length - same);
  // The last line of a file may not have a line end.
  if (end === old.length) {
    const range = {
      start: { line: line + start, character: 0 },
      end: { line: line + end - 1, character: old[end - 1]?.length ?? 0 },
    };
    return { range, newText: lines.join("\n") };
  }
  const range = { start: { line: line + start, character: 0 }, end: { line: line + end, character: 0 } };
  return { range, newText: lines.map((each) => `${each}\n`).join("") };
}
