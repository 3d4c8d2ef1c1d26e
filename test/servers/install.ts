/**
 * Puts servers from npm into a cache folder, a folder for each, and returns how each is started. Runs none of their
 * scripts.
 */

import { execFile } from "node:child_process";
import { mkdir, readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { root } from "../support/gateway.ts";
import type { RealServer } from "./list.ts";

const run = promisify(execFile);
const longestMs = 180_000;

/** How a server is started. In addition to `env`, its environment has only PATH and its own HOME. */
export interface Startable {
  readonly id: string;
  readonly version: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export const cacheFolder =
  process.env["MCP_TEST_SERVERS"] ??
  join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "mcp-test", "servers");

/** Rejects with the reason why the package cannot be installed. A package in the cache is used as it is. */
export async function installed(server: RealServer, folder: string): Promise<Startable> {
  const prefix = server.isOwn ? root : join(cacheFolder, server.id);
  const place = join(prefix, "node_modules", server.package);
  const manifest = await readManifest(place).catch(() => install(server, prefix, place));
  const filled = (text: string) => text.replaceAll("{folder}", folder);
  const env = Object.entries(server.env ?? {}).map(([name, value]) => [name, filled(value)]);
  return {
    id: server.id,
    version: manifest.version,
    args: [join(place, programOf(manifest, server)), ...(server.args ?? []).map(filled)],
    env: Object.fromEntries(env),
  };
}

interface Manifest {
  readonly version: string;
  readonly bin?: string | Readonly<Record<string, string>>;
}

async function readManifest(place: string): Promise<Manifest> {
  return JSON.parse(await readFile(join(place, "package.json"), "utf8")) as Manifest;
}

async function install(server: RealServer, prefix: string, place: string): Promise<Manifest> {
  await mkdir(prefix, { recursive: true });
  const quiet = ["--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts", "--omit=dev"];
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  await run(npm, ["install", ...quiet, "--prefix", prefix, server.package], {
    timeout: longestMs,
    shell: process.platform === "win32",
  });
  return readManifest(place);
}

function programOf({ bin }: Manifest, server: RealServer): string {
  if (typeof bin === "string") return bin;
  const name = server.program ?? server.package.split("/").at(-1) ?? "";
  const program = bin?.[name] ?? Object.values(bin ?? {})[0];
  if (program === undefined) throw new Error("the package has no program");
  return program;
}
