/** The four lists a server has, and how an item of each is named towards clients of all servers. Pure. */

import { parseMessage } from "../../connection/message.ts";
import { splice } from "../../connection/splice.ts";
import { aggregateName, aggregateUri } from "./names.ts";

export const listKinds = ["tools", "resources", "resourceTemplates", "prompts"] as const;
export type ListKind = (typeof listKinds)[number];

export const listMethods: Readonly<Record<ListKind, string>> = {
  tools: "tools/list",
  resources: "resources/list",
  resourceTemplates: "resources/templates/list",
  prompts: "prompts/list",
};

/** The capability a server declares when it has such a list (MCP, *Capabilities*). */
export const listCapability: Readonly<Record<ListKind, string>> = {
  tools: "tools",
  resources: "resources",
  resourceTemplates: "resources",
  prompts: "prompts",
};

export function kindOfList(method: string): ListKind | undefined {
  return listKinds.find((kind) => listMethods[kind] === method);
}

/** The notification that such a list has changed. */
export function changedMethod(kind: ListKind): string {
  return `notifications/${listCapability[kind]}/list_changed`;
}

/** One item as its server wrote it, with the name or URI that says whose it is; other fields stay letter by letter. */
export function aggregateItem(id: string, kind: ListKind, item: string): string {
  const message = parseMessage(item);
  if (!message) return item;
  const fields = message.json as { name?: unknown; uri?: unknown; uriTemplate?: unknown };
  const edit = (path: string, value: string) =>
    splice(message, [{ path: [path], json: JSON.stringify(value) }]);
  if (kind === "resources") return edit("uri", aggregateUri(id, String(fields.uri)));
  if (kind === "resourceTemplates") return edit("uriTemplate", aggregateUri(id, String(fields.uriTemplate)));
  return edit("name", aggregateName(id, String(fields.name)));
}

/** The server's own name of an item. */
export function nameOf(item: string): string {
  const name = (parseMessage(item)?.json as { name?: unknown } | undefined)?.name;
  return typeof name === "string" ? name : "";
}
