/**
 * The Platform view: the servers of a Kubernetes cluster. Watches the cluster only while the view is visible and the
 * workspace is trusted. The modules for that are loaded when the view is first visible.
 */

import * as vscode from "vscode";
import { Scope } from "../../base/scope.ts";
import { visibleText } from "../../base/visible-text.ts";
import { plainItem } from "../display/tree-item.ts";
import { section } from "../settings.ts";
import { changesOf } from "../tree/row-changes.ts";
import type { ServerPresentation } from "../tree/server-presentation.ts";
import type { ClusterSelection, ClusterSnapshot, ClusterWatcher } from "./cluster-watcher.ts";
import { platformErrorLabels } from "./platform-error-labels.ts";
import {
  type ClusterServerNode,
  isSameRow,
  type ListedRow,
  listedRows,
  type PlatformNode,
  type PodNode,
} from "./platform-nodes.ts";
import type { PlatformRow } from "./platform-presentation.ts";
import { errorTooltip, serverTooltip } from "./platform-tooltip.ts";

const errorNode: PlatformNode = { kind: "trouble" };

export class PlatformView implements vscode.TreeDataProvider<PlatformNode>, vscode.Disposable {
  readonly #scope = new Scope();
  readonly #changed = new vscode.EventEmitter<PlatformNode | undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #id: string;
  readonly #view: vscode.TreeView<PlatformNode>;
  readonly #choice: () => ClusterSelection;
  readonly #nodes = new Map<string, ClusterServerNode | PodNode>();
  #rows: readonly ListedRow[] = [];
  /** The last known servers of the cluster, also from before the view was hidden. */
  #known: readonly PlatformRow[] = [];
  #withoutPods: string | undefined;
  #watcher: ClusterWatcher | undefined;
  /** Incremented with each start, so that results of an earlier start are dropped. */
  #turn = 0;

  /** `choice` returns the cluster to show, and is called at each start. */
  constructor(id: string, choice: () => ClusterSelection) {
    this.#id = id;
    this.#choice = choice;
    this.#view = vscode.window.createTreeView<PlatformNode>(id, {
      treeDataProvider: this,
      showCollapseAll: true,
    });
    const onVisible = this.#view.onDidChangeVisibility(() => void this.#follow());
    for (const part of [this.#changed, this.#view, onVisible]) this.#scope.add(() => part.dispose());
    this.#scope.add(() => this.#end());
    void this.#follow();
  }

  dispose(): void {
    void this.#scope.close();
  }

  /** Starts again with the current settings. */
  async restart(): Promise<void> {
    this.#end();
    this.#known = [];
    this.#draw([]);
    this.#view.description = "";
    await this.#follow();
  }

  /** Retries at once if the cluster did not answer. */
  async refresh(): Promise<void> {
    await (this.#watcher ? this.#watcher.open() : this.#follow());
  }

  getTreeItem(node: PlatformNode): vscode.TreeItem {
    return plainItem(this.#itemFor(node));
  }

  #itemFor(node: PlatformNode): vscode.TreeItem {
    switch (node.kind) {
      case "cluster-server":
        return this.#serverItem(node);
      case "pod":
        return this.#podItem(node);
      case "podless":
        return podlessItem(node.server, this.#withoutPods);
      case "trouble":
        return this.#errorItem();
      default:
        return node satisfies never;
    }
  }

  getChildren(node?: PlatformNode): PlatformNode[] {
    if (!node) return this.#rows.map(({ id, row }) => (row ? this.#serverNode(id) : errorNode));
    if (node.kind !== "cluster-server") return [];
    const pods = this.#rowOf(node.id)?.row?.pods ?? [];
    return pods.length === 0
      ? [{ kind: "podless", server: node.id }]
      : pods.map(({ id }) => this.#podNode(node.id, id));
  }

  getParent(node: PlatformNode): PlatformNode | undefined {
    return node.kind === "pod" || node.kind === "podless" ? this.#serverNode(node.server) : undefined;
  }

  resolveTreeItem(item: vscode.TreeItem, node: PlatformNode): vscode.TreeItem {
    const facts = node.kind === "cluster-server" ? this.#watcher?.facts(node.id) : undefined;
    if (facts) item.tooltip = serverTooltip(facts);
    return item;
  }

  /** Starts to watch when the view becomes visible, and ends when it is hidden. The rows stay. */
  async #follow(): Promise<void> {
    if (!this.#view.visible) return this.#end();
    if (!vscode.workspace.isTrusted) return setViewState("untrusted");
    if (this.#watcher) return;
    // It is not known yet whether there are servers.
    if (this.#rows.length === 0) setViewState("asking");
    const turn = ++this.#turn;
    const { ClusterWatcher } = await import("./cluster-watcher.ts");
    const { apiGroup } = await import("../../platform/identity.ts");
    if (turn !== this.#turn) return;
    const watcher = new ClusterWatcher(this.#choice(), apiGroup(process.env));
    this.#watcher = watcher;
    watcher.changed.on((seen) => {
      if (watcher === this.#watcher) this.#show(seen);
    });
    await vscode.window.withProgress({ location: { viewId: this.#id } }, () => watcher.open());
  }

  #end(): void {
    this.#turn++;
    this.#watcher?.close();
    this.#watcher = undefined;
  }

  #show({ rows, trouble, context, withoutPods }: ClusterSnapshot): void {
    this.#withoutPods = withoutPods;
    const { namespace } = this.#choice();
    const where = visibleText([context, namespace].filter((name) => name !== undefined).join(" · "));
    if ((this.#view.description ?? "") !== where) this.#view.description = where;
    setViewState(trouble?.kind === "no-cluster" ? "no-cluster" : "listed");
    this.#known = rows ?? this.#known;
    this.#draw(listedRows(this.#known, trouble));
  }

  #draw(rows: readonly ListedRow[]): void {
    const changes = changesOf(this.#rows, rows, isSameRow);
    this.#rows = rows;
    this.#forget();
    if (changes.kind === "list") this.#changed.fire(undefined);
    if (changes.kind === "rows")
      for (const id of changes.ids)
        this.#changed.fire(this.#rowOf(id)?.row ? this.#serverNode(id) : errorNode);
  }

  /** Removes the nodes of rows that no longer exist. */
  #forget(): void {
    const there = new Set(
      this.#rows.flatMap(({ id, row }) => [id, ...(row?.pods ?? []).map((pod) => podKey(pod.id))]),
    );
    for (const key of this.#nodes.keys()) if (!there.has(key)) this.#nodes.delete(key);
  }

  #serverNode(id: string): ClusterServerNode {
    return this.#nodeOf(id, { kind: "cluster-server", id });
  }

  #podNode(server: string, id: string): PodNode {
    return this.#nodeOf(podKey(id), { kind: "pod", server, id });
  }

  #nodeOf<Node extends ClusterServerNode | PodNode>(key: string, node: Node): Node {
    const known = this.#nodes.get(key) as Node | undefined;
    if (known) return known;
    this.#nodes.set(key, node);
    return node;
  }

  #rowOf(id: string): ListedRow | undefined {
    return this.#rows.find((row) => row.id === id);
  }

  #serverItem({ id }: ClusterServerNode): vscode.TreeItem {
    const look = this.#rowOf(id)?.row?.look;
    return itemOf(id, look, vscode.TreeItemCollapsibleState.Collapsed);
  }

  #podItem({ server, id }: PodNode): vscode.TreeItem {
    const row = this.#rowOf(server)?.row?.pods.find((pod) => pod.id === id);
    const item = itemOf(podKey(id), row?.look, vscode.TreeItemCollapsibleState.None);
    if (row) item.tooltip = `${row.look.label}\n${row.words}`;
    return item;
  }

  #errorItem(): vscode.TreeItem {
    const trouble = this.#rows.find((row) => row.trouble)?.trouble;
    const item = new vscode.TreeItem("");
    if (!trouble) return item;
    const { label, remedy } = platformErrorLabels(trouble);
    item.id = "trouble";
    item.label = label;
    item.description = remedy;
    item.tooltip = errorTooltip(trouble);
    item.contextValue = "cluster-error";
    item.iconPath = new vscode.ThemeIcon("warning", new vscode.ThemeColor("list.warningForeground"));
    item.accessibilityInformation = { label: [label, remedy, trouble.words].join(", ") };
    return item;
  }
}

/** A server can have the same id as a Pod. */
function podKey(id: string): string {
  return `pod ${id}`;
}

function itemOf(
  id: string,
  look: ServerPresentation | undefined,
  state: vscode.TreeItemCollapsibleState,
): vscode.TreeItem {
  const item = new vscode.TreeItem(id, state);
  item.id = id;
  if (!look) return item;
  item.label = look.label;
  item.description = look.description;
  item.contextValue = look.context;
  item.iconPath = new vscode.ThemeIcon(look.icon, look.color ? new vscode.ThemeColor(look.color) : undefined);
  item.accessibilityInformation = { label: look.spoken };
  return item;
}

/** `because`: the reason why Pods cannot be listed. */
function podlessItem(server: string, because: string | undefined): vscode.TreeItem {
  const text = because ?? vscode.l10n.t("No Pods");
  const item = new vscode.TreeItem("");
  item.id = `podless ${server}`;
  item.description = text;
  item.tooltip = text;
  item.contextValue = "podless";
  item.accessibilityInformation = { label: text };
  return item;
}

/** Sets the context key that selects the welcome text of the view. */
function setViewState(state: "untrusted" | "asking" | "no-cluster" | "listed"): void {
  void vscode.commands.executeCommand("setContext", `${section}.platform`, state);
}
