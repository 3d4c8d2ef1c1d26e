/** `mcp-runtime`: the Kubernetes platform for a team's MCP servers (platform.md, *CLI*). */

import { CommanderError } from "commander";
import { mcpRuntime } from "./platform/commands.ts";
import { run } from "./program.ts";
import { printError } from "./terminal.ts";

await run("mcp-runtime", async () => {
  try {
    await mcpRuntime().parseAsync();
  } catch (error) {
    const isError = !(error instanceof CommanderError);
    if (isError && process.argv.includes("--debug")) printError(origins(error).join("\ncaused by "));
    throw error;
  }
  return Number(process.exitCode ?? 0);
});

/** Stacks of an error and its causes. Other values are left out, because the cause of a stream error can contain keys. */
function origins(error: unknown): string[] {
  if (!(error instanceof Error)) return [];
  return [error.stack ?? error.message, ...origins(error.cause)];
}
