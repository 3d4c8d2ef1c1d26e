/** `mcp-runtime`: the Kubernetes platform for a team's MCP servers (platform.md, *CLI*). */

import { CommanderError } from "commander";
import { mcpRuntime } from "./platform/commands.ts";
import { run } from "./program.ts";
import { printError } from "./terminal.ts";

await run("mcp-runtime", async () => {
  try {
    await mcpRuntime().parseAsync();
  } catch (error) {
    // It has printed help, version or what is wrong with the command line.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (process.argv.includes("--debug")) printError(origins(error).join("\ncaused by "));
    throw error;
  }
  return Number(process.exitCode ?? 0);
});

/** Where an error and its causes come from. What is no error is left out: that of a stream holds keys. */
function origins(error: unknown): string[] {
  if (!(error instanceof Error)) return [];
  return [error.stack ?? error.message, ...origins(error.cause)];
}
