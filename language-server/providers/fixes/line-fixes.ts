/** Fixes that add or remove lines: duplicate servers and keys, missing fields, tabs. Pure. */

import type { TextEdit } from "vscode-languageserver";
import type { TextDocument } from "vscode-languageserver-textdocument";
import type { Path, Problem, TextRange } from "../../../src/catalog/text/problem.ts";
import type { DocumentEntry } from "../../documents/document-entry.ts";
import { moved } from "../../documents/outline.ts";
import type { Schema } from "../../schema/json-schema.ts";
import { resolved, schemasAt } from "../../schema/json-schema.ts";
import { fillerOf, runtimeSnippets, withoutPlaceholders } from "../../schema/snippets.ts";
import { editOfId, idOf } from "../rename.ts";
import type { FieldsAround, Fix, FixContext } from "./fix-context.ts";
import { entryOf, fieldsAround, insertAt, lineAt, takenNames, withoutLines } from "./fix-context.ts";
import { filledIn, numbered } from "./text-fixes.ts";
import { blockAt, endOfPairOn } from "./yaml-blocks.ts";

/** Removes this duplicate server, or gives it an unused id. */
export function repeatedServer(problem: Problem, context: FixContext): Fix[] {
  const entry = entryOf(problem, context);
  const id = entry && idOf(entry);
  if (entry === undefined || id === undefined) return [];
  const taken = new Set(context.entries.map((each) => each.id));
  const free = numbered(id.id).find((name) => !taken.has(name)) ?? id.id;
  const removal = { title: "Remove this server", edits: [withoutLines(entry.line, endOf(entry))] };
  return [...(entry.range ? [] : [removal]), { title: `Change to '${free}'`, edits: [editOfId(id, free)] }];
}

/** Removes the line of a key and all lines of its value. Only in block style, and only if the key has its own line. */
export function removeKey(problem: Problem, context: FixContext): Fix[] {
  const first = problem.line - 1;
  const column = problem.column - 1;
  const block = blockAt(problem.path.slice(0, -1), context);
  if (block === undefined || lineAt(context, first).slice(0, column).trim() !== "") return [];
  const { lineCount } = context.document.text;
  // Braces may end at the column of their key.
  let end = Math.max(first + 1, endOfPairOn(block, first));
  while (end < lineCount && isDeeper(lineAt(context, end), column)) end++;
  while (end > first + 1 && lineAt(context, end - 1).trim() === "") end--;
  return [{ title: "Remove this key", edits: [withoutLines(first, end)], isPreferred: true }];
}

function isDeeper(line: string, column: number): boolean {
  const own = line.search(/\S/);
  // List items may have the same column as their key.
  return own < 0 || own > column || (own === column && /^-(?:\s|$)/.test(line.slice(own)));
}

export function spacesForTabs(problem: Problem, context: FixContext): Fix[] {
  const first = problem.line - 1;
  const line = lineAt(context, first);
  const blank = /^[ \t]*/.exec(line)?.[0] ?? "";
  if (!blank.includes("\t")) return [];
  const range = { start: { line: first, character: 0 }, end: { line: first, character: blank.length } };
  const newText = blank.replaceAll("\t", "  ");
  return [{ title: "Use spaces", edits: [{ range, newText }], isPreferred: true }];
}

/** Adds everything that the schema requires to an empty file. */
export function requiredFields(_: Problem, { document }: FixContext): Fix[] {
  const { text, kind } = document;
  const lines = (kind.schema.required ?? []).map((field) => `${field}: ${fillerAt([field], kind.schema)}`);
  return [{ title: `Write ${lines.join(" and ")}`, edits: [addedAtEnd(text, `${lines.join("\n")}\n`)] }];
}

/** Adds a field to the file: a list at the end, any other field at the top. */
function missingAtRoot(field: string, context: FixContext): Fix[] {
  const { text, kind } = context.document;
  const value = fillerAt([field], kind.schema);
  const lines = text.getText().split(/\r?\n/);
  const empty = lines.findIndex((line) => new RegExp(`^${field}[ \\t]*:[ \\t]*(?:#.*)?$`).test(line));
  const title = `Write ${field}: ${value}`;
  if (empty >= 0)
    return [{ title, edits: [insertAt(empty, (lines[empty] ?? "").indexOf(":") + 1, ` ${value}`)] }];
  const line = `${field}: ${value}\n`;
  const first = lines.findIndex((each) => /^[\w"']/.test(each));
  const isList = value === "[]";
  return [{ title, edits: [isList || first < 0 ? addedAtEnd(text, line) : insertAt(first, 0, line)] }];
}

function addedAtEnd(text: TextDocument, added: string): TextEdit {
  const { line, character } = text.positionAt(text.getText().length);
  return insertAt(line, character, `${character === 0 ? "" : "\n"}${added}`);
}

/** Adds the field, with the value that the schema suggests, after the last field of its mapping. Block style only. */
export function missingField(problem: Problem, context: FixContext): Fix[] {
  const field = /missing required field: (?:.*\.)?(\w+)$/.exec(problem.message)?.[1];
  if (field === undefined) return [];
  if (problem.path.length === 0)
    return blockAt(problem.path, context) === undefined ? [] : missingAtRoot(field, context);
  const around = fieldsAround(problem, context);
  if (around === undefined) return [];
  const fillers = fillersOf(problem, field, around, context);
  return withField(problem, { field, fillers }, around, context);
}

/** Gives each client its own instance. Block style only. */
export function ownInstances({ path, ...problem }: Problem, context: FixContext): Fix[] {
  const entry = { ...problem, path: path.slice(0, 2) };
  const around = fieldsAround(entry, context);
  if (around === undefined) return [];
  const fixes = withField(entry, { field: "instances", fillers: ["session"] }, around, context);
  return fixes.map((fix) => ({ ...fix, title: "Add instances: session", isPreferred: true }));
}

/** A field to add, and its possible values. */
interface AddedField {
  readonly field: string;
  readonly fillers: readonly string[];
}

function withField(
  problem: Problem,
  added: AddedField,
  { fields, owner, text, line: above }: FieldsAround,
  context: FixContext,
): Fix[] {
  const { field, fillers } = added;
  const existing = fields.find(({ path }) => path.join("\n") === [...owner, field].join("\n"));
  if (existing !== undefined) return withValue(added, moved(existing.value, above), context);
  if (blockAt(problem.path, context) === undefined) return [];
  const inside = fields.filter(
    ({ path, key }) =>
      key && path.length === owner.length + 1 && owner.every((step, at) => step === path[at]),
  );
  const first = inside[0]?.key;
  if (first === undefined || !isOwnLine(text, first.line - 1, first.column - 1)) return [];
  const last = Math.max(...inside.map(({ value, key }) => Math.max(value.endLine, key?.endLine ?? 0))) - 1;
  const line = last + above;
  const indent = " ".repeat(first.column - 1);
  return fillers.map((filler) => {
    const lines = fieldLines(field, filler, context).map((each) => `\n${indent}${each}`);
    const edit = insertAt(line, lineAt(context, line).length, lines.join(""));
    return { title: titleOf(added, filler), edits: [edit] };
  });
}

/** The field exists, but does not have a value. */
function withValue(added: AddedField, place: TextRange, context: FixContext): Fix[] {
  const { field, fillers } = added;
  if (field === "runtime") return [];
  return fillers.flatMap((filler) => {
    const edit = filledIn(place, filler, context);
    return edit ? [{ title: titleOf(added, filler), edits: [edit] }] : [];
  });
}

function titleOf({ field, fillers }: AddedField, filler: string): string {
  return fillers.length > 1 ? `Add ${field}: ${filler}` : `Add ${field}`;
}

/** Values for a field: the possible types, or an unused name of a server. */
function fillersOf(
  { path }: Problem,
  field: string,
  { fields, owner }: FieldsAround,
  context: FixContext,
): readonly string[] {
  const { schema } = context.document.kind;
  if (field === "type" && path.at(-1) === "runtime") {
    const inside = fields.filter((each) => each.path.length === 2 && each.path[0] === owner[0]);
    return typesWith(
      inside.map((each) => String(each.path[1])),
      schema,
    );
  }
  const filler = fillerAt([...path, field], schema);
  if (path.length > 2 || (field !== "id" && field !== "name")) return [filler];
  const taken = takenNames(context);
  return [filler, ...numbered(filler)].filter((each) => !taken.includes(each)).slice(0, 1);
}

/** Types whose runtimes can have all these keys. If there is none, all types. */
function typesWith(keys: readonly string[], schema: Schema): string[] {
  const [runtime] = schemasAt(schema, ["servers", 0, "runtime"]);
  const known = (runtime?.oneOf ?? []).map((branch) => resolved(schema, branch).properties ?? {});
  const fitting = known.filter((properties) => keys.every((key) => Object.hasOwn(properties, key)));
  return (fitting.length > 0 ? fitting : known).map(({ type }) => String(type?.const));
}

function isOwnLine(text: string, line: number, column: number): boolean {
  return /^[ -]*$/.test((text.split("\n")[line] ?? "").slice(0, column));
}

function fieldLines(field: string, filler: string, { document }: FixContext): string[] {
  if (field !== "runtime") return [`${field}: ${filler}`];
  const [snippet] = runtimeSnippets(document.kind.schema);
  return ["runtime:", ...(snippet?.lines ?? []).map((line) => `  ${withoutPlaceholders(line)}`)];
}

function fillerAt(path: Path, schema: Schema): string {
  const [found] = schemasAt(
    schema,
    path.map((step) => (typeof step === "number" ? 0 : step)),
  );
  if (found?.type === "array") return "[]";
  const filler = found === undefined ? "" : fillerOf(resolved(schema, found));
  return filler === "" ? '""' : String(filler);
}

/** The line after the last field. Comments below it belong to the next server. */
export function endOf({ line, text }: Pick<DocumentEntry, "line" | "text">): number {
  const lines = text.split("\n");
  const last = lines.findLastIndex((each) => /\S/.test(each) && !/^\s*#/.test(each));
  return line + last + 1;
}
