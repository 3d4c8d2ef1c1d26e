/** What the gateway tells clients of things that are not there. Pure. */

import { notification } from "../jsonrpc/encode.ts";
import type { ListKind } from "./lists/list-kinds.ts";
import type { Missing } from "./upstream.ts";

const longestName = 256;

export function unknownText(what: "tool" | "prompt" | "resource", name: unknown): string {
  const shown = String(name).slice(0, longestName);
  return what === "resource" ? `Resource not found: ${shown}` : `Unknown ${what}: ${shown}`;
}

/** Tells that an item of a server's list was left out, as no client could read it. */
export function omittedNotice(kind: ListKind, { server, because }: Missing): string {
  const data = `An item of the ${kind} of server '${server.id}' is left out: ${because}`;
  return notification("notifications/message", { level: "warning", logger: "open-mcp-gateway", data });
}

/** Tells that one server's part of a list did not come; `because` is for people. */
export function missingNotice(kind: ListKind, { server, because }: Missing): string {
  const data = `The ${kind} of server '${server.id}' are missing: ${because}`;
  return notification("notifications/message", { level: "warning", logger: "open-mcp-gateway", data });
}
