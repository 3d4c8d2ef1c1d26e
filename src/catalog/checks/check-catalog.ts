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

export interface CheckOptions {
  /** Folder of the catalog's file, absolute. */
  readonly baseDir: string;
  readonly sources: VariableSources;
  readonly machine?: HostEnvironment;
  /** Runtime types of plugins. */
  readonly types?: PluginTypes;
}

/** All problems of a catalog file, in the order of the text. `types`: runtime types of plugins. Never rejects. */
export async function checkCatalog(
  file: string,
  sources: VariableSources,
  machine: HostEnvironment = thisHost,
  types: PluginTypes = noPluginTypes,
): Promise<Problem[]> {
  const read = await readTextFile(file);
  if (read.kind === "failed") return [read.problem];
  return checkCatalogText(read.text, { baseDir: dirname(resolve(file)), sources, machine, types });
}

/** The same for an unsaved text. */
export async function checkCatalogText(
  text: string,
  { types = noPluginTypes, ...options }: CheckOptions,
): Promise<Problem[]> {
  return checkParsedCatalog(parseCatalog(text, { types }), options);
}

/** The same for a parsed catalog. */
export async function checkParsedCatalog(
  catalog: ParsedCatalog,
  { baseDir, sources, machine = thisHost }: Omit<CheckOptions, "types">,
): Promise<Problem[]> {
  const [unset, ofMachine] = await Promise.all([
    unsetVariables(catalog, sources),
    hostWarnings(catalog, sources, baseDir, machine),
  ]);
  const byText = [...plainSecretWarnings(catalog), ...instanceHints(catalog)];
  return inOrder([...catalog.problems, ...unset, ...ofMachine, ...byText]);
}
