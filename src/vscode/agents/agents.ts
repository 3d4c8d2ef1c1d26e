/** The tools we can configure: where their files lie, and how an entry looks in each. Pure. */

import { posix, win32 } from "node:path";

/** How an agent reaches a server of the gateway. */
export type Way =
  | { readonly kind: "launcher"; readonly command: string; readonly args: readonly string[] }
  | { readonly kind: "http"; readonly url: string; readonly key: string };

export interface Surroundings {
  readonly platform: NodeJS.Platform;
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The folder the editor keeps for all extensions. */
  readonly extensionsStorage: string;
  /** Folder of the workspace, if there is one. */
  readonly workspace: string | undefined;
}

export interface Agent {
  readonly id: string;
  readonly label: string;
  readonly format: "json" | "toml";
  /** Keys down to where the servers are. */
  readonly path: readonly string[];
  /** Candidates, newest first: the first that is there is the one, else the first. None: it has no file here. */
  files(around: Surroundings): readonly string[];
  readonly ways: readonly Way["kind"][];
  entry(way: Way): Readonly<Record<string, unknown>>;
}

const both = ["launcher", "http"] as const;

export const agents: readonly Agent[] = [
  {
    id: "cline",
    label: "Cline",
    format: "json",
    path: ["mcpServers"],
    files: (around) => [
      inHome(around, ".cline", "data", "settings", "cline_mcp_settings.json"),
      pathOf(around).join(
        around.extensionsStorage,
        "saoudrizwan.claude-dev",
        "settings",
        "cline_mcp_settings.json",
      ),
    ],
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
    files: (around) => [inHome(around, ".cursor", "mcp.json")],
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
    files: (around) =>
      around.workspace === undefined ? [] : [pathOf(around).join(around.workspace, ".vscode", "mcp.json")],
    // The file is often shared: no key goes there.
    ways: ["launcher"],
    entry: (way) =>
      way.kind === "http" ? { type: "http", ...remote(way) } : { type: "stdio", ...local(way) },
  },
];

/** Where Claude Desktop has its configuration; the import reads it too. */
export function claudeDesktopFile(around: Surroundings): string {
  const { platform, env } = around;
  const name = ["Claude", "claude_desktop_config.json"];
  if (platform === "win32")
    return win32.join(env["APPDATA"] || inHome(around, "AppData", "Roaming"), ...name);
  if (platform === "darwin") return inHome(around, "Library", "Application Support", ...name);
  return posix.join(env["XDG_CONFIG_HOME"] || inHome(around, ".config"), ...name);
}

export function inHome(around: Surroundings, ...parts: string[]): string {
  return pathOf(around).join(around.home, ...parts);
}

export function pathOf({ platform }: Surroundings) {
  return platform === "win32" ? win32 : posix;
}

function local({ command, args }: Extract<Way, { kind: "launcher" }>) {
  return { command, args };
}

function remote({ url, key }: Extract<Way, { kind: "http" }>) {
  return { url, headers: { Authorization: `Bearer ${key}` } };
}
