/** Tags of the other servers in the catalog. Pure. */

import type { CompletionItem } from "vscode-languageserver";
import type { DocumentEntry } from "../../documents/document-entry.ts";
import type { CompletionContext } from "./context.ts";
import { valueItem } from "./context.ts";

/** The most frequent tags first, without those that the server already has. */
export function tagItems(context: CompletionContext): CompletionItem[] {
  const { path, part } = context.cursor;
  if (path.length !== 4 || path[2] !== "tags" || part !== "item") return [];
  const uses = new Map<string, number>();
  const own = new Set(writtenTags(context));
  const { line } = context.position;
  const others = context.document.entries().filter((entry) => line < entry.line || line >= endOf(entry));
  for (const tag of others.flatMap(tagsOf)) uses.set(tag, (uses.get(tag) ?? 0) + 1);
  return [...uses]
    .filter(([tag]) => !own.has(tag) && tag !== "")
    .sort(([, a], [, b]) => b - a)
    .map(([tag, count], rank) =>
      valueItem(context, tag, {
        detail: count === 1 ? "1 server" : `${count} servers`,
        sortText: String(rank).padStart(6, "0"),
      }),
    );
}

/** Tags of the entry at the cursor, which may not be valid YAML yet. Excludes the tag at the cursor. */
function writtenTags({ lines, cursor }: CompletionContext): string[] {
  const start = lines.findIndex((line) => /^ *(?:- +)?tags:/.test(line));
  if (start < 0) return [];
  const [first = "", ...below] = lines.slice(start, start + 200);
  const flow = first.slice(first.indexOf(":") + 1).split(/[[\],]/);
  const end = below.findIndex((line) => !/^ *-(?: |$)/.test(line));
  const items = below.slice(0, end < 0 ? below.length : end).map((line) => line.replace(/^ *- */, ""));
  return [...flow, ...items]
    .map((tag) => tag.trim().replace(/^["']|["']$/g, ""))
    .filter((tag) => tag !== "" && tag !== cursor.typed);
}

function tagsOf({ reading }: DocumentEntry): string[] {
  if (reading?.kind !== "read") return [];
  return reading.fields.flatMap(({ path, text }) =>
    path.length === 2 && path[0] === "tags" && text !== undefined ? [text] : [],
  );
}

function endOf({ line, text }: DocumentEntry): number {
  return line + text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
}
