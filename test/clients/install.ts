/** Puts agent clients from npm into a cache folder, a folder for each. */

import { execFile } from "node:child_process";
import { access, mkdir } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { AgentClient } from "./list.ts";

const run = promisify(execFile);
const longestMs = 300_000;

const cacheFolder =
  process.env["MCP_TEST_CLIENTS"] ??
  join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "mcp-test", "clients");

/** Resolves with the program's path; rejects with why it is not there. */
export async function installedProgram(client: AgentClient): Promise<string> {
  const prefix = join(cacheFolder, client.package.split("/").at(-1) ?? client.package);
  const program = join(prefix, "node_modules", ".bin", client.program);
  if (await isThere(program)) return program;
  await mkdir(prefix, { recursive: true });
  const quiet = ["--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts"];
  await run("npm", ["install", ...quiet, "--prefix", prefix, client.package], { timeout: longestMs });
  if (client.afterInstall !== undefined) {
    const cwd = join(prefix, "node_modules", client.package);
    await run(process.execPath, [client.afterInstall], { cwd, timeout: longestMs });
  }
  return program;
}

function isThere(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
