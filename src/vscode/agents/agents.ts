/** The tools we can configure: which of their files is written, and how an entry looks in each. Pure. */

import {
  claudeDesktopFile,
  clineFiles,
  cursorFile,
  inHome,
  pathOf,
  type UserFolders,
  workspaceFiles,
} from "./agent-config-paths.ts";

/** How an agent reaches a server of the gateway. */
export type ConnectionMethod =
  | { readonly kind: "launcher"; readonly command: string; readonly args: readonly string[] }
  | { readonly kind: "http"; readonly url: string; readonly key: string };

export interface Agent {
  readonly id: string;
  readonly label: string;
  readonly format: "json" | "toml";
  /** Keys down to where the servers are. */
  readonly path: readonly string[];
  /** Candidates, newest first: the first that is there is the one, else the first. None: it has no file here. */
  files(around: UserFolders): readonly string[];
  readonly ways: readonly ConnectionMethod["kind"][];
  entry(way: ConnectionMethod): Readonly<Record<string, unknown>>;
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
    // Without a type it would take the URL for the older transport.
    entry: (way) => (way.kind === "http" ? { type: "streamableHttp", ...remote(way) } : local(way)),
  },
  {
    id: "claude-desktop",
    label: "Claude Desktop",
    format: "json",
    path: ["mcpServers"],
    files: (around) => [claudeDesktopFile(around)],
    ways: ["launcher"],
    entry: (way) => (way.kind === "http" ? remote(way) : local(way)),
  },
  {
    id: "claude-code",
    label: "Claude Code",
    format: "json",
    path: ["mcpServers"],
    files: (around) => [inHome(around, ".claude.json")],
    ways: both,
    entry: (way) =>
      way.kind === "http" ? { type: "http", ...remote(way) } : { type: "stdio", ...local(way), env: {} },
  },
  {
    id: "cursor",
    label: "Cursor",
    format: "json",
    path: ["mcpServers"],
    files: (around) => [cursorFile(around)],
    ways: both,
    entry: (way) => (way.kind === "http" ? remote(way) : local(way)),
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
    entry: (way) => (way.kind === "http" ? remote(way) : local(way)),
  },
  {
    id: "mcp-json",
    label: ".vscode/mcp.json",
    format: "json",
    path: ["servers"],
    files: workspaceFiles,
    // The file is often shared: no key goes there.
    ways: ["launcher"],
    entry: (way) =>
      way.kind === "http" ? { type: "http", ...remote(way) } : { type: "stdio", ...local(way) },
  },
];

function local({ command, args }: Extract<ConnectionMethod, { kind: "launcher" }>) {
  return { command, args };
}

function remote({ url, key }: Extract<ConnectionMethod, { kind: "http" }>) {
  return { url, headers: { Authorization: `Bearer ${key}` } };
}
