/** Finds the position of a server in the catalog files, even if its entry is not valid. */

import { readTextFile } from "../../catalog/text/read-text-file.ts";
import { readYaml } from "../../catalog/text/yaml-text.ts";
import type { Catalog } from "./find-catalogs.ts";

export interface ServerLocation {
  readonly file: string;
  /** Zero-based. */
  readonly line: number;
}

/** Position in the first catalog that has the id. Files that are not YAML are skipped. */
export async function locateServer(
  catalogs: readonly Catalog[],
  id: string,
): Promise<ServerLocation | undefined> {
  for (const { file } of catalogs) {
    const read = await readTextFile(file);
    if (read.kind === "failed") continue;
    const yaml = readYaml(read.text);
    const { servers } = (yaml.value ?? {}) as { servers?: unknown };
    const index = Array.isArray(servers) ? servers.findIndex((server) => server?.id === id) : -1;
    if (index >= 0) return { file, line: yaml.placeOf(["servers", index, "id"], "value").line - 1 };
  }
  return undefined;
}
