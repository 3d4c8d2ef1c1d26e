/** Templates of whole runtimes and servers from the schema, at each position where one can begin. Pure. */

import type { CompletionItem } from "vscode-languageserver";
import type { RuntimeSnippet } from "../../schema/snippets.ts";
import { shiftedLines } from "../../schema/snippets.ts";
import type { CompletionContext } from "./context.ts";
import { gapOf, itemKind, rangeFrom, snippetFormat } from "./context.ts";

/** In the order of the schema, before all other items, because they save the most typing. */
export function serverSnippets(
  context: CompletionContext,
  snippets: readonly RuntimeSnippet[],
): CompletionItem[] {
  return itemsAt(context, snippets).map((item, nth) => ({
    ...item,
    sortText: `!${String(nth).padStart(3, "0")}`,
  }));
}

function itemsAt(context: CompletionContext, snippets: readonly RuntimeSnippet[]): CompletionItem[] {
  const { cursor } = context;
  if (cursor.flow) return [];
  switch (cursor.path.map((step) => (step === 0 ? "-" : step)).join(" ")) {
    case "":
      return firstServer(context, snippets);
    case "servers":
      return isItem(context) ? servers(context, snippets, "- ") : [];
    case "servers -":
      return inEntry(context, snippets);
    case "servers - runtime":
      return ofRuntime(context, snippets);
    default:
      return [];
  }
}

/** Whether a server can begin here. All dashes of a list have the same column. */
function isItem({ document, cursor }: CompletionContext): boolean {
  return cursor.part === "key" && cursor.column === (document.split()?.indent ?? cursor.column);
}

/** The list with one server, for a file that does not have a list. */
function firstServer(context: CompletionContext, snippets: readonly RuntimeSnippet[]): CompletionItem[] {
  const { cursor } = context;
  if (cursor.part !== "key" || cursor.column > 0 || cursor.siblings.includes("servers")) return [];
  return snippets.map((snippet) =>
    item(context, `server: ${snippet.type}`, snippet, [
      "servers:",
      ...serverLines(snippet, "- ", 2).map((line) => `  ${line}`),
    ]),
  );
}

/** A server if the entry is empty, or else its runtime. */
function inEntry(context: CompletionContext, snippets: readonly RuntimeSnippet[]): CompletionItem[] {
  const { cursor, before } = context;
  if (cursor.part === "value") return [];
  const gap = gapOf(context);
  const isEmpty = cursor.siblings.length === 0 && /^\s*-/.test(before);
  const whole = isEmpty ? servers(context, snippets, gap) : [];
  if (cursor.siblings.includes("runtime")) return whole;
  const runtimes = snippets.map((snippet) => {
    const indent = behind(context) + gap.length + 2;
    const lines = [`${gap}runtime:`, ...shiftedLines(snippet.lines, 0, indent)];
    return item(context, `runtime: ${snippet.type}`, snippet, lines);
  });
  return [...whole, ...runtimes];
}

function servers(
  context: CompletionContext,
  snippets: readonly RuntimeSnippet[],
  dash: string,
): CompletionItem[] {
  // Below the key of an empty list, the list is indented to the cursor.
  const indent = dash === "- " ? 2 : behind(context) + (dash === " " ? 1 : 0);
  return snippets.map((snippet) =>
    item(context, `server: ${snippet.type}`, snippet, serverLines(snippet, dash, indent)),
  );
}

function serverLines({ type, lines }: RuntimeSnippet, dash: string, indent: number): string[] {
  const fields = ["runtime:", ...shiftedLines(lines, 1, 2)];
  return [`${dash}id: \${1:${type}}`, ...fields.map((line) => " ".repeat(indent) + line)];
}

/** The mapping of `runtime:`, on the lines below it or on its own line. */
function ofRuntime(context: CompletionContext, snippets: readonly RuntimeSnippet[]): CompletionItem[] {
  const { cursor } = context;
  if (cursor.part === "key" && cursor.siblings.length === 0) {
    return snippets.map((snippet) => item(context, `type: ${snippet.type}`, snippet, snippet.lines));
  }
  if (cursor.part !== "value" || cursor.typed.trim() !== "") return [];
  const indent = behind(context) + 2;
  return snippets.map((snippet) =>
    item(context, `type: ${snippet.type}`, snippet, ["", ...shiftedLines(snippet.lines, 0, indent)]),
  );
}

/**
 * The difference between the column of the keys and the indentation of the line, which editors apply to the following
 * lines.
 */
function behind({ cursor, before }: CompletionContext): number {
  return cursor.column - (/^ */.exec(before)?.[0].length ?? 0);
}

function item(
  context: CompletionContext,
  label: string,
  { title, description }: RuntimeSnippet,
  lines: readonly string[],
): CompletionItem {
  return {
    label,
    kind: itemKind.snippet,
    detail: title,
    documentation: { kind: "markdown", value: description },
    insertTextFormat: snippetFormat,
    textEdit: { range: rangeFrom(context, context.cursor.start), newText: lines.join("\n") },
  };
}
