/**
 * The texts of the questions before a start, and the part that fits into a dialog. Pure: the caller passes the headings.
 */

import { visibleText } from "../../base/visible-text.ts";
import type { Launch } from "./launch-review.ts";
import type { FactKind, LaunchSummary } from "./launch-summary.ts";

export type Headings = Readonly<Record<FactKind, string>>;

/** Width of a dialog, and number of lines that fit on a small screen. */
const columns = 50;
const maxRows = 22;
const maxNameLength = 60;

/** A name for a title. It is shortened, because a display name in a catalog can be any text. */
export function shownName({ entry }: Pick<Launch, "entry">): string {
  const { id, display_name: name } = entry;
  if (name === undefined || name === id) return id;
  const shown = visibleText(name.slice(0, maxNameLength));
  return `${shown}${name.length > maxNameLength ? "…" : ""} (${id})`;
}

/** The command or address, then the facts below their headings, in their original order. */
export function summaryText({ line, facts }: LaunchSummary, headings: Headings): string {
  const kinds = new Set(facts.map(({ kind }) => kind));
  const groups = [...kinds].flatMap((kind) => {
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
  /** Number of omitted characters. 0 if this is the whole text. */
  readonly hidden: number;
}

/** The beginning of a text that fits into a dialog: whole lines, or a part of the first line if that is too long. */
export function excerptOf(text: string): Excerpt {
  const kept: string[] = [];
  let rows = 0;
  for (const line of text.split("\n")) {
    rows += Math.ceil(Math.max(1, widthOf(line)) / columns);
    if (rows > maxRows) break;
    kept.push(line);
  }
  const shown = kept.length > 0 ? kept.join("\n") : startOf(text, columns * maxRows);
  return { text: shown, hidden: text.length - shown.length };
}

/** Upper limit of the columns that the text takes, because characters of other scripts can be two columns wide. */
function widthOf(text: string): number {
  return text.length + (text.match(/[^\0-\u{2ff}]/gu)?.length ?? 0);
}

function startOf(text: string, width: number): string {
  let start = "";
  let rest = width;
  for (const character of text) {
    rest -= widthOf(character);
    if (rest < 0) break;
    start += character;
  }
  return start;
}

/** Wraps long lines, so that no text is hidden at the right of the editor. Each line of a script starts on a new line. */
export function wrapped(text: string, width = 90): string {
  return text
    .split("\n")
    .flatMap((line) => piecesOf(line, width))
    .join("\n");
}

function piecesOf(line: string, width: number): string[] {
  const indent = /^ */.exec(line)?.[0] ?? "";
  const lines = line.split(/(?<=\\n)/);
  const pieces = lines.flatMap((one) => one.match(new RegExp(`.{1,${width}}`, "gsu")) ?? [""]);
  return pieces.map((piece, at) => (at === 0 ? piece : `${indent}  ↪ ${piece}`));
}
