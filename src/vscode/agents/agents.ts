/** The agents that can be configured: which file each one reads, and the format of an entry in it. Pure. */

import {
  claudeDesktopFile,
  clineFiles,
  cursorFile,
  inHome,
  pathOf,
  type UserFolders,
  workspaceFiles,
} from "./agent-config-paths.ts";

/** The way an agent connects to a server of the gateway. */
export type ConnectionMethod =
  | { readonly kind: "launcher"; readonly command: string; readonly args: readonly string[] }
  | { readonly kind: "http"; readonly url: string; readonly key: string };

export interface Agent {
  readonly id: string;
  readonly label: string;
  readonly format: "json" | "toml";
  /** Keys that lead to the object with the servers. */
  readonly path: readonly string[];
  /**
   * Candidates, newest first. The first file that exists is used, or else the first candidate. Empty: the agent has no
   * file here.
   */
  files(around: UserFolders): readonly string[];
  readonly ways: readonly ConnectionMethod["kind"][];
  entry(method: ConnectionMethod): Readonly<Record<string, unknown>>;
}

const both = ["launcher", "http"] as const;

export const agents: readonly Agent[] = [
  {
    id: "cline",
    label: "Cline",
    format: "json",
    path: ["mcpServers"],
    files: clineFiles,
    ways: both,
    // Without a type, Cline uses the older transport for a URL.
    entry: (method) =>
      method.kind === "http" ? { type: "streamableHttp", ...remote(method) } : local(method),
  },
  {
    id: "claude-desktop",
    label: "Claude Desktop",
    format: "json",
    path: ["mcpServers"],
    files: (around) => [claudeDesktopFile(around)],
    ways: ["launcher"],
    entry: (method) => (method.kind === "http" ? remote(method) : local(method)),
  },
  {
    id: "claude-code",
    label: "Claude Code",
    format: "json",
    path: ["mcpServers"],
    files: (around) => [inHome(around, ".claude.json")],
    ways: both,
    entry: (method) =>
      method.kind === "http"
        ? { type: "http", ...remote(method) }
        : { type: "stdio", ...local(method), env: {} },
  },
  {
    id: "cursor",
    label: "Cursor",
    format: "json",
    path: ["mcpServers"],
    files: (around) => [cursorFile(around)],
    ways: both,
    entry: (method) => (method.kind === "http" ? remote(method) : local(method)),
  },
  {
    id: "codex",
    label: "Codex",
    format: "toml",
    path: ["mcp_servers"],
    files: (around) => [
      pathOf(around).join(around.env["CODEX_HOME"] || inHome(around, ".codex"), "config.toml"),
    ],
    ways: ["launcher"],
    entry: (method) => (method.kind === "http" ? remote(method) : local(method)),
  },
  {
    id: "mcp-json",
    label: ".vscode/mcp.json",
    format: "json",
    path: ["servers"],
    files: workspaceFiles,
    // The file is often shared with other people, so it must not contain the key.
    ways: ["launcher"],
    entry: (method) =>
      method.kind === "http" ? { type: "http", ...remote(method) } : { type: "stdio", ...local(method) },
  },
];

function local({ command, args }: Extract<ConnectionMethod, { kind: "launcher" }>) {
  return { command, args };
}

function remote({ url, key }: Extract<ConnectionMethod, { kind: "http" }>) {
  return { url, headers: { Authorization: `Bearer ${key}` } };
}
