/** What a quick fix is, and what it may look at. Values only. */

import type { Command, Range, TextEdit } from "vscode-languageserver";
import type { Path, Problem, TextRange } from "../../../src/catalog/text/problem.ts";
import { readYaml } from "../../../src/catalog/text/yaml-text.ts";
import type { CurrentEntry } from "../../documents/current-entry.ts";
import type { OpenDocument } from "../../documents/open-document.ts";
import type { Field } from "../../documents/outline.ts";
import { outlineOf } from "../../documents/outline.ts";
import { rangeOf } from "../../documents/text-ranges.ts";

export interface Fix {
  /** What it does, as an order: `Add quotes`. */
  readonly title: string;
  /** In the document. */
  readonly edits?: readonly TextEdit[];
  /** A line that is added to `.env` beside the document. */
  readonly dotenvLine?: string;
  readonly command?: Command;
  /** Whether it is surely what is wanted. */
  readonly isPreferred?: boolean;
}

export interface FixContext {
  readonly document: OpenDocument;
  readonly entries: readonly CurrentEntry[];
  /** Variables of `.env`, then of the environment. */
  readonly variableNames: readonly string[];
  /** Of the secrets that can be listed. */
  readonly secretNames: readonly string[];
  /** Whether the client keeps secrets and knows the commands for it. */
  readonly hasClientSecrets: boolean;
}

/** The fixes for one kind of problem. */
export type FixMaker = (problem: Problem, context: FixContext) => readonly Fix[];

/** The text at a place. */
export function textAt({ document }: FixContext, place: TextRange): string {
  return document.text.getText(rangeOf(place));
}

export function replace(place: TextRange, newText: string): TextEdit {
  return { range: rangeOf(place), newText };
}

export function insertAt(line: number, character: number, newText: string): TextEdit {
  return { range: { start: { line, character }, end: { line, character } }, newText };
}

/** The entry a problem is about. */
export function entryOf({ path }: Pick<Problem, "path">, { entries }: FixContext): CurrentEntry | undefined {
  return path[0] === "servers" ? entries[Number(path[1])] : undefined;
}

/** The fields among which a problem is, with places that count from a line of the document on. */
export interface FieldsAround {
  readonly fields: readonly Field[];
  /** The value the problem is about, seen from where the fields are. */
  readonly owner: Path;
  /** What the fields were read from. */
  readonly text: string;
  /** Of its first line, from 0. */
  readonly line: number;
}

/** Those of the entry of a catalog, else of the whole document; `undefined` for what is no YAML. */
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

/** Whether the mapping a problem's key is in has another key already. */
export function hasKeyBeside({ path, ...problem }: Problem, key: string, context: FixContext): boolean {
  const around = fieldsAround({ ...problem, path: path.slice(0, -1) }, context);
  // The root of a catalog has no fields.
  if (around === undefined)
    return new RegExp(`^["']?${key}["']?[ \\t]*:`, "m").test(context.document.text.getText());
  const wanted = JSON.stringify([...around.owner, key]);
  return around.fields.some((field) => JSON.stringify(field.path) === wanted);
}

/** What the servers of the document are called: ids, or the names of the platform; none of what is no YAML. */
export function takenNames({ entries, document: { kind, text } }: FixContext): string[] {
  if (kind.check.by === "entry") return entries.flatMap(({ id }) => (id === undefined ? [] : [id]));
  const root = readYaml(text.getText()).value as { servers?: unknown } | null | undefined;
  const servers: readonly unknown[] = Array.isArray(root?.servers) ? root.servers : [];
  return servers.flatMap((server) => {
    const name = (server as { name?: unknown } | null)?.name;
    return typeof name === "string" ? [name] : [];
  });
}

/** Takes whole lines away, `end` excluded. */
export function withoutLines(line: number, end: number): TextEdit {
  const range: Range = { start: { line, character: 0 }, end: { line: end, character: 0 } };
  return { range, newText: "" };
}

export function lineAt({ document }: FixContext, line: number): string {
  const range = { start: { line, character: 0 }, end: { line: line + 1, character: 0 } };
  return document.text.getText(range).replace(/\r?\n$/, "");
}
