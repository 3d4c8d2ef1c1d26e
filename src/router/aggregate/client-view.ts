/** Which part of all servers a client of `/mcp` sees, and how: what its URL says, else the config. Pure. */

import { GatewayError } from "../../base/errors.ts";
import type { ManagedServer } from "../../supervisor/managed-server.ts";

/** `list`: every tool is listed. `search`: three tools find, describe and call the others. */
export const toolsModes = ["list", "search"] as const;
export type ToolsMode = (typeof toolsModes)[number];

export interface ClientView {
  /** Absent: as the config says. */
  readonly mode?: ToolsMode;
  /** Servers with one of these tags only. */
  readonly tags?: readonly string[];
  /** Servers of these ids only. */
  readonly servers?: readonly string[];
}

/** What `?tools=`, `?tag=` and `?servers=` ask for; throws `invalid-request` for a mode there is not. */
export function viewOf(asked: URLSearchParams): ClientView {
  const mode = asked.get("tools");
  if (mode !== null && !toolsModes.some((known) => known === mode))
    throw new GatewayError("invalid-request", `tools must be one of ${toolsModes.join(", ")}`);
  const tags = listOf(asked.getAll("tag"));
  const servers = listOf(asked.getAll("servers"));
  return {
    ...(mode !== null && { mode: mode as ToolsMode }),
    ...(tags.length > 0 && { tags }),
    ...(servers.length > 0 && { servers }),
  };
}

/** Whether the view has this server. */
export function isInView({ tags, servers }: ClientView, { id, entry }: ManagedServer): boolean {
  if (servers && !servers.includes(id)) return false;
  return !tags || tags.some((tag) => entry.tags?.includes(tag));
}

function listOf(values: readonly string[]): string[] {
  return values.flatMap((value) => value.split(",")).filter((one) => one !== "");
}
