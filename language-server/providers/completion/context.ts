/** The context of a completion, passed to every source of items. Values only. */

import type { CompletionItem, Position, Range } from "vscode-languageserver";
import type { Cursor } from "../../documents/cursor.ts";
import type { OpenDocument } from "../../documents/open-document.ts";
import { withoutPlaceholders } from "../../schema/snippets.ts";

export interface CompletionContext {
  readonly document: OpenDocument;
  readonly position: Position;
  readonly cursor: Cursor;
  /** The text of the line before the cursor. */
  readonly before: string;
  /** Lines of the entry at the cursor, or of the document. */
  readonly lines: readonly string[];
  /** Index of the cursor's line in `lines`. */
  readonly line: number;
}

/** The LSP kinds that are used here. */
export const itemKind = { variable: 6, field: 10, value: 12, snippet: 15, file: 17, constant: 21 } as const;
export const snippetFormat = 2;

/** The range from a column of the cursor's line to the cursor. */
export function rangeFrom({ position }: CompletionContext, character: number): Range {
  return { start: { line: position.line, character }, end: position };
}

/** The range of the typed text, including its quotes and the text up to the closing quote. */
export function typedRange(context: CompletionContext): Range {
  const { position, cursor } = context;
  const quote = quoteOf(cursor.typed);
  const rest = behind(context).search(/["'\s,}\]]|$/);
  const isClosed = quote !== "" && behind(context)[rest] === quote;
  const end = isClosed ? { ...position, character: position.character + rest + 1 } : position;
  return { ...rangeFrom(context, cursor.start), end };
}

/** The quote at the beginning of a text, or "". */
export function quoteOf(typed: string): string {
  return /^["']/.exec(typed)?.[0] ?? "";
}

/** The missing space after a dash. */
export function gapOf({ before, cursor }: CompletionContext): string {
  return cursor.typed === "" && before.endsWith("-") ? " " : "";
}

/** The text of the line after the cursor. */
export function behind({ lines, position, line }: CompletionContext): string {
  return (lines[line] ?? "").slice(position.character);
}

/** The item for a client that does not support placeholders. */
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

/** A plain value that replaces the typed text. Uses the typed quotes, or adds quotes if YAML or JSON requires them. */
export function valueItem(
  context: CompletionContext,
  label: string,
  more: Partial<CompletionItem>,
): CompletionItem {
  const { cursor } = context;
  const quote = quoteOf(cursor.typed);
  return {
    label,
    kind: itemKind.value,
    ...(quote !== "" && { filterText: quote + label }),
    textEdit: { range: typedRange(context), newText: gapOf(context) + written(label, quote, cursor) },
    ...more,
  };
}

function written(text: string, quote: string, { flow }: Cursor): string {
  if (quote === "'") return `'${text.replaceAll("'", "''")}'`;
  return quote === '"' || flow?.isJson ? JSON.stringify(text) : plainOrQuoted(text);
}

/** The text itself if it is safe in block and flow style, or else in double quotes. */
export function plainOrQuoted(text: string): string {
  const isWord = /^[A-Za-z_./~][\w./:@~+-]*$/.test(text) && !/:$|^[~.]$|^(?:true|false|null)$/i.test(text);
  return isWord ? text : JSON.stringify(text);
}
