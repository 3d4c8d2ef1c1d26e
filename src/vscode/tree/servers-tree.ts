/** The Servers view of any `Servers`. Draws only what has changed, and draws nothing while it is hidden. */

import * as vscode from "vscode";
import { Scope } from "../../base/scope.ts";
import { visibleText } from "../../base/visible-text.ts";
import { plainMessage } from "../display/plain-text.ts";
import { plainItem } from "../display/tree-item.ts";
import { isFailure, isUp, type ServerRow, type Servers } from "../servers/servers.ts";
import { rowChanges } from "./row-changes.ts";
import { ServerChildren } from "./server-children.ts";
import { presentationOf } from "./server-presentation.ts";
import { tooltipOf } from "./tooltip.ts";
import type { Group, GroupNode, ItemNode, Node, NoteNode, ServerNode } from "./tree-nodes.ts";

/** Interval at which uptimes and request counts are refreshed while the view is visible. */
const refreshMs = 5_000;

export class ServersTree implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  readonly #scope = new Scope();
  readonly #changed = new vscode.EventEmitter<Node | undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly view: vscode.TreeView<Node>;
  readonly #children = new ServerChildren();
  readonly #nodes = new Map<string, ServerNode>();
  #servers: Servers | undefined;
  #stopListening: () => void = () => undefined;
  #rows: readonly ServerRow[] = [];
  #drawn: readonly ServerRow[] = [];
  #tags: readonly string[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(viewId: string) {
    this.view = vscode.window.createTreeView<Node>(viewId, { treeDataProvider: this, showCollapseAll: true });
    const onVisible = this.view.onDidChangeVisibility(() => this.#onVisibility());
    for (const part of [this.view, onVisible, this.#changed]) this.#scope.add(() => part.dispose());
    this.#scope.add(() => this.#stopListening());
    this.#scope.add(() => clearInterval(this.#timer));
    this.#onVisibility();
  }

  dispose(): void {
    void this.#scope.close();
  }

  get tags(): readonly string[] {
    return this.#tags;
  }

  /** Replaces the servers of the view. */
  show(servers: Servers | undefined): void {
    if (servers === this.#servers) return;
    this.#stopListening();
    this.#servers = servers;
    this.#stopListening = servers?.changed.on(() => this.#look()) ?? (() => undefined);
    this.#look();
  }

  /** Shows only servers with one of these tags. Empty: shows all. */
  filter(tags: readonly string[]): void {
    this.#tags = tags;
    this.view.description = visibleText(tags.join(", "));
    this.#look();
  }

  /** Sets the message above the rows. */
  tell(text = ""): void {
    const message = plainMessage(text);
    if (message !== (this.view.message ?? "")) this.view.message = message;
  }

  getTreeItem(node: Node): vscode.TreeItem {
    return plainItem(this.#itemOf(node));
  }

  #itemOf(node: Node): vscode.TreeItem {
    switch (node.kind) {
      case "server":
        return this.#serverItem(node);
      case "group":
        return groupItem(node);
      case "item":
        return itemItem(node);
      case "note":
        return noteItem(node);
      default:
        return node satisfies never;
    }
  }

  async getChildren(node?: Node): Promise<Node[]> {
    if (!node) return this.#drawn.map((row) => this.#nodeOf(row.id));
    if (node.kind === "group") return [...node.items];
    const row = node.kind === "server" ? this.#rowOf(node.id) : undefined;
    return row && this.#servers ? this.#children.of(this.#servers, row) : [];
  }

  getParent(node: Node): Node | undefined {
    return node.kind === "server" ? undefined : this.#nodeOf(node.server);
  }

  async resolveTreeItem(item: vscode.TreeItem, node: Node): Promise<vscode.TreeItem> {
    const row = node.kind === "server" ? this.#rowOf(node.id) : undefined;
    if (!row || !this.#servers) return item;
    item.tooltip = tooltipOf(row, await this.#servers.detail(row.id).catch(() => undefined));
    return item;
  }

  #onVisibility(): void {
    clearInterval(this.#timer);
    if (!this.view.visible) return;
    this.#draw();
    this.#timer = setInterval(() => this.#refresh(), refreshMs);
  }

  #look(): void {
    const rows = this.#servers?.overview.rows ?? [];
    this.#rows = rows.filter(
      ({ tags }) => this.#tags.length === 0 || tags.some((tag) => this.#tags.includes(tag)),
    );
    this.#count(this.#rows.filter(isFailure).length);
    if (this.view.visible) this.#draw();
  }

  /** Sets the badge only if it changes, because the editor lays out the view again each time it is set. */
  #count(failures: number): void {
    if (failures === (this.view.badge?.value ?? 0)) return;
    const tooltip = vscode.l10n.t("{0} servers failed or are misconfigured", failures);
    this.view.badge = failures === 0 ? undefined : { value: failures, tooltip };
  }

  #draw(): void {
    const changes = rowChanges(this.#drawn, this.#rows);
    this.#drawn = this.#rows;
    if (changes.kind === "list") this.#changed.fire(undefined);
    if (changes.kind === "rows") for (const id of changes.ids) this.#changed.fire(this.#nodeOf(id));
  }

  #refresh(): void {
    const running = this.#drawn.filter(isUp);
    if (running.length === 0) return;
    this.#servers?.refresh().catch(() => undefined);
    for (const row of running) this.#changed.fire(this.#nodeOf(row.id));
  }

  #nodeOf(id: string): ServerNode {
    const known = this.#nodes.get(id) ?? { kind: "server", id };
    this.#nodes.set(id, known);
    return known;
  }

  #rowOf(id: string): ServerRow | undefined {
    return this.#drawn.find((row) => row.id === id);
  }

  #serverItem({ id }: ServerNode): vscode.TreeItem {
    const row = this.#rowOf(id);
    const item = new vscode.TreeItem(id);
    item.id = id;
    if (!row) return item;
    const look = presentationOf(row, performance.now());
    item.label = look.label;
    item.description = look.description;
    item.contextValue = look.context;
    item.iconPath = new vscode.ThemeIcon(
      look.icon,
      look.color ? new vscode.ThemeColor(look.color) : undefined,
    );
    item.accessibilityInformation = { label: look.spoken };
    item.collapsibleState = vscode.TreeItemCollapsibleState.Collapsed;
    return item;
  }
}

function groupItem({ server, group, count, tokens, items }: GroupNode): vscode.TreeItem {
  const state = vscode.TreeItemCollapsibleState;
  const item = new vscode.TreeItem(titleOf(group), items.length > 0 ? state.Collapsed : state.None);
  item.id = `${server}/${group}`;
  item.description =
    tokens === undefined
      ? String(count)
      : vscode.l10n.t("{0} · about {1} tokens", count, tokens.toLocaleString(vscode.env.language));
  if (tokens !== undefined)
    item.tooltip = vscode.l10n.t("Tokens that a model reads when it gets all tools of this server");
  item.contextValue = "group";
  item.accessibilityInformation = { label: `${titleOf(group)}, ${item.description}` };
  return item;
}

function itemItem({ server, group, name, label, description }: ItemNode): vscode.TreeItem {
  const item = new vscode.TreeItem(label);
  item.id = `${server}/${group}/${name}`;
  if (description !== undefined) item.description = description;
  item.contextValue = group === "tools" ? "tool" : "item";
  item.iconPath = new vscode.ThemeIcon(iconOf(group));
  const known = group === "clients" ? label : name;
  item.tooltip = description === undefined ? known : `${known}: ${description}`;
  item.accessibilityInformation = { label: description === undefined ? label : `${label}, ${description}` };
  return item;
}

function noteItem({ text }: NoteNode): vscode.TreeItem {
  const item = new vscode.TreeItem("");
  item.description = text;
  item.tooltip = text;
  item.contextValue = "note";
  item.accessibilityInformation = { label: text };
  return item;
}

function titleOf(group: Group): string {
  const titles = {
    tools: vscode.l10n.t("Tools"),
    resources: vscode.l10n.t("Resources"),
    prompts: vscode.l10n.t("Prompts"),
    clients: vscode.l10n.t("Clients"),
  };
  return titles[group];
}

function iconOf(group: Group): string {
  return { tools: "tools", resources: "file", prompts: "comment", clients: "plug" }[group];
}
