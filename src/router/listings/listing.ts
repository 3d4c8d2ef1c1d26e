/** The four lists a server has, and what is said of them. Pure. */

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

const kindOfMethod: ReadonlyMap<string, ListKind> = new Map(
  listKinds.map((kind) => [listMethods[kind], kind]),
);

export function kindOfList(method: string): ListKind | undefined {
  return kindOfMethod.get(method);
}

/** The notification that such a list has changed. */
export function changedMethod(kind: ListKind): string {
  return `notifications/${listCapability[kind]}/list_changed`;
}

/** The result of a list that comes in one piece, as JSON text. */
export function listResult(kind: ListKind, items: readonly string[], nextCursor?: string): string {
  const cursor = nextCursor === undefined ? "" : `,"nextCursor":${JSON.stringify(nextCursor)}`;
  return `{"${kind}":[${items.join(",")}]${cursor}}`;
}
