/** Problems as diagnostics of LSP. Pure: finds nothing itself. */

import type { Diagnostic } from "vscode-languageserver";
import type { Problem } from "../../src/catalog/text/problem.ts";
import { rangeOf } from "../documents/places.ts";

const severities = { error: 1, warning: 2 } as const;

/** In the order of the problems. Each end of a repeated id points to the others. */
export function diagnosticsOf(problems: readonly Problem[], uri: string): Diagnostic[] {
  const repeated = Map.groupBy(
    problems.filter(({ code }) => code === "duplicate-id"),
    ({ message }) => message,
  );
  return problems.map((problem) => {
    const { severity, code, message } = problem;
    const others = (repeated.get(message) ?? []).filter((other) => other !== problem);
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
