/** Reads a team's metadata from a file or a folder (platform.md, *metadata.yaml*). */

import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { GatewayError } from "../base/errors.ts";
import { type Problem, problemLine } from "../catalog/text/problem.ts";
import { readTextFile } from "../catalog/text/read-text-file.ts";
import type { PlatformServer } from "./generated/metadata-types.ts";
import { duplicateName, type ParsedMetadata, parseMetadata, repeatedNames } from "./parse-metadata.ts";

/** A server and the file that defines it. */
export interface DefinedServer {
  readonly server: PlatformServer;
  readonly file: string;
}

interface ReadFile {
  readonly file: string;
  readonly metadata: ParsedMetadata;
}

/** The servers of one file. Rejects with `invalid-metadata`: one line for each problem, with file, line and column. */
export async function loadMetadataFile(file: string): Promise<readonly DefinedServer[]> {
  return joined([await readMetadata(file)]);
}

/** A catalog of the gateway may be in the same folder. */
const catalogName = /^(?:.+\.)?catalog\.ya?ml$/;

/**
 * The servers of all `*.yaml` and then all `*.yml` of a folder, each sorted by name. Catalogs are skipped. Rejects with
 * `invalid-metadata`, also when there are no servers.
 */
export async function loadMetadataFolder(folder: string): Promise<readonly DefinedServer[]> {
  const names = (await namesIn(folder)).filter((name) => !catalogName.test(name));
  const files = [".yaml", ".yml"].flatMap((end) => names.filter((name) => name.endsWith(end)).sort());
  const servers = joined(await Promise.all(files.map((name) => readMetadata(join(folder, name)))));
  if (servers.length === 0) throw refused([`no servers found in metadata (${folder})`]);
  return servers;
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return [];
    throw refused([
      `${folder}: ${code === "ENOTDIR" ? "is a file, not a directory" : `cannot be read (${code})`}`,
    ]);
  }
}

async function readMetadata(file: string): Promise<ReadFile> {
  const read = await readTextFile(file);
  if (read.kind === "failed") throw refused([problemLine(file, read.problem)]);
  return { file, metadata: parseMetadata(read.text) };
}

function joined(files: readonly ReadFile[]): DefinedServer[] {
  const wrong = files.flatMap(({ file, metadata }) => metadata.problems.map((one) => problemLine(file, one)));
  if (wrong.length > 0) throw refused(wrong);
  const placed = files.flatMap(({ file, metadata }) =>
    metadata.servers.map((server, index) => ({ server, file, place: metadata.placeOfName(index) })),
  );
  const repeated = repeatedNames(placed.map(({ server }) => server.name)).flatMap(({ name, index }) => {
    const at = placed[index];
    const problem: Problem | undefined = at && {
      severity: "error",
      ...duplicateName(name),
      path: [],
      ...at.place,
    };
    return at && problem ? [problemLine(at.file, problem)] : [];
  });
  if (repeated.length > 0) throw refused(repeated);
  return placed.map(({ server, file }) => ({ server, file }));
}

function refused(lines: readonly string[]): GatewayError {
  return new GatewayError("invalid-metadata", `failed to load metadata: ${lines.join("\n")}`);
}
