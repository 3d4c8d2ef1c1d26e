/** `gateway-http --validate`: prints all problems of config and catalog. Does not start servers. */

import { dirname } from "node:path";
import { checkCatalog } from "../catalog/checks/check-catalog.ts";
import { thisHost } from "../catalog/checks/host-checks.ts";
import { noPluginTypes, type PluginTypes } from "../catalog/plugin-types.ts";
import { hasErrors, type Problem, problemLine } from "../catalog/text/problem.ts";
import { headlessSources } from "../catalog/variables/headless-sources.ts";
import type { ConfigFlags } from "../config/config-values.ts";
import { loadConfig, type NamedCatalog } from "../config/load-config.ts";
import { catalogFile } from "../gateway/catalog-source.ts";
import { listFiles, listKey } from "../router/lists/list-store.ts";
import { visibleItems } from "../router/tool-policy.ts";
import { sizeOf, type ToolsSize } from "../router/tools-size.ts";
import { launchKey } from "../supervisor/launch-key.ts";
import { cacheDir } from "./cache-dir.ts";
import { pluginsOf } from "./config-plugins.ts";
import { printLine } from "./terminal.ts";

/** Resolves with the exit code: 1 for any error, else 0. */
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
  const { catalogPath: path, secretsDir, toolsWarningTokens } = loaded.config;
  const found = await validateCatalog({ path, secretsDir }, plugins.types);
  if (found.length === 0) printLines([`${path}: no problems`]);
  if (hasErrors(found)) return 1;
  printLines(await toolsLines(path, plugins.types, toolsWarningTokens));
  return 0;
}

/** Size of the tools of each server whose list is in the user's cache. */
async function toolsLines(path: string, types: PluginTypes, warningTokens: number): Promise<string[]> {
  const reading = await catalogFile(path, types).read();
  if (reading.kind === "invalid") return [];
  const store = listFiles(cacheDir());
  const lines = await Promise.all(
    reading.entries.map(async (entry) => {
      const stored = await store.read(listKey(entry.id, launchKey(entry)));
      const items = stored?.lists.tools;
      if (!items) return [];
      return [toolsLine(path, entry.id, sizeOf(visibleItems("tools", items, entry)), warningTokens)];
    }),
  );
  return lines.flat();
}

function toolsLine(path: string, id: string, size: ToolsSize, warningTokens: number): string {
  const { count, bytes, estimated_tokens: tokens } = size;
  const tools = count === 1 ? "1 tool" : `${count} tools`;
  const fact = `server '${id}' listed ${tools} (${bytes} bytes, about ${tokens} tokens)`;
  if (warningTokens === 0 || tokens <= warningTokens) return `${path}: ${fact}`;
  return `${path}: warning: ${fact}, more than ${warningTokens}: select tools with 'tools.allow', or set tools_mode to search`;
}

async function validateCatalog({ path, secretsDir }: NamedCatalog, types: PluginTypes): Promise<Problem[]> {
  const sources = headlessSources({
    baseDir: dirname(path),
    ...(secretsDir !== undefined && { secretsDir }),
  });
  const problems = await checkCatalog(path, sources, thisHost, types);
  printLines(problems.map((problem) => problemLine(path, problem)));
  return problems;
}

function printLines(lines: readonly string[]): void {
  for (const line of lines) printLine(line);
}
