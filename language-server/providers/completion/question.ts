/** What a completion is about, as every source of items gets it. Values only. */

import type { CompletionItem, Position, Range } from "vscode-languageserver";
import type { Cursor } from "../../documents/cursor.ts";
import type { OpenDocument } from "../../documents/open-document.ts";

export interface Question {
  readonly document: OpenDocument;
  readonly position: Position;
  readonly cursor: Cursor;
  /** The text of the line up to the cursor. */
  readonly before: string;
  /** Lines of the entry the cursor is in, or of the document. */
  readonly lines: readonly string[];
}

/** The names of LSP's kinds that are used here. */
export const itemKind = { variable: 6, value: 12, snippet: 15, file: 17, constant: 21 } as const;
export const snippetFormat = 2;

/** From a column of the cursor's line up to the cursor. */
export function rangeFrom({ position }: Question, character: number): Range {
  return { start: { line: position.line, character }, end: position };
}

/** A plain value in place of what was typed, quoted where YAML would read it as something else. */
export function valueItem(question: Question, label: string, more: Partial<CompletionItem>): CompletionItem {
  const { cursor } = question;
  const quote = /^["']/.exec(cursor.typed)?.[0] ?? "";
  const start = cursor.start + quote.length;
  const text = quote === "" ? plainOrQuoted(label) : label;
  return {
    label,
    kind: itemKind.value,
    textEdit: { range: rangeFrom(question, start), newText: text },
    ...more,
  };
}

/** As it is where that is safe in block and flow style, else in double quotes. */
export function plainOrQuoted(text: string): string {
  const isWord = /^[A-Za-z_./~][\w./:@~+-]*$/.test(text) && !/:$|^[~.]$|^(?:true|false|null)$/i.test(text);
  return isWord ? text : JSON.stringify(text);
}
