/**
 * Nodes of the Servers view: servers, and the lists of a running server. The same server always has the same node object.
 */

export type Node = ServerNode | GroupNode | ItemNode | NoteNode;

export interface ServerNode {
  readonly kind: "server";
  readonly id: string;
}

/** The lists of a server, in the order of display. */
export const groups = ["tools", "resources", "prompts", "clients"] as const;
export type Group = (typeof groups)[number];

export interface GroupNode {
  readonly kind: "group";
  readonly server: string;
  readonly group: Group;
  readonly count: number;
  /** Number of tokens that a model reads if it receives all tools. */
  readonly tokens?: number;
  readonly items: readonly ItemNode[];
}

export interface ItemNode {
  readonly kind: "item";
  readonly server: string;
  readonly group: Group;
  /** The name of a tool or prompt, or the URI of a resource. */
  readonly name: string;
  readonly label: string;
  readonly description?: string;
  /** The item as the server lists it. */
  readonly listed: unknown;
}

/** A note below a server that is not running. */
export interface NoteNode {
  readonly kind: "note";
  readonly server: string;
  readonly text: string;
}

/** The items in the result of `tools/list` and the other list methods. */
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
