/**
 * Runs programs by Windows' Node.js under Wine, where the environment names one. `WIN_NODE` runs a program, and
 * `WIN_NODE_EXE` is its path for Windows programs. `/a/b` is `Z:\a\b` there.
 */

import { type ChildProcess, spawn } from "node:child_process";
import { openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { temporaryFolder } from "./gateway.ts";

const node = process.env["WIN_NODE"];

/** Path of Windows' Node.js for its programs. */
export const windowsNode = process.env["WIN_NODE_EXE"] ?? "";

/** Reason why tests on Windows are skipped, or `false` where they run. */
export const noWindows =
  node === undefined && "WIN_NODE is not set: no Windows Node.js under Wine is installed here";

export function windowsPath(path: string): string {
  return `Z:${path.replaceAll("/", "\\")}`;
}

export interface WindowsProgram {
  readonly process: ChildProcess;
  readonly exited: Promise<number | null>;
  /** Everything that it wrote so far. Wine's standard output cannot be a pipe of this system. */
  output(): string;
}

/** The environment without the variable that makes a program part of this test run. */
function inherited(): NodeJS.ProcessEnv {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  return env;
}

/** Starts a program that is ended with the test. */
export async function startWindows(
  t: TestContext,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<WindowsProgram> {
  const folder = await temporaryFolder(t);
  const file = join(folder, "output.txt");
  const output = openSync(file, "w");
  const child = spawn(node ?? "", args, {
    env: { ...inherited(), MCP_GATEWAY_CACHE_DIR: windowsPath(join(folder, "cache")), ...env },
    stdio: ["ignore", output, output],
  });
  const exited = new Promise<number | null>((resolve) => child.once("close", resolve));
  t.after(async () => {
    child.kill("SIGKILL");
    await exited;
  });
  return { process: child, exited, output: () => readFileSync(file, "utf8") };
}
