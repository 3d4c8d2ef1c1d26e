/** The words of the questions before a start, and what fits into a dialog. Pure: the headings are handed in. */

import { visibleText } from "../../base/visible-text.ts";
import type { Launch } from "./launch-review.ts";
import { type FactKind, factKinds, type LaunchSummary } from "./launch-summary.ts";

export type Headings = Readonly<Record<FactKind, string>>;

/** More than this does not fit into a dialog on a small screen. */
const mostLines = 26;
const mostCharacters = 1_600;
const longestName = 60;

/** A name for a title: a catalog's name of a server may be anything. */
export function shownName({ entry }: Pick<Launch, "entry">): string {
  const { id, display_name: name } = entry;
  if (name === undefined || name === id) return id;
  const shown = visibleText(name.slice(0, longestName));
  return `${shown}${name.length > longestName ? "…" : ""} (${id})`;
}

/** What runs or is contacted, then the facts below their headings. */
export function summaryText({ line, facts }: LaunchSummary, headings: Headings): string {
  const groups = factKinds.flatMap((kind) => {
    const texts = facts.filter((fact) => fact.kind === kind).map(({ text }) => text);
    if (texts.length === 0) return [];
    const isShort = texts.length === 1 && (texts[0]?.length ?? 0) < 80;
    return isShort
      ? [`${headings[kind]} ${texts[0]}`]
      : [headings[kind], ...texts.map((text) => `  ${text}`)];
  });
  return [line, ...(groups.length > 0 ? ["", ...groups] : [])].join("\n");
}

/** Several launches, each below its name. */
export function summariesText(launches: readonly Launch[], headings: Headings): string {
  return launches
    .map((launch) => `${shownName(launch)}:\n${indented(summaryText(launch.summary, headings))}`)
    .join("\n\n");
}

function indented(text: string): string {
  return text.replaceAll(/^(?=.)/gm, "  ");
}

export interface Excerpt {
  readonly text: string;
  /** How many lines are left out or cut; 0: it is the whole text. */
  readonly hiddenLines: number;
}

/** As much of a text as fits into a dialog: whole lines, and of the first one as much as there is room for. */
export function excerptOf(text: string): Excerpt {
  const lines = text.split("\n");
  if (lines.length <= mostLines && text.length <= mostCharacters) return { text, hiddenLines: 0 };
  const kept: string[] = [];
  let room = mostCharacters;
  for (const line of lines.slice(0, mostLines - 2)) {
    if (line.length > room) break;
    kept.push(line);
    room -= line.length + 1;
  }
  if (kept.length === 0) kept.push(`${lines[0]?.slice(0, mostCharacters)}…`);
  return { text: kept.join("\n"), hiddenLines: Math.max(1, lines.length - kept.length) };
}

/** No line is longer than an editor shows: what is far to the right is not seen. */
export function wrapped(text: string, width = 110): string {
  return text
    .split("\n")
    .flatMap((line) => piecesOf(line, width))
    .join("\n");
}

function piecesOf(line: string, width: number): string[] {
  const indent = /^ */.exec(line)?.[0] ?? "";
  const pieces = [line.slice(0, width)];
  for (let at = width; at < line.length; at += width)
    pieces.push(`${indent}  ↪ ${line.slice(at, at + width)}`);
  return pieces;
}
