/** Where a server stands in the files of the catalogs, be its entry right or wrong. */

import { readCatalogText } from "../../catalog/text/read-catalog.ts";
import { readYaml } from "../../catalog/text/yaml-text.ts";
import type { Catalog } from "./find-catalogs.ts";

export interface ServerLocation {
  readonly file: string;
  /** From 0. */
  readonly line: number;
}

/** In the first catalog that has the id; a file that is no YAML has none. */
export async function locateServer(
  catalogs: readonly Catalog[],
  id: string,
): Promise<ServerLocation | undefined> {
  for (const { file } of catalogs) {
    const read = await readCatalogText(file);
    if (read.kind === "failed") continue;
    const yaml = readYaml(read.text);
    const { servers } = (yaml.value ?? {}) as { servers?: unknown };
    const index = Array.isArray(servers) ? servers.findIndex((server) => server?.id === id) : -1;
    if (index >= 0) return { file, line: yaml.placeOf(["servers", index, "id"], "value").line - 1 };
  }
  return undefined;
}
