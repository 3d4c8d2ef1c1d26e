/** What a quick fix is, and what it may look at. Values only. */

import type { Command, Range, TextEdit } from "vscode-languageserver";
import type { Place, Problem } from "../../../src/catalog/text/problem.ts";
import type { CurrentEntry, OpenDocument } from "../../documents/open-document.ts";
import { rangeOf } from "../../documents/places.ts";

export interface Fix {
  /** What it does, as an order: `Quote it`. */
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
export function textAt({ document }: FixContext, place: Place): string {
  return document.text.getText(rangeOf(place));
}

export function replace(place: Place, newText: string): TextEdit {
  return { range: rangeOf(place), newText };
}

export function insertAt(line: number, character: number, newText: string): TextEdit {
  return { range: { start: { line, character }, end: { line, character } }, newText };
}

/** The entry a problem is about. */
export function entryOf({ path }: Problem, { entries }: FixContext): CurrentEntry | undefined {
  return path[0] === "servers" ? entries[Number(path[1])] : undefined;
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
