/** Tags that other servers of the catalog have. Pure. */

import type { CompletionItem } from "vscode-languageserver";
import type { CurrentEntry } from "../../documents/current-entry.ts";
import type { CompletionContext } from "./context.ts";
import { valueItem } from "./context.ts";

/** The most used first; without those the server has. */
export function tagItems(question: CompletionContext): CompletionItem[] {
  const { path, part } = question.cursor;
  if (path.length !== 4 || path[2] !== "tags" || part !== "item") return [];
  const uses = new Map<string, number>();
  const own = new Set(writtenTags(question));
  const { line } = question.position;
  const others = question.document.entries().filter((entry) => line < entry.line || line >= endOf(entry));
  for (const tag of others.flatMap(tagsOf)) uses.set(tag, (uses.get(tag) ?? 0) + 1);
  return [...uses]
    .filter(([tag]) => !own.has(tag) && tag !== "")
    .sort(([, a], [, b]) => b - a)
    .map(([tag, count], rank) =>
      valueItem(question, tag, {
        detail: count === 1 ? "1 server" : `${count} servers`,
        sortText: String(rank).padStart(6, "0"),
      }),
    );
}

/** Of the entry under the cursor, which is no YAML yet. What is being typed is none of them. */
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

function tagsOf({ reading }: CurrentEntry): string[] {
  if (reading?.kind !== "read") return [];
  return reading.fields.flatMap(({ path, text }) =>
    path.length === 2 && path[0] === "tags" && text !== undefined ? [text] : [],
  );
}

function endOf({ line, text }: CurrentEntry): number {
  return line + text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
}
