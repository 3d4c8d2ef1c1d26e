/** The words of the questions before a start, and what fits into a dialog. Pure: the headings are handed in. */

import { visibleText } from "../../base/visible-text.ts";
import type { Launch } from "./launch-review.ts";
import type { FactKind, LaunchSummary } from "./launch-summary.ts";

export type Headings = Readonly<Record<FactKind, string>>;

/** As wide as a line of a dialog is, and as many of them as fit on a small screen. */
const columns = 50;
const mostRows = 22;
const longestName = 60;

/** A name for a title: a catalog's name of a server may be anything. */
export function shownName({ entry }: Pick<Launch, "entry">): string {
  const { id, display_name: name } = entry;
  if (name === undefined || name === id) return id;
  const shown = visibleText(name.slice(0, longestName));
  return `${shown}${name.length > longestName ? "…" : ""} (${id})`;
}

/** What runs or is contacted, then the facts below their headings, in the order they come in. */
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
  /** How many characters are left out; 0: it is the whole text. */
  readonly hidden: number;
}

/** As much of a text as fits into a dialog: whole lines, and of a long first one as much as there is room for. */
export function excerptOf(text: string): Excerpt {
  const kept: string[] = [];
  let rows = 0;
  for (const line of text.split("\n")) {
    rows += Math.ceil(Math.max(1, widthOf(line)) / columns);
    if (rows > mostRows) break;
    kept.push(line);
  }
  const shown = kept.length > 0 ? kept.join("\n") : startOf(text, columns * mostRows);
  return { text: shown, hidden: text.length - shown.length };
}

/** At least as many columns as it takes: letters of other scripts may be as wide as two. */
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

/** What is far to the right is not seen: no line is longer than an editor shows, and each line of a script is one here. */
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
