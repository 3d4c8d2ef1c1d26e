/** A quick fix, and the data that it can use. Values only. */

import type { Command, Range, TextEdit } from "vscode-languageserver";
import type { Path, Problem, TextRange } from "../../../src/catalog/text/problem.ts";
import { readYaml } from "../../../src/catalog/text/yaml-text.ts";
import type { DocumentEntry } from "../../documents/document-entry.ts";
import type { OpenDocument } from "../../documents/open-document.ts";
import type { Field } from "../../documents/outline.ts";
import { outlineOf } from "../../documents/outline.ts";
import { rangeOf } from "../../documents/text-ranges.ts";

export interface Fix {
  /** The action in the imperative: `Add quotes`. */
  readonly title: string;
  /** Edits of the document. */
  readonly edits?: readonly TextEdit[];
  /** A line to add to `.env` next to the document. */
  readonly dotenvLine?: string;
  readonly command?: Command;
  /** Whether this is very likely the intended fix. */
  readonly isPreferred?: boolean;
}

export interface FixContext {
  readonly document: OpenDocument;
  readonly entries: readonly DocumentEntry[];
  /** Variables of `.env`, then of the environment. */
  readonly variableNames: readonly string[];
  /** Names of the secrets, if they can be listed. */
  readonly secretNames: readonly string[];
  /** Whether the client stores secrets and supports the commands for it. */
  readonly hasClientSecrets: boolean;
}

/** Creates the fixes for one kind of problem. */
export type FixMaker = (problem: Problem, context: FixContext) => readonly Fix[];

/** The text in a range. */
export function textAt({ document }: FixContext, place: TextRange): string {
  return document.text.getText(rangeOf(place));
}

export function replace(place: TextRange, newText: string): TextEdit {
  return { range: rangeOf(place), newText };
}

export function insertAt(line: number, character: number, newText: string): TextEdit {
  return { range: { start: { line, character }, end: { line, character } }, newText };
}

/** The entry of a problem. */
export function entryOf({ path }: Pick<Problem, "path">, { entries }: FixContext): DocumentEntry | undefined {
  return path[0] === "servers" ? entries[Number(path[1])] : undefined;
}

/** The fields around a problem. Line numbers are relative to `line` of the document. */
export interface FieldsAround {
  readonly fields: readonly Field[];
  /** Path of the value that the problem concerns, relative to the fields. */
  readonly owner: Path;
  /** The text from which the fields were read. */
  readonly text: string;
  /** Zero-based number of its first line. */
  readonly line: number;
}

/** The fields of the catalog entry, or else of the whole document. `undefined` if the text is not YAML. */
export function fieldsAround(problem: Problem, context: FixContext): FieldsAround | undefined {
  const { kind, text } = context.document;
  if (kind.check.by === "entry") {
    const entry = entryOf(problem, context);
    if (entry?.reading?.kind !== "read") return undefined;
    return {
      fields: entry.reading.fields,
      owner: problem.path.slice(2),
      text: entry.text,
      line: entry.line,
    };
  }
  const yaml = readYaml(text.getText());
  if (yaml.value === undefined) return undefined;
  return { fields: outlineOf(yaml, yaml.value, []), owner: problem.path, text: text.getText(), line: 0 };
}

/** Whether the mapping of a problem's key already has another key. */
export function hasKeyBeside({ path, ...problem }: Problem, key: string, context: FixContext): boolean {
  const around = fieldsAround({ ...problem, path: path.slice(0, -1) }, context);
  // The root of a catalog does not have fields here.
  if (around === undefined)
    return new RegExp(`^["']?${key}["']?[ \\t]*:`, "m").test(context.document.text.getText());
  const wanted = JSON.stringify([...around.owner, key]);
  return around.fields.some((field) => JSON.stringify(field.path) === wanted);
}

/** Ids or platform names of the servers in the document. Empty if the text is not YAML. */
export function takenNames({ entries, document: { kind, text } }: FixContext): string[] {
  if (kind.check.by === "entry") return entries.flatMap(({ id }) => (id === undefined ? [] : [id]));
  const root = readYaml(text.getText()).value as { servers?: unknown } | null | undefined;
  const servers: readonly unknown[] = Array.isArray(root?.servers) ? root.servers : [];
  return servers.flatMap((server) => {
    const name = (server as { name?: unknown } | null)?.name;
    return typeof name === "string" ? [name] : [];
  });
}

/** Removes whole lines. `end` is exclusive. */
export function withoutLines(line: number, end: number): TextEdit {
  const range: Range = { start: { line, character: 0 }, end: { line: end, character: 0 } };
  return { range, newText: "" };
}

export function lineAt({ document }: FixContext, line: number): string {
  const range = { start: { line, character: 0 }, end: { line: line + 1, character: 0 } };
  return document.text.getText(range).replace(/\r?\n$/, "");
}
