/** The folder an image is built from, as an engine takes it: a compressed tar without what `.dockerignore` names. */

import type { Dirent } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import library from "@balena/dockerignore";
import tar from "tar-fs";

/** Its types tell of a default within the one there is. */
const dockerignore = library as unknown as typeof library.default;

export interface BuildContext {
  readonly archive: Readable;
  /** Rejects when something cannot be read; resolves once all of it is packed. */
  readonly packed: Promise<void>;
}

/** `dockerfile`: as seen from the folder; it is packed in any case. Rejects when the folder cannot be read. */
export async function buildContext(folder: string, dockerfile: string): Promise<BuildContext> {
  const entries = await contextFiles(folder, dockerfile);
  const archive = createGzip();
  // The list is whole: what is below a folder is in it, or is not wanted.
  const pack = tar.pack(folder, { entries, ignore: () => true });
  return { archive, packed: pipeline(pack, archive) };
}

/** What of a folder an image is built from: paths as seen from it, with slashes. */
export async function contextFiles(folder: string, dockerfile: string): Promise<string[]> {
  const own = `${dockerfile}.dockerignore`;
  const rules = (await textOf(join(folder, own))) ?? (await textOf(join(folder, ".dockerignore"))) ?? "";
  const ignore = dockerignore({ ignorecase: false }).add(rules);
  // Only then something below a folder that is named may be wanted.
  const hasExceptions = /^\s*!/m.test(rules);
  const always = [dockerfile.replaceAll("\\", "/").replace(/^\.\//, ""), ".dockerignore", own];
  const found: string[] = [];
  const look = async (below: string): Promise<void> => {
    const entries = await readdir(join(folder, below), { withFileTypes: true });
    for (const entry of entries.filter(isPacked)) {
      const path = below === "" ? entry.name : `${below}/${entry.name}`;
      const isWanted = always.includes(path) || !ignore.ignores(path);
      if (isWanted) found.push(path);
      const hasAlways = always.some((one) => one.startsWith(`${path}/`));
      if (entry.isDirectory() && (isWanted || hasExceptions || hasAlways)) await look(path);
    }
  };
  await look("");
  return found;
}

/** Sockets and the like have no content. */
function isPacked(entry: Dirent): boolean {
  return entry.isFile() || entry.isDirectory() || entry.isSymbolicLink();
}

async function textOf(file: string): Promise<string | undefined> {
  return readFile(file, "utf8").catch(() => undefined);
}
