/** Texts about missing items for clients. Pure. */

import { notification } from "../jsonrpc/encode.ts";
import type { ListKind } from "./lists/list-kinds.ts";
import type { Missing } from "./upstream.ts";

const longestName = 256;

export function unknownText(what: "tool" | "prompt" | "resource", name: unknown): string {
  const shown = String(name).slice(0, longestName);
  return what === "resource" ? `Resource not found: ${shown}` : `Unknown ${what}: ${shown}`;
}

/** Notification about an item that was left out of a list because clients could not read it. */
export function omittedNotice(kind: ListKind, { server, because }: Missing): string {
  const data = `An item of the ${kind} of server '${server.id}' was left out: ${because}`;
  return notification("notifications/message", { level: "warning", logger: "open-mcp-gateway", data });
}

/** Notification about a server whose part of a list is missing. `because` is text for users. */
export function missingNotice(kind: ListKind, { server, because }: Missing): string {
  const data = `The ${kind} of server '${server.id}' are missing: ${because}`;
  return notification("notifications/message", { level: "warning", logger: "open-mcp-gateway", data });
}
