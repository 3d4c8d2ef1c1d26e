/** Which catalogs a window has (vscode.md, *Gateway in the window*). Pure: whether a file is there is asked of the caller. */

import { join, resolve } from "node:path";
import { fullPath } from "../../catalog/variables/user-paths.ts";

export interface Catalog {
  /** Absolute. */
  readonly file: string;
  /** The workspace folder it belongs to; absent for the user's own. */
  readonly folder?: string;
}

export interface Workspace {
  /** Absolute paths, each with the catalog its settings name ("" for none). */
  readonly folders: readonly { readonly path: string; readonly setting: string }[];
  /** The catalog the user's settings name, for a window without folders. */
  readonly setting: string;
  readonly userHome: string;
}

/** Where a folder's catalog may lie, the first that is there counts. */
export const catalogNames = ["catalog.yaml", join(".mcp", "catalog.yaml")] as const;

/** The user's own catalog, beside the config of the headless gateway. */
export function ownCatalog(userHome: string): string {
  return join(userHome, ".config", "mcp-gateway", "catalog.yaml");
}

/** In the order of the folders, each file once. A file that a setting names counts whether it is there or not. */
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
