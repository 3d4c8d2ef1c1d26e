/** `gateway-http --validate`: prints every problem of config and catalog. Starts nothing. */

import { dirname } from "node:path";
import { checkCatalog } from "../catalog/checks/check.ts";
import { thisMachine } from "../catalog/checks/machine-checks.ts";
import { hasErrors, problemLine } from "../catalog/text/problem.ts";
import { headlessSources } from "../catalog/variables/sources.ts";
import { loadConfig } from "../config/config.ts";
import type { ConfigFlags } from "../config/config-values.ts";
import { pluginsOf } from "./config-plugins.ts";

/** Resolves with the exit code: 1 on any error, 0 when there are only warnings or nothing. */
export async function validate(flags: ConfigFlags): Promise<number> {
  const loaded = await loadConfig({ flags });
  if (loaded.kind === "invalid") {
    for (const line of loaded.lines) process.stdout.write(`${line}\n`);
    return 1;
  }
  const { plugins, problems: ofPlugins } = await pluginsOf(loaded);
  for (const line of ofPlugins) process.stdout.write(`${line}\n`);
  if (ofPlugins.length > 0) return 1;
  const { catalogPath, secretsDir } = loaded.config;
  const sources = headlessSources({ baseDir: dirname(catalogPath), secretsDir });
  const problems = await checkCatalog(catalogPath, sources, thisMachine, plugins.types);
  for (const problem of problems) process.stdout.write(`${problemLine(catalogPath, problem)}\n`);
  if (problems.length === 0) process.stdout.write(`${catalogPath}: no problems\n`);
  return hasErrors(problems) ? 1 : 0;
}
