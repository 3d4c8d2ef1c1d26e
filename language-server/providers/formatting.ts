/**
 * Formats a document. A catalog is formatted entry by entry, so that edits are small and other requests can run in
 * between. Other documents are formatted as a whole. Returns no edits if the text is not YAML.
 */

import type { FormattingOptions, TextEdit } from "vscode-languageserver";
import type { DocumentEntry } from "../documents/document-entry.ts";
import { endedAs } from "../documents/line-ends.ts";
import type { OpenDocument } from "../documents/open-document.ts";
import type { YamlLibrary } from "../schema/yaml-library.ts";

const above = "servers:\n";
/** Time after which the work yields to other requests. */
const sliceMs = 8;
/** Limit for one call of the library, which cannot be interrupted. */
const maxTextLength = 64_000;

export async function formattingOf(
  document: OpenDocument,
  options: FormattingOptions,
  library: YamlLibrary,
): Promise<TextEdit[]> {
  const entries = document.entries();
  const isRead =
    entries.length > 0 && entries.every(({ reading, range }) => reading?.kind === "read" && !range);
  const text = document.text.getText();
  if (!isRead) return text.length > maxTextLength ? [] : wholeEdits(text, options, library);
  const edits: TextEdit[] = [];
  let since = performance.now();
  for (const [nth, entry] of entries.entries()) {
    const edit = await entryEdit(entry, nth === entries.length - 1, options, library);
    if (edit) edits.push(edit);
    if (performance.now() - since < sliceMs) continue;
    await new Promise(setImmediate);
    since = performance.now();
  }
  return edits;
}

async function wholeEdits(
  text: string,
  options: FormattingOptions,
  library: YamlLibrary,
): Promise<TextEdit[]> {
  const edits = await library.format(text, options);
  return edits
    .map((edit) => ({ ...edit, newText: endedAs(text, edit.newText) }))
    .filter(({ newText }) => newText !== text);
}

async function entryEdit(
  { line, text }: DocumentEntry,
  isLast: boolean,
  options: FormattingOptions,
  library: YamlLibrary,
): Promise<TextEdit | undefined> {
  const whole = above + text;
  const [edit] = await library.format(whole, options);
  if (edit === undefined) return undefined;
  const gap = !isLast && /\n[ \t]*\r?\n$/.test(text) ? "\n" : "";
  const newText = endedAs(text, edit.newText.slice(above.length) + gap);
  if (newText === text) return undefined;
  const lines = text.split("\n");
  const end = { line: line + lines.length - 1, character: lines.at(-1)?.length ?? 0 };
  return { range: { start: { line, character: 0 }, end }, newText };
}
