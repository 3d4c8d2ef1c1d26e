/** Problems as diagnostics of LSP. Pure: finds nothing itself. */

import type { Diagnostic } from "vscode-languageserver";
import { visibleText } from "../../src/base/visible-text.ts";
import type { Problem } from "../../src/catalog/text/problem.ts";
import { rangeOf } from "../documents/text-ranges.ts";

/** More cannot be looked at by anybody, and would hold up the editor. */
const mostShown = 2_000;
const mostRelated = 10;

const severities = { error: 1, warning: 2, hint: 4 } as const;

/** In the order of the problems, the first ones of very many. Each end of a repeated id points to others. */
export function diagnosticsOf(found: readonly Problem[], uri: string): Diagnostic[] {
  const problems = found.slice(0, mostShown);
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
    .slice(0, mostRelated + 1)
    .filter((other) => other !== problem)
    .slice(0, mostRelated);
}
