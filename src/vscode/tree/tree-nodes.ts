/** The nodes of the view: servers, and below a running one what it has. Values; the same server is always the same node. */

export type Node = ServerNode | GroupNode | ItemNode | NoteNode;

export interface ServerNode {
  readonly kind: "server";
  readonly id: string;
}

/** What a server has, in the order shown. */
export const groups = ["tools", "resources", "prompts", "clients"] as const;
export type Group = (typeof groups)[number];

export interface GroupNode {
  readonly kind: "group";
  readonly server: string;
  readonly group: Group;
  readonly count: number;
  /** What the tools cost a model that is given all of them, in tokens. */
  readonly tokens?: number;
  readonly items: readonly ItemNode[];
}

export interface ItemNode {
  readonly kind: "item";
  readonly server: string;
  readonly group: Group;
  /** Name of a tool or prompt, URI of a resource. */
  readonly name: string;
  readonly label: string;
  readonly description?: string;
  /** As the server lists it. */
  readonly listed: unknown;
}

/** What there is to say below a server that has nothing to show. */
export interface NoteNode {
  readonly kind: "note";
  readonly server: string;
  readonly text: string;
}

/** The items of the answer to `tools/list` and its like. */
export function itemsOf(server: string, group: Exclude<Group, "clients">, result: unknown): ItemNode[] {
  const list = (result as Record<string, unknown> | undefined)?.[group];
  if (!Array.isArray(list)) return [];
  return list.flatMap((listed: unknown) => {
    const { name, title, uri, description } = (listed ?? {}) as Record<string, unknown>;
    const key = group === "resources" ? uri : name;
    if (typeof key !== "string") return [];
    const label = [title, name, key].find((text) => typeof text === "string" && text !== "");
    const item: ItemNode = { kind: "item", server, group, name: key, label: String(label), listed };
    return [typeof description === "string" ? { ...item, description: firstLine(description) } : item];
  });
}

function firstLine(text: string): string {
  return text.trim().split("\n", 1)[0] ?? "";
}
