/**
 * Completion: items of the schema, from the YAML library, and items that this server adds. Does not wait for slow
 * sources.
 */

import type { CompletionItem, CompletionList, Position, Range } from "vscode-languageserver";
import { cursorAt, emptyKeyAbove } from "../../documents/cursor.ts";
import type { Excerpt } from "../../documents/excerpt.ts";
import { excerptAt, longExcerptAt } from "../../documents/excerpt.ts";
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
import { sequenceItemSnippets } from "./sequence-items.ts";
import { serverSnippets } from "./server-snippets.ts";
import { tagItems } from "./tag-items.ts";
import { variableItems } from "./variable-items.ts";

/** Sources of completion items. */
export interface CompletionSources {
  readonly library: YamlLibrary;
  /** The schema of `library`. */
  readonly schema: Schema;
  /** Empty for documents without runtimes. */
  readonly snippets: readonly RuntimeSnippet[];
  /** Whether the client supports placeholders. */
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
  const excerpt = longExcerptAt(document.text.getText(), document.split(), position.line);
  const context = excerpt && contextAt(document, position, excerpt);
  if (context === undefined) return none;
  const variables = await variableItems(context);
  if (variables !== undefined) return { isIncomplete: false, items: variables };
  const own = ownItems(context, sources);
  const needsFieldItems = context.cursor.flow !== undefined || quoteOf(context.cursor.typed) !== "";
  const generic = needsFieldItems
    ? fieldItems(context, sources.schema)
    : await genericItems(context, sources.library);
  const items = [...own.items, ...withoutDuplicates(generic, own.items)];
  return { isIncomplete: own.isIncomplete, items: sources.hasSnippets ? items : items.map(plainItem) };
}

function contextAt(
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

function ownItems(context: CompletionContext, sources: CompletionSources): CompletionList {
  if (context.document.kind.check.by !== "entry")
    return { isIncomplete: false, items: sequenceItemSnippets(context) };
  const { snippets, later, search, engines } = sources;
  const found = [commandItems(context, later, search), engineItems(context, later, engines)];
  return {
    isIncomplete: found.includes(undefined),
    items: [
      ...serverSnippets(context, snippets),
      ...tagItems(context),
      ...found.flatMap((items) => items ?? []),
    ],
  };
}

async function genericItems(context: CompletionContext, library: YamlLibrary): Promise<CompletionItem[]> {
  const { document, position } = context;
  const excerpt = excerptAt(document.text.getText(), document.split(), position.line);
  if (excerpt === undefined) return [];
  const { text, line } = excerpt;
  const at = { line: position.line - line, character: position.character };
  const items = await library.complete(adaptedText(text, context), at);
  return items.filter(isField).map((item) => placedItem(item, line, context));
}

/** The text, with lines changed that the library would misread. */
function adaptedText(text: string, context: CompletionContext): string {
  const lines = text.split("\n");
  const { line, before } = context;
  // The library would take a comment after the cursor for the value.
  if (/^[ \t]*#/.test(behind(context))) lines[line] = before;
  // The library would take the following text for the value of an empty key above.
  const empty = emptyKeyAbove(context.lines, line, context.cursor);
  if (empty !== undefined) {
    const above = lines[empty.line] ?? "";
    lines[empty.line] = `${above.slice(0, empty.end)} {}${above.slice(empty.end)}`;
  }
  return lines.join("\n");
}

/** Kind of the library's own object skeletons. The snippets of this server are more complete. */
const skeletonKind = 7;

function isField({ kind, label }: CompletionItem): boolean {
  return kind !== skeletonKind && !label.startsWith("- (array item)");
}

/** Removes duplicates, because the library returns a name once per alternative. */
function withoutDuplicates(
  generic: readonly CompletionItem[],
  own: readonly CompletionItem[],
): CompletionItem[] {
  const seen = new Set(own.map(({ label }) => label));
  return generic.filter(({ label }) => !seen.has(label) && seen.add(label));
}

/** Converts the position from the excerpt to the document. Drops replacements on another line. */
function placedItem(item: CompletionItem, line: number, context: CompletionContext): CompletionItem {
  const { textEdit } = item;
  if (textEdit === undefined || !("range" in textEdit)) return item;
  const range: Range = lowered(textEdit.range, line);
  const isHere = range.start.line === context.position.line && range.end.line === context.position.line;
  return {
    ...item,
    textEdit: { ...textEdit, range: isHere ? range : rangeFrom(context, context.cursor.start) },
  };
}
