/** Runs the built `mcp-runtime` as users do. */

import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { root } from "./gateway.ts";

const program = join(root, "dist/mcp-runtime.js");

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export function begin(args: readonly string[], { cwd, env = {} }: RunOptions = {}): ChildProcess {
  return spawn(process.execPath, [program, ...args], {
    ...(cwd !== undefined && { cwd }),
    env: { ...process.env, ...env },
    stdio: ["pipe", "pipe", "pipe"],
  });
}

/** Resolves with the result, also after an error. */
export async function mcpRuntime(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const child = begin(args, options);
  // It may have ended before it reads its input.
  child.stdin?.on("error", () => undefined).end(options.input ?? "");
  const texts = [child.stdout, child.stderr].map(async (stream) => {
    const chunks: Buffer[] = [];
    for await (const chunk of stream ?? []) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks).toString("utf8");
  });
  const [code, stdout = "", stderr = ""] = await Promise.all([
    new Promise<number | null>((resolve) => child.once("close", resolve)),
    ...texts,
  ]);
  return { code, stdout, stderr };
}
