/** Paths of the MCP configuration files of other programs. The extension writes to them and imports from them. Pure. */

import { posix, win32 } from "node:path";

export interface UserFolders {
  readonly platform: NodeJS.Platform;
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The folder in which the editor stores data of all extensions. */
  readonly extensionsStorage: string;
  /** Folder of the workspace, if there is one. */
  readonly workspace: string | undefined;
}

export function clineFiles(around: UserFolders): string[] {
  const path = ["settings", "cline_mcp_settings.json"];
  return [
    inHome(around, ".cline", "data", ...path),
    pathOf(around).join(around.extensionsStorage, "saoudrizwan.claude-dev", ...path),
  ];
}

export function cursorFile(around: UserFolders): string {
  return inHome(around, ".cursor", "mcp.json");
}

/** The file of VS Code itself, if a folder is open. */
export function workspaceFiles(around: UserFolders): string[] {
  const { workspace } = around;
  return workspace === undefined ? [] : [pathOf(around).join(workspace, ".vscode", "mcp.json")];
}

export function claudeDesktopFile(around: UserFolders): string {
  const { platform, env } = around;
  const name = ["Claude", "claude_desktop_config.json"];
  if (platform === "win32")
    return win32.join(env["APPDATA"] || inHome(around, "AppData", "Roaming"), ...name);
  if (platform === "darwin") return inHome(around, "Library", "Application Support", ...name);
  return posix.join(env["XDG_CONFIG_HOME"] || inHome(around, ".config"), ...name);
}

export function inHome(around: UserFolders, ...parts: string[]): string {
  return pathOf(around).join(around.home, ...parts);
}

export function pathOf({ platform }: UserFolders) {
  return platform === "win32" ? win32 : posix;
}
