/** Renames a server: changes its id, after a check against the schema and the other ids of the catalog. Pure. */

import type { Position, Range, TextEdit } from "vscode-languageserver";
import { parse } from "yaml";
import type { DocumentEntry } from "../documents/document-entry.ts";
import { lowered, rangeBelow, touches } from "../documents/text-ranges.ts";
import type { Schema } from "../schema/json-schema.ts";
import { schemasAt } from "../schema/json-schema.ts";
import { plainOrQuoted } from "./completion/context.ts";

export interface RenamedId {
  readonly id: string;
  /** Without quotes. */
  readonly range: Range;
  readonly isQuoted: boolean;
}

/** The id at a position, if there is one. */
export function idAt(entries: readonly DocumentEntry[], position: Position): RenamedId | undefined {
  const here = { start: position, end: position };
  return entries.map(idOf).find((found) => found !== undefined && touches(found.range, here));
}

export function idOf(entry: DocumentEntry): RenamedId | undefined {
  const found = entry.reading?.kind === "read" ? readId(entry) : writtenId(entry);
  if (found === undefined || entry.id === undefined) return undefined;
  return { id: entry.id, ...found, range: lowered(found.range, entry.line) };
}

/** Replaces the id. Adds quotes if YAML would not read a string. */
export function editOfId({ range, isQuoted }: RenamedId, name: string): TextEdit {
  return { range, newText: isQuoted ? name : asText(name) };
}

/** The word in a form that YAML reads back as the same string. */
export function asText(word: string): string {
  const isSafe = plainOrQuoted(word) === word || /^[a-z0-9-]+$/.test(word);
  return isSafe && parse(word) === word ? word : JSON.stringify(word);
}

/** The error of `name` as the value of `field`, as a sentence, or `undefined` if it is valid. */
export function idError(
  name: string,
  schema: Schema,
  taken: readonly string[],
  field: "id" | "name" = "id",
): string | undefined {
  const [id = {}] = schemasAt(schema, ["servers", 0, field]);
  const { pattern, patternErrorMessage, errorMessage, not } = id as IdSchema;
  if (pattern !== undefined && !new RegExp(pattern).test(name)) return `The ${field} ${patternErrorMessage}.`;
  if (not?.enum?.includes(name)) return `The ${field} ${errorMessage}.`;
  return taken.includes(name) ? `A server '${name}' already exists.` : undefined;
}

interface IdSchema extends Schema {
  readonly pattern?: string;
  readonly patternErrorMessage?: string;
  readonly errorMessage?: string;
  readonly not?: Schema;
}

type FoundId = Omit<RenamedId, "id">;

function readId(entry: DocumentEntry): FoundId | undefined {
  if (entry.reading?.kind !== "read") return undefined;
  const field = entry.reading.fields.find(({ path }) => path.length === 1 && path[0] === "id");
  if (field?.text === undefined) return undefined;
  const { start, end } = rangeBelow(field.value, 0);
  const written = entry.text.split("\n")[start.line]?.slice(start.character, end.character) ?? "";
  if (start.line !== end.line || (written !== field.text && !isQuoted(written, field.text))) return undefined;
  if (written === field.text) return { range: { start, end }, isQuoted: false };
  const inside = {
    start: { ...start, character: start.character + 1 },
    end: { ...end, character: end.character - 1 },
  };
  return { range: inside, isQuoted: true };
}

function isQuoted(written: string, text: string): boolean {
  return written === `"${text}"` || written === `'${text}'`;
}

/** The id of an entry that is not valid YAML at the moment. */
function writtenId({ text, id }: DocumentEntry): FoundId | undefined {
  if (id === undefined) return undefined;
  const lines = text.split("\n");
  const line = lines.findIndex((each) => /^ *(?:- +)?id *:/.test(each));
  const character = lines[line]?.indexOf(id, lines[line].indexOf(":")) ?? -1;
  if (line < 0 || character < 0) return undefined;
  const range = { start: { line, character }, end: { line, character: character + id.length } };
  return { range, isQuoted: /["']/.test(lines[line]?.[character - 1] ?? "") };
}
