/** Puts agent clients from npm into a cache folder, a folder for each. */

import { execFile } from "node:child_process";
import { access, copyFile, mkdir } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { AgentClient } from "./list.ts";

const run = promisify(execFile);
const longestMs = 300_000;

const cacheFolder =
  process.env["MCP_TEST_CLIENTS"] ??
  join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "mcp-test", "clients");

/** Resolves with the command line that starts it. Rejects with the reason why it cannot be installed. */
export async function installedProgram(client: AgentClient): Promise<readonly [string, ...string[]]> {
  const prefix = join(cacheFolder, client.package.replace("/", "+"));
  if (typeof client.program !== "string") {
    if (!(await isThere(join(prefix, "node_modules", client.package)))) await install(client, prefix);
    // A module finds the packages beside it.
    const scripts = join(import.meta.dirname, "libraries");
    for (const file of ["call-once.mjs", client.program.script])
      await copyFile(join(scripts, file), join(prefix, file));
    return [process.execPath, join(prefix, client.program.script)];
  }
  const program = join(prefix, "node_modules", ".bin", client.program);
  if (!(await isThere(program))) await install(client, prefix);
  return [program];
}

async function install(client: AgentClient, prefix: string): Promise<void> {
  await mkdir(prefix, { recursive: true });
  const packages = [client.package, ...(client.alsoInstalled ?? [])];
  const quiet = ["--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts"];
  await run("npm", ["install", ...quiet, "--prefix", prefix, ...packages], { timeout: longestMs });
  if (client.afterInstall !== undefined) {
    const cwd = join(prefix, "node_modules", client.package);
    await run(process.execPath, [client.afterInstall], { cwd, timeout: longestMs });
  }
}

function isThere(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
