/** `gateway-http --validate`: prints every problem of config and catalog. Starts nothing. */

import { dirname } from "node:path";
import { checkCatalog } from "../catalog/checks/check.ts";
import { thisMachine } from "../catalog/checks/machine-checks.ts";
import { noPluginTypes, type PluginTypes } from "../catalog/plugin-types.ts";
import { hasErrors, type Problem, problemLine } from "../catalog/text/problem.ts";
import { headlessSources } from "../catalog/variables/sources.ts";
import { loadConfig, type NamedCatalog } from "../config/config.ts";
import type { ConfigFlags } from "../config/config-values.ts";
import { pluginsOf } from "./config-plugins.ts";
import { printLine } from "./terminal.ts";

/** Resolves with the exit code: 1 on any error, 0 when there are only warnings or nothing. */
export async function validate(flags: ConfigFlags): Promise<number> {
  const loaded = await loadConfig({ flags });
  if (loaded.kind === "invalid") {
    printLines(loaded.lines);
    if (loaded.catalog) await validateCatalog(loaded.catalog, noPluginTypes);
    return 1;
  }
  printLines(loaded.warnings.map((warning) => `warning: ${warning}`));
  const { plugins, problems } = await pluginsOf(loaded);
  printLines(problems);
  if (problems.length > 0) return 1;
  const { catalogPath: path, secretsDir } = loaded.config;
  const found = await validateCatalog({ path, secretsDir }, plugins.types);
  if (found.length === 0) printLines([`${path}: no problems`]);
  return hasErrors(found) ? 1 : 0;
}

async function validateCatalog({ path, secretsDir }: NamedCatalog, types: PluginTypes): Promise<Problem[]> {
  const sources = headlessSources({
    baseDir: dirname(path),
    ...(secretsDir !== undefined && { secretsDir }),
  });
  const problems = await checkCatalog(path, sources, thisMachine, types);
  printLines(problems.map((problem) => problemLine(path, problem)));
  return problems;
}

function printLines(lines: readonly string[]): void {
  for (const line of lines) printLine(line);
}
