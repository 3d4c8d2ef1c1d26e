/** Whole runtimes and servers to fill in, from the schema, wherever one may begin. Pure. */

import type { CompletionItem } from "vscode-languageserver";
import type { RuntimeSnippet } from "../../schema/snippets.ts";
import { shiftedLines } from "../../schema/snippets.ts";
import type { CompletionContext } from "./context.ts";
import { gapOf, itemKind, rangeFrom, snippetFormat } from "./context.ts";

/** In the order of the schema, before everything else: they save the most typing. */
export function runtimeItems(
  question: CompletionContext,
  snippets: readonly RuntimeSnippet[],
): CompletionItem[] {
  return itemsAt(question, snippets).map((item, nth) => ({
    ...item,
    sortText: `!${String(nth).padStart(3, "0")}`,
  }));
}

function itemsAt(question: CompletionContext, snippets: readonly RuntimeSnippet[]): CompletionItem[] {
  const { cursor } = question;
  if (cursor.flow) return [];
  switch (cursor.path.map((step) => (step === 0 ? "-" : step)).join(" ")) {
    case "":
      return firstServer(question, snippets);
    case "servers":
      return isItem(question) ? servers(question, snippets, "- ") : [];
    case "servers -":
      return inEntry(question, snippets);
    case "servers - runtime":
      return ofRuntime(question, snippets);
    default:
      return [];
  }
}

/** Whether a server may begin here: all dashes of the list stand at one column. */
function isItem({ document, cursor }: CompletionContext): boolean {
  return cursor.part === "key" && cursor.column === (document.split()?.indent ?? cursor.column);
}

/** The list with a server in it, in a file that has none yet. */
function firstServer(question: CompletionContext, snippets: readonly RuntimeSnippet[]): CompletionItem[] {
  const { cursor } = question;
  if (cursor.part !== "key" || cursor.column > 0 || cursor.siblings.includes("servers")) return [];
  return snippets.map((snippet) =>
    item(question, `server: ${snippet.type}`, snippet, [
      "servers:",
      ...serverLines(snippet, "- ", 2).map((line) => `  ${line}`),
    ]),
  );
}

/** A server where nothing of it is there yet, else its runtime. */
function inEntry(question: CompletionContext, snippets: readonly RuntimeSnippet[]): CompletionItem[] {
  const { cursor, before } = question;
  if (cursor.part === "value") return [];
  const gap = gapOf(question);
  const isEmpty = cursor.siblings.length === 0 && /^\s*-/.test(before);
  const whole = isEmpty ? servers(question, snippets, gap) : [];
  if (cursor.siblings.includes("runtime")) return whole;
  const runtimes = snippets.map((snippet) => {
    const indent = behind(question) + gap.length + 2;
    const lines = [`${gap}runtime:`, ...shiftedLines(snippet.lines, 0, indent)];
    return item(question, `runtime: ${snippet.type}`, snippet, lines);
  });
  return [...whole, ...runtimes];
}

function servers(
  question: CompletionContext,
  snippets: readonly RuntimeSnippet[],
  dash: string,
): CompletionItem[] {
  // Below a key whose list has not begun, the list stands deeper; that is where the cursor is.
  const indent = dash === "- " ? 2 : behind(question) + (dash === " " ? 1 : 0);
  return snippets.map((snippet) =>
    item(question, `server: ${snippet.type}`, snippet, serverLines(snippet, dash, indent)),
  );
}

function serverLines({ type, lines }: RuntimeSnippet, dash: string, indent: number): string[] {
  const fields = ["runtime:", ...shiftedLines(lines, 1, 2)];
  return [`${dash}id: \${1:${type}}`, ...fields.map((line) => " ".repeat(indent) + line)];
}

/** The mapping below `runtime:`, or behind it. */
function ofRuntime(question: CompletionContext, snippets: readonly RuntimeSnippet[]): CompletionItem[] {
  const { cursor } = question;
  if (cursor.part === "key" && cursor.siblings.length === 0) {
    return snippets.map((snippet) => item(question, `type: ${snippet.type}`, snippet, snippet.lines));
  }
  if (cursor.part !== "value" || cursor.typed.trim() !== "") return [];
  const indent = behind(question) + 2;
  return snippets.map((snippet) =>
    item(question, `type: ${snippet.type}`, snippet, ["", ...shiftedLines(snippet.lines, 0, indent)]),
  );
}

/** How much deeper the cursor's keys stand than its line, which editors indent what follows to. */
function behind({ cursor, before }: CompletionContext): number {
  return cursor.column - (/^ */.exec(before)?.[0].length ?? 0);
}

function item(
  question: CompletionContext,
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
    textEdit: { range: rangeFrom(question, question.cursor.start), newText: lines.join("\n") },
  };
}
