/** The four kinds of lists of a server, with their methods and capabilities. Pure. */

import type { Message } from "../../jsonrpc/message.ts";
import { membersAt } from "../../jsonrpc/text-edit.ts";

export const listKinds = ["tools", "resources", "resourceTemplates", "prompts"] as const;
export type ListKind = (typeof listKinds)[number];

export const listMethods: Readonly<Record<ListKind, string>> = {
  tools: "tools/list",
  resources: "resources/list",
  resourceTemplates: "resources/templates/list",
  prompts: "prompts/list",
};

/** The capability that a server with such a list declares (MCP, *Capabilities*). */
export const listCapability: Readonly<Record<ListKind, string>> = {
  tools: "tools",
  resources: "resources",
  resourceTemplates: "resources",
  prompts: "prompts",
};

const kindOfMethod: ReadonlyMap<string, ListKind> = new Map(
  listKinds.map((kind) => [listMethods[kind], kind]),
);

export function kindOfList(method: string): ListKind | undefined {
  return kindOfMethod.get(method);
}

/** Method of the notification that such a list changed. */
export function changedMethod(kind: ListKind): string {
  return `notifications/${listCapability[kind]}/list_changed`;
}

/** The result of a list, as JSON text. `members` are other members of the server's result. */
export function listResult(
  kind: ListKind,
  items: readonly string[],
  nextCursor?: string,
  members: Members = {},
): string {
  const cursor = nextCursor === undefined ? "" : `,"nextCursor":${JSON.stringify(nextCursor)}`;
  const others = Object.entries(members).map(([key, json]) => `,${JSON.stringify(key)}:${json}`);
  return `{"${kind}":[${items.join(",")}]${cursor}${others.join("")}}`;
}

/** Members of a list's result that the protocol does not use itself, as JSON texts. */
export type Members = Readonly<Record<string, string>>;

/** Members for paging and lifetime, which the gateway sets itself. */
const ownMembers: ReadonlySet<string> = new Set(["nextCursor", "resultType", "ttlMs", "cacheScope"]);

export function membersIn(answer: Message, kind: ListKind): Members {
  const others = [...membersAt(answer, ["result"])].filter(([key]) => key !== kind && !ownMembers.has(key));
  return Object.fromEntries(others);
}
