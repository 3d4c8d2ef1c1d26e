/** Reads objects from YAML files. Errors have file and line. Sends nothing. */

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { LineCounter, parseAllDocuments } from "yaml";
import { GatewayError } from "../../base/errors.ts";
import { isObject } from "../../base/json.ts";
import type { ClusterObject } from "../../kube/objects.ts";

/** All `*.yaml`, `*.yml` and `*.json` of a folder, sorted. Rejects with the contract's message when there are none. */
export async function manifestFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((): string[] => []);
  const files = names.filter((name) => /\.(ya?ml|json)$/.test(name)).sort();
  if (files.length === 0) throw new GatewayError("invalid-metadata", `no manifest files found in ${folder}`);
  return files.map((name) => join(folder, name));
}

/** The objects of one file. Rejects with `invalid-metadata`. */
export async function readManifests(file: string): Promise<ClusterObject[]> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new GatewayError("invalid-metadata", `${file}: cannot be read (${error.code})`);
  });
  const lines = new LineCounter();
  return parseAllDocuments(text, { lineCounter: lines, prettyErrors: false, logLevel: "error" }).flatMap(
    (document) => {
      const offset = document.errors[0]?.pos[0] ?? document.contents?.range?.[0] ?? 0;
      const { line, col } = lines.linePos(offset);
      const refuse = (why: string) => new GatewayError("invalid-metadata", `${file}:${line}:${col}: ${why}`);
      const [error] = document.errors;
      if (error) throw refuse(error.message);
      const value: unknown = document.toJS();
      if (value === null || value === undefined) return [];
      if (!isClusterObject(value))
        throw refuse("is not a Kubernetes object: it needs apiVersion, kind and metadata.name");
      return [value];
    },
  );
}

function isClusterObject(value: unknown): value is ClusterObject {
  if (!isObject(value)) return false;
  const { apiVersion, kind, metadata } = value;
  const isNamed = isObject(metadata) && typeof metadata["name"] === "string";
  return typeof apiVersion === "string" && typeof kind === "string" && isNamed;
}
