/** The nodes below a server: the lists of a running server, or notes about another one. */

import * as vscode from "vscode";
import { sizeOf } from "../../router/tools-size.ts";
import { isUp, type ServerRow, type Servers } from "../servers/servers.ts";
import { type GroupNode, groups, type ItemNode, itemsOf, type Node, type NoteNode } from "./tree-nodes.ts";

type Listed = Exclude<(typeof groups)[number], "clients">;

export class ServerChildren {
  /** The lists of each server, fetched once per instance, because each request keeps the server from being idle. */
  readonly #lists = new Map<string, { readonly instance: string; readonly lists: Promise<GroupNode[]> }>();

  async of(servers: Servers, row: ServerRow): Promise<Node[]> {
    if (!isUp(row)) return notesOf(row);
    const [lists, clients] = await Promise.all([this.#listsOf(servers, row), clientsOf(servers, row.id)]);
    return [...lists.filter(({ count }) => count > 0), clients];
  }

  #listsOf(servers: Servers, { id, revision, started_at }: ServerRow): Promise<GroupNode[]> {
    const instance = `${revision} ${started_at}`;
    const known = this.#lists.get(id);
    if (known?.instance === instance) return known.lists;
    const lists = Promise.all(groups.filter(isListed).map((group) => listOf(servers, id, group)));
    this.#lists.set(id, { instance, lists });
    return lists;
  }
}

function isListed(group: (typeof groups)[number]): group is Listed {
  return group !== "clients";
}

async function listOf(servers: Servers, server: string, group: Listed): Promise<GroupNode> {
  // A server rejects the request if it does not have such a list.
  const result = await servers.request(server, `${group}/list`, {}).catch(() => undefined);
  const items: ItemNode[] = itemsOf(server, group, result);
  const node = { kind: "group", server, group, count: items.length, items } as const;
  if (group !== "tools" || items.length === 0) return node;
  return { ...node, tokens: sizeOf(items.map(({ listed }) => JSON.stringify(listed))).estimated_tokens };
}

async function clientsOf(servers: Servers, server: string): Promise<GroupNode> {
  const detail = await servers.detail(server).catch(() => undefined);
  const items = (detail?.clients ?? []).map((name, index) => clientNode(server, name, index));
  return { kind: "group", server, group: "clients", count: items.length, items };
}

/** The index makes the node unique, because several windows of one client have the same name. */
function clientNode(server: string, label: string, index: number): ItemNode {
  return { kind: "item", server, group: "clients", name: `${index} ${label}`, label, listed: undefined };
}

function notesOf({ id, reason, last_output, enabled }: ServerRow): NoteNode[] {
  const note = (text: string): NoteNode => ({ kind: "note", server: id, text });
  if (reason !== undefined) return [reason, ...(last_output ?? [])].map(note);
  return [
    note(
      enabled
        ? vscode.l10n.t("Starts with its first request")
        : vscode.l10n.t("Disabled in the catalog (enabled: false)"),
    ),
  ];
}
