/** The tools whose servers can be imported: where their files lie, and where in them the servers are. Pure. */

import { claudeDesktopFile, inHome, pathOf, type Surroundings } from "../agents/agents.ts";

export interface Tool {
  readonly label: string;
  files(around: Surroundings): readonly string[];
  /** Keys under which servers may be, the first that is there counts. */
  readonly keys: readonly string[];
}

export const tools: readonly Tool[] = [
  {
    label: ".vscode/mcp.json",
    files: (around) =>
      around.workspace === undefined ? [] : [pathOf(around).join(around.workspace, ".vscode", "mcp.json")],
    keys: ["servers", "mcpServers"],
  },
  { label: "Claude Desktop", files: (around) => [claudeDesktopFile(around)], keys: ["mcpServers"] },
  {
    label: "Cursor",
    files: (around) => [
      inHome(around, ".cursor", "mcp.json"),
      ...(around.workspace === undefined
        ? []
        : [pathOf(around).join(around.workspace, ".cursor", "mcp.json")]),
    ],
    keys: ["mcpServers"],
  },
  {
    label: "Cline",
    files: (around) => [
      inHome(around, ".cline", "data", "settings", "cline_mcp_settings.json"),
      pathOf(around).join(
        around.extensionsStorage,
        "saoudrizwan.claude-dev",
        "settings",
        "cline_mcp_settings.json",
      ),
    ],
    keys: ["mcpServers"],
  },
  {
    label: "Windsurf",
    files: (around) => [
      inHome(around, ".codeium", "windsurf", "mcp_config.json"),
      inHome(around, ".codeium", "mcp_config.json"),
    ],
    keys: ["mcpServers"],
  },
];
