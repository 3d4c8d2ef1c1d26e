/** Finds the catalogs of a window (vscode.md, *Gateway in the window*). Pure: the caller checks whether a file exists. */

import { join, resolve } from "node:path";
import { fullPath } from "../../catalog/variables/user-paths.ts";

export interface Catalog {
  /** Absolute. */
  readonly file: string;
  /** The workspace folder of the catalog. Absent for the user's own catalog. */
  readonly folder?: string;
}

export interface Workspace {
  /** Absolute paths, each with the catalog from the settings of the folder ("" for none). */
  readonly folders: readonly { readonly path: string; readonly setting: string }[];
  /** The catalog from the user's settings, for a window without folders. */
  readonly setting: string;
  readonly userHome: string;
}

/** Paths of a catalog in a folder. The first one that exists is used. */
export const catalogNames = ["catalog.yaml", join(".mcp", "catalog.yaml")] as const;

/** The user's own catalog, next to the config of the headless gateway. */
export function ownCatalog(userHome: string): string {
  return join(userHome, ".config", "mcp-gateway", "catalog.yaml");
}

/** Catalogs in the order of the folders, each file once. A file from a setting is included even if it does not exist. */
export async function findCatalogs(
  { folders, setting, userHome }: Workspace,
  exists: (file: string) => Promise<boolean>,
): Promise<Catalog[]> {
  const found: Catalog[] = [];
  for (const folder of folders) found.push(...(await ofFolder(folder, userHome, exists)));
  if (found.length > 0) return distinct(found);
  if (setting !== "") return [{ file: fullPath(setting, userHome, userHome) }];
  const own = ownCatalog(userHome);
  return (await exists(own)) ? [{ file: own }] : [];
}

async function ofFolder(
  { path, setting }: Workspace["folders"][number],
  userHome: string,
  exists: (file: string) => Promise<boolean>,
): Promise<Catalog[]> {
  if (setting !== "") {
    const named = setting.replaceAll(/\$\{(workspaceFolder|userHome)\}/g, (_, name: string) =>
      name === "userHome" ? userHome : path,
    );
    return [{ file: fullPath(named, userHome, path), folder: path }];
  }
  for (const name of catalogNames) {
    const file = resolve(path, name);
    if (await exists(file)) return [{ file, folder: path }];
  }
  return [];
}

function distinct(catalogs: readonly Catalog[]): Catalog[] {
  return [...new Map(catalogs.map((catalog) => [catalog.file, catalog])).values()];
}
