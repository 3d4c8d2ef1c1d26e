/** Completion: what the schema allows, from the YAML library, and what only we know on top of it. Waits for nobody. */

import type { CompletionItem, CompletionList, Position, Range } from "vscode-languageserver";
import { cursorAt, emptyKeyAbove } from "../../documents/cursor.ts";
import type { Excerpt } from "../../documents/excerpt.ts";
import { excerptAt, questionedAt } from "../../documents/excerpt.ts";
import type { OpenDocument } from "../../documents/open-document.ts";
import { lowered } from "../../documents/text-ranges.ts";
import type { Schema } from "../../schema/json-schema.ts";
import type { RuntimeSnippet } from "../../schema/snippets.ts";
import type { YamlLibrary } from "../../schema/yaml-library.ts";
import type { AsyncNameCache } from "./async-name-cache.ts";
import type { SearchPath } from "./command-items.ts";
import { commandItems } from "./command-items.ts";
import type { CompletionContext } from "./context.ts";
import { behind, plainItem, quoteOf, rangeFrom } from "./context.ts";
import type { Engines } from "./engine-items.ts";
import { engineItems } from "./engine-items.ts";
import { fieldItems } from "./field-items.ts";
import { listItems } from "./items.ts";
import { runtimeItems } from "./runtime-items.ts";
import { tagItems } from "./tag-items.ts";
import { variableItems } from "./variable-items.ts";

/** Whom completion asks. */
export interface CompletionSources {
  readonly library: YamlLibrary;
  /** What `library` knows. */
  readonly schema: Schema;
  /** Empty for documents without runtimes. */
  readonly snippets: readonly RuntimeSnippet[];
  /** Whether the client knows placeholders. */
  readonly hasSnippets: boolean;
  readonly later: AsyncNameCache;
  readonly search: SearchPath;
  readonly engines: Engines;
}

const none: CompletionList = { isIncomplete: false, items: [] };

export async function completionAt(
  document: OpenDocument,
  position: Position,
  sources: CompletionSources,
): Promise<CompletionList> {
  if (document.isTooLarge()) return none;
  const excerpt = questionedAt(document.text.getText(), document.split(), position.line);
  const question = excerpt && questionAt(document, position, excerpt);
  if (question === undefined) return none;
  const variables = await variableItems(question);
  if (variables !== undefined) return { isIncomplete: false, items: variables };
  const own = ownItems(question, sources);
  const isOurs = question.cursor.flow !== undefined || quoteOf(question.cursor.typed) !== "";
  const generic = isOurs
    ? fieldItems(question, sources.schema)
    : await genericItems(question, sources.library);
  const items = [...own.items, ...withoutTwins(generic, own.items)];
  return { isIncomplete: own.isIncomplete, items: sources.hasSnippets ? items : items.map(plainItem) };
}

function questionAt(
  document: OpenDocument,
  position: Position,
  excerpt: Excerpt,
): CompletionContext | undefined {
  const lines = excerpt.text.split(/\r?\n/);
  const line = position.line - excerpt.line;
  const cursor = cursorAt(lines, line, position.character);
  if (cursor === undefined) return undefined;
  const before = (lines[line] ?? "").slice(0, position.character);
  return { document, position, cursor, before, lines, line };
}

function ownItems(question: CompletionContext, sources: CompletionSources): CompletionList {
  if (question.document.kind.check.by !== "entry") return { isIncomplete: false, items: listItems(question) };
  const { snippets, later, search, engines } = sources;
  const found = [commandItems(question, later, search), engineItems(question, later, engines)];
  return {
    isIncomplete: found.includes(undefined),
    items: [
      ...runtimeItems(question, snippets),
      ...tagItems(question),
      ...found.flatMap((items) => items ?? []),
    ],
  };
}

async function genericItems(question: CompletionContext, library: YamlLibrary): Promise<CompletionItem[]> {
  const { document, position } = question;
  const excerpt = excerptAt(document.text.getText(), document.split(), position.line);
  if (excerpt === undefined) return [];
  const { text, line } = excerpt;
  const at = { line: position.line - line, character: position.character };
  const items = await library.complete(asAsked(text, question), at);
  return items.filter(isField).map((item) => placedItem(item, line, question));
}

/** The text with those lines changed that the library would misread. */
function asAsked(text: string, question: CompletionContext): string {
  const lines = text.split("\n");
  const { line, before } = question;
  // A comment behind the cursor would be taken for the value.
  if (/^[ \t]*#/.test(behind(question))) lines[line] = before;
  // A key without value above would take what follows for its own.
  const empty = emptyKeyAbove(question.lines, line, question.cursor);
  if (empty !== undefined) {
    const above = lines[empty.line] ?? "";
    lines[empty.line] = `${above.slice(0, empty.end)} {}${above.slice(empty.end)}`;
  }
  return lines.join("\n");
}

/** The library's own skeletons of objects; ours are whole. */
const skeletonKind = 7;

function isField({ kind, label }: CompletionItem): boolean {
  return kind !== skeletonKind && !label.startsWith("- (array item)");
}

/** The library says the same name twice where alternatives have it; one is enough. */
function withoutTwins(generic: readonly CompletionItem[], own: readonly CompletionItem[]): CompletionItem[] {
  const seen = new Set(own.map(({ label }) => label));
  return generic.filter(({ label }) => !seen.has(label) && seen.add(label));
}

/** The library counts from the text it was given, and may want to replace a word of another line. */
function placedItem(item: CompletionItem, line: number, question: CompletionContext): CompletionItem {
  const { textEdit } = item;
  if (textEdit === undefined || !("range" in textEdit)) return item;
  const range: Range = lowered(textEdit.range, line);
  const isHere = range.start.line === question.position.line && range.end.line === question.position.line;
  return {
    ...item,
    textEdit: { ...textEdit, range: isHere ? range : rangeFrom(question, question.cursor.start) },
  };
}
