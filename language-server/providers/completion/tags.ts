/** Tags that other servers of the catalog have. Pure. */

import type { CompletionItem } from "vscode-languageserver";
import type { CurrentEntry } from "../../documents/open-document.ts";
import type { Question } from "./question.ts";
import { valueItem } from "./question.ts";

/** The most used first; without those the server has. */
export function tagItems(question: Question, entries: readonly CurrentEntry[]): CompletionItem[] {
  const { path, part } = question.cursor;
  if (path.length !== 4 || path[2] !== "tags" || part !== "item") return [];
  const uses = new Map<string, number>();
  const own = new Set<string>();
  for (const entry of entries) {
    const isOwn = entry.line <= question.position.line && question.position.line < endOf(entry);
    for (const tag of tagsOf(entry)) {
      if (isOwn) own.add(tag);
      else uses.set(tag, (uses.get(tag) ?? 0) + 1);
    }
  }
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

function tagsOf({ reading }: CurrentEntry): string[] {
  if (reading?.kind !== "read") return [];
  return reading.fields.flatMap(({ path, text }) =>
    path.length === 2 && path[0] === "tags" && text !== undefined ? [text] : [],
  );
}

function endOf({ line, text }: CurrentEntry): number {
  return line + text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
}
