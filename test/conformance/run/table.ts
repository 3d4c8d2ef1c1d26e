/** The result as a table with one row for each scenario and one column for each target. Pure. */

import type { Outcome, Suite } from "./suites.ts";

export interface Column {
  readonly target: string;
  readonly outcomes: readonly Outcome[];
}

/**
 * `ok`, `ok ~` (with a warning) or `FAILED`. Brackets mark a scenario that does not count, and `-` one that was not
 * run.
 */
export function table(suite: Suite, columns: readonly Column[]): string {
  const scenarios = [...new Set(columns.flatMap(({ outcomes }) => outcomes.map(({ scenario }) => scenario)))];
  const rows = scenarios.map((scenario) => [scenario, ...columns.map((column) => cell(column, scenario))]);
  const totals = [
    `total (${suite.expected} expected)`,
    ...columns.map(({ outcomes }) => `${passes(outcomes)}/${counting(outcomes).length}`),
  ];
  return aligned([[suite.name, ...columns.map(({ target }) => target)], ...rows, totals]);
}

/** The number to compare with the required one. */
export function passes(outcomes: readonly Outcome[]): number {
  return counting(outcomes).filter(({ passed }) => passed).length;
}

function counting(outcomes: readonly Outcome[]): Outcome[] {
  return outcomes.filter(({ counts }) => counts);
}

function cell({ outcomes }: Column, scenario: string): string {
  const outcome = outcomes.find((candidate) => candidate.scenario === scenario);
  if (!outcome) return "-";
  const warned = outcome.remarks.length > 0 ? "ok ~" : "ok";
  const text = outcome.passed ? warned : "FAILED";
  return outcome.counts ? text : `(${text})`;
}

function aligned(rows: readonly string[][]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const line = (row: string[]) => row.map((text, column) => text.padEnd(widths[column] ?? 0)).join("  ");
  return rows.map((row) => line(row).trimEnd()).join("\n");
}
