/** The four lists a server has, and what is said of them. Pure. */

import type { Entry } from "../../catalog/entry.ts";
import { parseMessage } from "../../connection/message.ts";
import { isAllowed } from "../tool-filter.ts";

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

/** The server's own name of an item. */
export function nameOf(item: string): string {
  const name = (parseMessage(item)?.json as { name?: unknown } | undefined)?.name;
  return typeof name === "string" ? name : "";
}

/** The result of a list that comes in one piece, as JSON text. */
export function listResult(kind: ListKind, items: readonly string[], nextCursor?: string): string {
  const cursor = nextCursor === undefined ? "" : `,"nextCursor":${JSON.stringify(nextCursor)}`;
  return `{"${kind}":[${items.join(",")}]${cursor}}`;
}

/** Those items of a server's list that its clients may see. */
export function visibleItems(kind: ListKind, items: readonly string[], { tools }: Entry): readonly string[] {
  return kind === "tools" && tools ? items.filter((item) => isAllowed(nameOf(item), tools)) : items;
}
