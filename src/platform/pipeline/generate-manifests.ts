/**
 * Writes a manifest for each server of the metadata. Removes none; surplus manifests are reported (platform.md, *CLI*).
 */

import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { DefinedServer } from "../../metadata/load-metadata.ts";
import { type ManifestOptions, manifestOf, manifestText } from "./server-manifest.ts";

export interface Generated {
  /** Paths of the manifests, in the order of the metadata, up to date. */
  readonly files: readonly string[];
  /** Other manifests in the folder, without a server in the metadata. */
  readonly stale: readonly string[];
}

export async function generateManifests(
  servers: readonly DefinedServer[],
  folder: string,
  options: ManifestOptions,
): Promise<Generated> {
  await mkdir(folder, { recursive: true });
  const files: string[] = [];
  for (const { server } of servers) {
    const file = join(folder, `${server.name}.yaml`);
    await writeChanged(file, manifestText(manifestOf(server, options)));
    files.push(file);
  }
  const present = (await readdir(folder)).filter((name) => /\.(ya?ml|json)$/.test(name)).sort();
  return { files, stale: present.map((name) => join(folder, name)).filter((file) => !files.includes(file)) };
}

/** An unchanged file is not written, so that no file watcher is triggered. */
async function writeChanged(file: string, text: string): Promise<void> {
  const before = await readFile(file, "utf8").catch(() => undefined);
  if (before !== text) await writeFile(file, text);
}
