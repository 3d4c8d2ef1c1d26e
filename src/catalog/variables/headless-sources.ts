/** Values of variables for a headless gateway: process environment, `.env`, files of secrets. */

import { closeSync, fstatSync, openSync, readFileSync, type Stats } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, dirname, join } from "node:path";
import { parse } from "dotenv";
import { mostBytes } from "../text/read-text-file.ts";
import type { VariableSources } from "./variable-lookup.ts";

export const defaultSecretsDir = "/run/secrets";

export interface HeadlessOptions {
  /** The catalog's folder, absolute. Its `.env` is read. */
  readonly baseDir: string;
  readonly processEnv?: Readonly<Record<string, string | undefined>>;
  /** Folder with one file per secret. */
  readonly secretsDir?: string;
  readonly userHome?: string;
}

/**
 * Reads values at each lookup, so that a changed `.env` or secret applies from the next start on. The process
 * environment wins over `.env`. A `.env` that is unreadable or larger than 1 MiB is ignored.
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

/**
 * The content of file `name` in `folder` without byte order mark and last line end; `undefined` if the file does not
 * exist.
 */
async function secretFile(folder: string, name: string): Promise<string | undefined> {
  // A second check besides the syntax of variables, because this one protects the files.
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

/** Ignores inherited properties. Checks the type of the value, because `Path` has any case on Windows. */
function own(values: Readonly<Record<string, string | undefined>>, name: string): string | undefined {
  const value: unknown = values[name];
  return typeof value === "string" ? value : undefined;
}
