/** `mcp-runtime`: the Kubernetes platform for a team's MCP servers (platform.md, *CLI*). */

import { CommanderError } from "commander";
import { mcpRuntime } from "./platform/commands.ts";
import { run } from "./program.ts";

await run("mcp-runtime", async () => {
  try {
    await mcpRuntime().parseAsync();
  } catch (error) {
    // It has printed help, version or what is wrong with the command line.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
  return Number(process.exitCode ?? 0);
});
