/**
 * Inserts entries into the text of a catalog. All other text stays exactly the same, with its comments and style. Pure.
 */

import { isCollection, isMap, isSeq, parseDocument, type Range, stringify, type YAMLSeq } from "yaml";
import type { Entry } from "../../catalog/entry.ts";

export interface Addition {
  readonly entry: Entry;
  /** Comment lines above the entry, if the format allows comments. */
  readonly comments?: readonly string[];
}

export interface Insertion {
  readonly text: string;
  /** Offset of the first new entry. */
  readonly offset: number;
}

/** Throws if the catalog does not have a list of servers to which entries can be added. */
export function insertEntries(text: string, entries: readonly Addition[]): Insertion {
  const eol = text.includes("\r\n") ? "\r\n" : "\n";
  const document = parseDocument(text);
  if (document.errors.length > 0) throw new Error("the catalog has errors: fix them first");
  if (document.contents === null) return append(text, `servers:${eol}`, entries, eol);
  const servers = isMap(document.contents) ? document.contents.get("servers", true) : undefined;
  if (!isSeq(servers) || !servers.range) throw new Error("the catalog has no list 'servers'");
  if (!servers.flow) return afterLast(text, servers, entries, eol);
  if (servers.items.length > 0) return intoFlow(text, servers, entries, eol);
  const isJson = isMap(document.contents) && document.contents.flow === true;
  return isJson
    ? intoEmptyFlow(text, servers.range, entries, eol)
    : instead(text, servers.range, entries, eol);
}

function append(text: string, head: string, entries: readonly Addition[], eol: string): Insertion {
  const before = text === "" || text.endsWith("\n") ? text : `${text}${eol}`;
  const offset = before.length + head.length;
  return { text: before + head + block(entries, "  ", eol, false), offset };
}

/** Replaces `servers: []` with a list. */
function instead(text: string, [start, end]: Range, entries: readonly Addition[], eol: string): Insertion {
  const before = text.slice(0, start).trimEnd();
  const rest = text.slice(end);
  const after = rest.startsWith("\n") || rest.startsWith("\r\n") ? rest.slice(rest.indexOf("\n") + 1) : rest;
  const offset = before.length + eol.length;
  return { text: before + eol + block(entries, "  ", eol, false) + after, offset };
}

/** Adds after the last entry, with the same indentation and the same blank lines between entries. */
function afterLast(text: string, servers: YAMLSeq, entries: readonly Addition[], eol: string): Insertion {
  const last = servers.items.at(-1);
  const end = isCollection(last) && last.range ? last.range[1] : (servers.range?.[1] ?? text.length);
  const dash = servers.range?.[0] ?? 0;
  const start = text.lastIndexOf("\n", dash - 1) + 1;
  const indent = /^[ ]*/.exec(text.slice(start))?.[0] ?? "  ";
  const content = withComments(text, text.slice(0, end).trimEnd().length, indent.length);
  const lineEnd = text.indexOf("\n", content);
  const before = lineEnd < 0 ? `${text}${eol}` : text.slice(0, lineEnd + 1);
  const isSpaced = /\n[ \t]*\r?\n[ \t]*(?:#[^\n]*\n[ \t]*)*- /.test(text.slice(dash, content));
  const gap = isSpaced ? eol : "";
  const after = lineEnd < 0 ? "" : text.slice(lineEnd + 1);
  return {
    text: before + gap + block(entries, indent, eol, isSpaced) + after,
    offset: before.length + gap.length,
  };
}

/**
 * The end of an entry, with the comment lines below it that are indented deeper than its dash. They are fields that are
 * commented out.
 */
function withComments(text: string, end: number, indent: number): number {
  const deeper = new RegExp(`^(?:[^\\n]*\\n(?:[ \\t]*\\r?\\n)*[ \\t]{${indent + 1},}#)+[^\\n]*`);
  return end + (deeper.exec(text.slice(end))?.[0].trimEnd().length ?? 0);
}

/** Adds to a catalog that is written as JSON, as JSON. */
function intoFlow(text: string, servers: YAMLSeq, entries: readonly Addition[], eol: string): Insertion {
  const last = servers.items.at(-1) as { range?: Range };
  const end = last.range?.[1] ?? 0;
  const start = last.range?.[0] ?? 0;
  const indent = /^[ \t]*/.exec(text.slice(text.lastIndexOf("\n", start - 1) + 1))?.[0] ?? "";
  const items = entries.map(({ entry }) =>
    JSON.stringify(entry, undefined, 2).replaceAll("\n", `${eol}${indent}`),
  );
  const added = items.map((item) => `,${eol}${indent}${item}`).join("");
  return { text: text.slice(0, end) + added + text.slice(end), offset: end + 1 + eol.length };
}

function intoEmptyFlow(text: string, [start]: Range, entries: readonly Addition[], eol: string): Insertion {
  const line = /^[ \t]*/.exec(text.slice(text.lastIndexOf("\n", start - 1) + 1))?.[0] ?? "";
  const indent = `${line}  `;
  const items = entries.map(
    ({ entry }) => indent + JSON.stringify(entry, undefined, 2).replaceAll("\n", `${eol}${indent}`),
  );
  const end = text.indexOf("]", start);
  const list = `[${eol}${items.join(`,${eol}`)}${eol}${line}`;
  return {
    text: text.slice(0, start) + list + text.slice(end),
    offset: start + 1 + eol.length + indent.length,
  };
}

/** Formats the entries as items of a block list. */
function block(entries: readonly Addition[], indent: string, eol: string, isSpaced: boolean): string {
  const items = entries.map(({ entry, comments = [] }) =>
    // The text comes from the file of another program and must not add lines to this one.
    [...comments.map((comment) => `# ${comment.replaceAll(/\s+/g, " ")}`), ...linesOf(entry)]
      .map((line) => (line === "" ? line : indent + line))
      .join(eol),
  );
  return items.join(isSpaced ? eol + eol : eol) + eol;
}

function linesOf(entry: Entry): string[] {
  return stringify([entry], { lineWidth: 0 }).trimEnd().split("\n");
}
