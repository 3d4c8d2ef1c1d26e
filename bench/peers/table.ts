/** The figures as a table in Markdown, and its place in a page. */

import { readFile, writeFile } from "node:fs/promises";
import type { Row, Unit } from "./measurements.ts";

const begin = "<!-- measured:peers -->";
const end = "<!-- /measured:peers -->";

/** Each figure with its ratio to the first one. A dash stands where a subject cannot do it. */
export function tableOf(names: readonly string[], rows: readonly Row[]): string {
  const head = ["", ...names];
  const lines = rows.map(({ what, unit, figures }) => {
    const [base] = figures;
    return [what, ...figures.map((figure, index) => cell(figure, unit, index === 0 ? undefined : base))];
  });
  return [head, head.map((_, index) => (index === 0 ? "---" : "--:")), ...lines]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n");
}

function cell(figure: number | undefined, unit: Unit, base: number | undefined): string {
  if (figure === undefined || Number.isNaN(figure)) return "—";
  const ratio = base !== undefined && base > 0 ? ` (${(figure / base).toFixed(1)}×)` : "";
  return `${rounded(figure)} ${unit}${ratio}`;
}

function rounded(figure: number): string {
  if (figure >= 100) return figure.toFixed(0);
  return figure >= 10 ? figure.toFixed(1) : figure.toFixed(2);
}

/** Replaces the text between the markers of the page. */
export async function writeTable(path: string, table: string): Promise<void> {
  const page = await readFile(path, "utf8");
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${path} does not have the markers ${begin} and ${end}`);
  await writeFile(path, `${page.slice(0, from + begin.length)}\n${table}\n${page.slice(to)}`);
}
