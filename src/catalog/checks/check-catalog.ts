/** All checks of a catalog, for `--validate` and the editor. Changes and starts nothing. */

import { dirname, resolve } from "node:path";
import type { ParsedCatalog } from "../parse-catalog.ts";
import { parseCatalog } from "../parse-catalog.ts";
import type { PluginTypes } from "../plugin-types.ts";
import { noPluginTypes } from "../plugin-types.ts";
import type { Problem } from "../text/problem.ts";
import { inOrder } from "../text/problem.ts";
import { readTextFile } from "../text/read-text-file.ts";
import { unsetVariables } from "../variables/resolve-entry.ts";
import type { VariableSources } from "../variables/variable-lookup.ts";
import type { HostEnvironment } from "./host-checks.ts";
import { hostWarnings, plainSecretWarnings, thisHost } from "./host-checks.ts";
import { instanceHints } from "./instance-hints.ts";

/** All problems of a catalog file, in the order of the text. `types`: runtime types of plugins. Never rejects. */
export async function checkCatalog(
  file: string,
  sources: VariableSources,
  machine: HostEnvironment = thisHost,
  types: PluginTypes = noPluginTypes,
): Promise<Problem[]> {
  const read = await readTextFile(file);
  if (read.kind === "failed") return [read.problem];
  return checkCatalogText(read.text, dirname(resolve(file)), sources, machine, types);
}

/** The same for an unsaved text; `baseDir` is the folder of its file, absolute. */
export async function checkCatalogText(
  text: string,
  baseDir: string,
  sources: VariableSources,
  machine: HostEnvironment = thisHost,
  types: PluginTypes = noPluginTypes,
): Promise<Problem[]> {
  return checkParsedCatalog(parseCatalog(text, { types }), baseDir, sources, machine);
}

/** The same for a parsed catalog. */
export async function checkParsedCatalog(
  catalog: ParsedCatalog,
  baseDir: string,
  sources: VariableSources,
  machine: HostEnvironment = thisHost,
): Promise<Problem[]> {
  const [unset, ofMachine] = await Promise.all([
    unsetVariables(catalog, sources),
    hostWarnings(catalog, sources, baseDir, machine),
  ]);
  const byText = [...plainSecretWarnings(catalog), ...instanceHints(catalog)];
  return inOrder([...catalog.problems, ...unset, ...ofMachine, ...byText]);
}
