/**
 * The folder that an image is built from, in the form for an engine: a compressed tar without the files in
 * `.dockerignore`.
 */

import type { Dirent } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import library from "@balena/dockerignore";
import tar from "tar-fs";

/** The library's types declare a second `default` that does not exist. */
const dockerignore = library as unknown as typeof library.default;

export interface BuildContext {
  readonly archive: Readable;
  /** Resolves once everything is packed. Rejects when a file cannot be read. */
  readonly packed: Promise<void>;
}

/** `dockerfile`: relative to the folder; always packed. Rejects when the folder cannot be read. */
export async function buildContext(folder: string, dockerfile: string): Promise<BuildContext> {
  const entries = await contextFiles(folder, dockerfile);
  const archive = createGzip();
  // The list is complete: files in a folder are listed themselves, or are excluded.
  const pack = tar.pack(folder, { entries, ignore: () => true });
  return { archive, packed: pipeline(pack, archive) };
}

/** The files of a folder that an image is built from: paths relative to it, with slashes. */
export async function contextFiles(folder: string, dockerfile: string): Promise<string[]> {
  const own = `${dockerfile}.dockerignore`;
  const rules = (await textOf(join(folder, own))) ?? (await textOf(join(folder, ".dockerignore"))) ?? "";
  const ignore = dockerignore({ ignorecase: false }).add(rules);
  // Only with an exception may a file in an excluded folder be included.
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

/** Sockets and similar entries have no content. */
function isPacked(entry: Dirent): boolean {
  return entry.isFile() || entry.isDirectory() || entry.isSymbolicLink();
}

async function textOf(file: string): Promise<string | undefined> {
  return readFile(file, "utf8").catch(() => undefined);
}
