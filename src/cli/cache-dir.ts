/** Cache directory of the user. */

import { homedir } from "node:os";
import { join } from "node:path";

type Environment = Readonly<Record<string, string | undefined>>;

/** `MCP_GATEWAY_CACHE_DIR`, or the cache directory of the operating system. Pure. */
export function cacheDir(
  env: Environment = process.env,
  platform = process.platform,
  home = homedir(),
): string {
  const own = env["MCP_GATEWAY_CACHE_DIR"];
  if (own) return own;
  const local = env["LOCALAPPDATA"];
  if (platform === "win32") return join(local || join(home, "AppData", "Local"), "open-mcp-gateway", "Cache");
  if (platform === "darwin") return join(home, "Library", "Caches", "open-mcp-gateway");
  return join(env["XDG_CACHE_HOME"] || join(home, ".cache"), "open-mcp-gateway");
}
