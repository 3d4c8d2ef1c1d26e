/** Runs the MCP Inspector's command line, as users do to try a server. */

import { spawn } from "node:child_process";
import { join } from "node:path";
import { root } from "./gateway.ts";

/** Everything that it prints. */
export function inspect(...args: string[]): Promise<string> {
  const inspector = join(root, "node_modules/.bin/mcp-inspector");
  const child = spawn(inspector, ["--cli", ...args], { stdio: ["ignore", "pipe", "pipe"] });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
    });
  }
  return new Promise((done) => child.once("close", () => done(text)));
}
