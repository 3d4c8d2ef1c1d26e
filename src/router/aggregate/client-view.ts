/** The servers that a client of `/mcp` sees, and the form of its tools list. Set by the URL or the config. Pure. */

import { GatewayError } from "../../base/errors.ts";
import type { ManagedServer } from "../../supervisor/managed-server.ts";

/** `list` lists every tool. `search` lists three tools that find, describe and call the others. */
export const toolsModes = ["list", "search"] as const;
export type ToolsMode = (typeof toolsModes)[number];

export interface ClientView {
  /** Absent: the mode of the config. */
  readonly mode?: ToolsMode;
  /** Servers with one of these tags only. */
  readonly tags?: readonly string[];
  /** Servers of these ids only. */
  readonly servers?: readonly string[];
}

/** The view for `?tools=`, `?tag=` and `?servers=`. Throws `invalid-request` for an unknown mode. */
export function viewOf(query: URLSearchParams): ClientView {
  const mode = query.get("tools");
  if (mode !== null && !toolsModes.some((known) => known === mode))
    throw new GatewayError("invalid-request", `tools must be one of ${toolsModes.join(", ")}`);
  const tags = listOf(query.getAll("tag"));
  const servers = listOf(query.getAll("servers"));
  return {
    ...(mode !== null && { mode: mode as ToolsMode }),
    ...(tags.length > 0 && { tags }),
    ...(servers.length > 0 && { servers }),
  };
}

/** Whether the view contains this server. */
export function isInView({ tags, servers }: ClientView, { id, entry }: ManagedServer): boolean {
  if (servers && !servers.includes(id)) return false;
  return !tags || tags.some((tag) => entry.tags?.includes(tag));
}

function listOf(values: readonly string[]): string[] {
  return values.flatMap((value) => value.split(",")).filter((one) => one !== "");
}
