/**
 * Splits the text of a catalog into its entries by indentation alone, so that work can follow the edit. Pure. Does not
 * parse YAML, so it also works for incomplete text. The caller checks whether YAML would split it in the same way.
 */

/** A range of whole lines. */
export interface Lines {
  /** Zero-based number of its first line. */
  readonly line: number;
  /** Includes the line end of the last line, if there is one. */
  readonly text: string;
}

export interface SplitCatalog {
  /** Everything before the first entry. Ends with the line of `servers:` and comments. */
  readonly head: string;
  /** One item for each dash, in order. Comments and blank lines belong to the entry before them. */
  readonly entries: readonly Lines[];
  /** The text after the last entry, from the first line that is not part of the list. */
  readonly tail: Lines;
  /** Number of spaces before the dashes. */
  readonly indent: number;
}

const serversKey = /^\uFEFF?(?:servers|"servers"|'servers')[ \t]*:[ \t]*(?:&[^\s#]+[ \t]*)?(?:#.*)?\r?$/;
const dash = /^-(?:[ \t\r]|$)/;

/** `undefined` if there is no line `servers:` followed by a list. */
export function splitCatalog(text: string): SplitCatalog | undefined {
  const lines = linesOf(text);
  const first = firstEntry(lines);
  if (first < 0) return undefined;
  const indent = indentOf(lines[first]?.text ?? "");
  const starts = [first];
  let end = lines.length;
  for (let at = first + 1; at < lines.length; at++) {
    const role = roleOf(lines[at]?.text ?? "", indent);
    if (role === "entry") starts.push(at);
    if (role !== "after") continue;
    end = at;
    break;
  }
  const offset = (line: number) => lines[line]?.offset ?? text.length;
  const entries = starts.map((line, nth) => ({
    line,
    text: text.slice(offset(line), offset(starts[nth + 1] ?? end)),
  }));
  return {
    head: text.slice(0, offset(first)),
    entries,
    tail: { line: end, text: text.slice(offset(end)) },
    indent,
  };
}

/** Index in `entries` of the entry that contains a line, or -1. */
export function entryAt(split: SplitCatalog, line: number): number {
  if (line >= split.tail.line) return -1;
  return split.entries.findLastIndex((entry) => entry.line <= line);
}

interface Line {
  readonly offset: number;
  readonly text: string;
}

function linesOf(text: string): Line[] {
  const lines: Line[] = [];
  let offset = 0;
  while (offset < text.length) {
    const next = text.indexOf("\n", offset);
    const end = next < 0 ? text.length : next;
    lines.push({ offset, text: text.slice(offset, end) });
    offset = end + 1;
  }
  return lines;
}

/** The line of the first dash below `servers:`, or -1. */
function firstEntry(lines: readonly Line[]): number {
  const key = lines.findIndex(({ text }) => serversKey.test(text));
  if (key < 0) return -1;
  const first = lines.findIndex(({ text }, at) => at > key && !isEmpty(text));
  const text = lines[first]?.text ?? "";
  return dash.test(text.slice(indentOf(text))) ? first : -1;
}

function roleOf(line: string, indent: number): "entry" | "within" | "after" {
  if (isEmpty(line)) return "within";
  const spaces = indentOf(line);
  if (spaces > indent || line[spaces] === "\t") return "within";
  if (spaces === indent && dash.test(line.slice(spaces))) return "entry";
  return spaces < indent || indent === 0 ? "after" : "within";
}

/** Whether a line is blank or only a comment. */
function isEmpty(line: string): boolean {
  return /^\s*(?:#|$)/.test(line);
}

function indentOf(line: string): number {
  let spaces = 0;
  while (line[spaces] === " ") spaces++;
  return spaces;
}
