/** All commands of `mcp-runtime`. The code of a command is loaded when it runs. */

import type { Command } from "commander";
import { newProgram } from "../command-line.ts";
import { addClusterCommands } from "./cluster-commands.ts";
import { addPipelineCommands } from "./pipeline-commands.ts";
import { addCatalogCommand } from "./print-catalog-command.ts";
import { addRegistryCommands } from "./registry-commands.ts";
import { addServerCommands } from "./server-commands.ts";
import { addSetupCommands } from "./setup-commands.ts";
import { shareFlags } from "./shared-flags.ts";

export function mcpRuntime(): Command {
  const program = newProgram("mcp-runtime", "The Kubernetes platform for a team's MCP servers.");
  program.enablePositionalOptions();
  addSetupCommands(program);
  addClusterCommands(program);
  addRegistryCommands(program);
  addServerCommands(program);
  addPipelineCommands(program);
  addCatalogCommand(program);
  addSharedFlags(program);
  return program;
}

/** Adds the shared flags, so that they can be before or after the command's name. */
function addSharedFlags(command: Command): void {
  shareFlags(command);
  for (const inner of command.commands) addSharedFlags(inner);
}
