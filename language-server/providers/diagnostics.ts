/** Converts problems to LSP diagnostics. Pure. */

import type { Diagnostic } from "vscode-languageserver";
import { visibleText } from "../../src/base/visible-text.ts";
import type { Problem } from "../../src/catalog/text/problem.ts";
import { rangeOf } from "../documents/text-ranges.ts";

/** Limit for the number of diagnostics, because more would slow down the editor. */
const maxShown = 2_000;
const maxRelated = 10;

const severities = { error: 1, warning: 2, hint: 4 } as const;

/** In the order of the problems, up to the limit. The diagnostics of a duplicate id refer to each other. */
export function diagnosticsOf(found: readonly Problem[], uri: string): Diagnostic[] {
  const problems = found.slice(0, maxShown);
  const repeated = Map.groupBy(
    problems.filter(({ code }) => code === "duplicate-id"),
    ({ message }) => message,
  );
  return problems.map((problem) => {
    const { severity, code } = problem;
    const message = visibleText(problem.message);
    const others = code === "duplicate-id" ? othersOf(problem, repeated.get(problem.message)) : [];
    return {
      range: rangeOf(problem),
      severity: severities[severity],
      source: "MCP Gateway",
      code,
      message,
      ...(others.length > 0 && {
        relatedInformation: others.map((other) => ({ location: { uri, range: rangeOf(other) }, message })),
      }),
    };
  });
}

function othersOf(problem: Problem, same: readonly Problem[] = []): Problem[] {
  return same
    .slice(0, maxRelated + 1)
    .filter((other) => other !== problem)
    .slice(0, maxRelated);
}
