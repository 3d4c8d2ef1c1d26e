/** Programs whose servers can be imported: the paths of their files, and the keys of the servers in them. Pure. */

import {
  claudeDesktopFile,
  clineFiles,
  cursorFile,
  inHome,
  pathOf,
  type UserFolders,
  workspaceFiles,
} from "../agents/agent-config-paths.ts";

export interface ImportSource {
  readonly label: string;
  files(around: UserFolders): readonly string[];
  /** Possible keys of the servers. The first one that exists is used. */
  readonly keys: readonly string[];
}

export const importSources: readonly ImportSource[] = [
  {
    label: ".vscode/mcp.json",
    files: workspaceFiles,
    keys: ["servers", "mcpServers"],
  },
  { label: "Claude Desktop", files: (around) => [claudeDesktopFile(around)], keys: ["mcpServers"] },
  {
    label: "Cursor",
    files: (around) => [
      cursorFile(around),
      ...(around.workspace === undefined
        ? []
        : [pathOf(around).join(around.workspace, ".cursor", "mcp.json")]),
    ],
    keys: ["mcpServers"],
  },
  {
    label: "Cline",
    files: clineFiles,
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
