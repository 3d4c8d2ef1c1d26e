/** Where a headless gateway finds the values of variables: process environment, `.env`, files of secrets. */

import { closeSync, fstatSync, openSync, readFileSync, type Stats } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, dirname, join } from "node:path";
import { parse } from "dotenv";
import { mostBytes } from "../text/read-catalog.ts";
import type { VariableSources } from "./variable-lookup.ts";

export const defaultSecretsDir = "/run/secrets";

export interface HeadlessOptions {
  /** The catalog's folder, absolute: its `.env` is read. */
  readonly baseDir: string;
  readonly processEnv?: Readonly<Record<string, string | undefined>>;
  /** Folder with one file per secret. */
  readonly secretsDir?: string;
  readonly userHome?: string;
}

/**
 * Looks values up when asked, so that a changed `.env` or secret holds from the next start on. The process environment
 * beats `.env`; a `.env` that cannot be read, or is larger than 1 MiB, counts as none.
 */
export function headlessSources(options: HeadlessOptions): VariableSources {
  const { baseDir, processEnv = process.env, secretsDir, userHome = homedir() } = options;
  const folder = secretsDir ?? processEnv["MCP_GATEWAY_SECRETS_DIR"] ?? defaultSecretsDir;
  const dotenv = dotenvFile(join(baseDir, ".env"));
  return {
    env: (name) => own(processEnv, name) ?? own(dotenv(), name),
    secret: (name) => secretFile(folder, name),
    workspaceFolder: basename(baseDir) === ".mcp" ? dirname(baseDir) : baseDir,
    userHome,
  };
}

/** The content of file `name` in `folder` without a byte order mark and its last line end; undefined where there is no such file. */
async function secretFile(folder: string, name: string): Promise<string | undefined> {
  // The grammar of variables allows no other names; this is the lock, not the sign on the door.
  if (name !== basename(name) || name.includes("\\") || name.startsWith(".")) return undefined;
  const path = join(folder, name);
  try {
    // Reading a pipe would wait for its writer.
    if (!(await stat(path)).isFile()) throw new Error("it is not a file");
    return (await readFile(path, "utf8")).replace(/^\uFEFF/, "").replace(/\r?\n$/, "");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : undefined;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw code === undefined ? error : new Error(code, { cause: error });
  }
}

function dotenvFile(path: string): () => Readonly<Record<string, string>> {
  let lastText = "";
  let values: Record<string, string> = {};
  return () => {
    const text = textOf(path);
    if (text !== lastText) values = parse(text);
    lastText = text;
    return values;
  };
}

function textOf(path: string): string {
  let file: number | undefined;
  try {
    file = openSync(path, "r");
    return mayBeRead(fstatSync(file)) ? readFileSync(file, "utf8").replace(/^\uFEFF/, "") : "";
  } catch {
    return "";
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** A device may never end. Password managers make `.env` a pipe. */
function mayBeRead(found: Stats): boolean {
  return found.isFIFO() || (found.isFile() && found.size <= mostBytes);
}

/** Not what every object inherits. Asks by type, as Windows finds `Path` by any case. */
function own(values: Readonly<Record<string, string | undefined>>, name: string): string | undefined {
  const value: unknown = values[name];
  return typeof value === "string" ? value : undefined;
}
