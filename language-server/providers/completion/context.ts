/** What a completion is about, as every source of items gets it. Values only. */

import type { CompletionItem, Position, Range } from "vscode-languageserver";
import type { Cursor } from "../../documents/cursor.ts";
import type { OpenDocument } from "../../documents/open-document.ts";
import { withoutPlaceholders } from "../../schema/snippets.ts";

export interface CompletionContext {
  readonly document: OpenDocument;
  readonly position: Position;
  readonly cursor: Cursor;
  /** The text of the line up to the cursor. */
  readonly before: string;
  /** Lines of the entry the cursor is in, or of the document. */
  readonly lines: readonly string[];
  /** The cursor's, by its number in `lines`. */
  readonly line: number;
}

/** The names of LSP's kinds that are used here. */
export const itemKind = { variable: 6, field: 10, value: 12, snippet: 15, file: 17, constant: 21 } as const;
export const snippetFormat = 2;

/** From a column of the cursor's line up to the cursor. */
export function rangeFrom({ position }: CompletionContext, character: number): Range {
  return { start: { line: position.line, character }, end: position };
}

/** What has been typed, with the quote that closes it and what stands before that. */
export function typedRange(question: CompletionContext): Range {
  const { position, cursor } = question;
  const quote = quoteOf(cursor.typed);
  const rest = behind(question).search(/["'\s,}\]]|$/);
  const isClosed = quote !== "" && behind(question)[rest] === quote;
  const end = isClosed ? { ...position, character: position.character + rest + 1 } : position;
  return { ...rangeFrom(question, cursor.start), end };
}

/** The quote a text begins with, or "". */
export function quoteOf(typed: string): string {
  return /^["']/.exec(typed)?.[0] ?? "";
}

/** The space that lacks right behind a dash. */
export function gapOf({ before, cursor }: CompletionContext): string {
  return cursor.typed === "" && before.endsWith("-") ? " " : "";
}

/** The text of the line from the cursor on. */
export function behind({ lines, position, line }: CompletionContext): string {
  return (lines[line] ?? "").slice(position.character);
}

/** The same for a client that would insert placeholders as they are written. */
export function plainItem(item: CompletionItem): CompletionItem {
  if (item.insertTextFormat !== snippetFormat) return item;
  const { insertText, textEdit } = item;
  return {
    ...item,
    insertTextFormat: 1,
    ...(insertText !== undefined && { insertText: withoutPlaceholders(insertText) }),
    ...(textEdit && { textEdit: { ...textEdit, newText: withoutPlaceholders(textEdit.newText) } }),
  };
}

/** A plain value in place of what was typed: in the quotes typed, else quoted where YAML or JSON ask for it. */
export function valueItem(
  question: CompletionContext,
  label: string,
  more: Partial<CompletionItem>,
): CompletionItem {
  const { cursor } = question;
  const quote = quoteOf(cursor.typed);
  return {
    label,
    kind: itemKind.value,
    ...(quote !== "" && { filterText: quote + label }),
    textEdit: { range: typedRange(question), newText: gapOf(question) + written(label, quote, cursor) },
    ...more,
  };
}

function written(text: string, quote: string, { flow }: Cursor): string {
  if (quote === "'") return `'${text.replaceAll("'", "''")}'`;
  return quote === '"' || flow?.isJson ? JSON.stringify(text) : plainOrQuoted(text);
}

/** As it is where that is safe in block and flow style, else in double quotes. */
export function plainOrQuoted(text: string): string {
  const isWord = /^[A-Za-z_./~][\w./:@~+-]*$/.test(text) && !/:$|^[~.]$|^(?:true|false|null)$/i.test(text);
  return isWord ? text : JSON.stringify(text);
}
