/** Commands for the gateway and its catalog as a whole. */

import * as vscode from "vscode";
import { messageOf } from "../../base/errors.ts";
import {
  setStatusBarMessage,
  showErrorMessage,
  showInformationMessage,
  showQuickPick,
} from "../display/dialogs.ts";
import type { GatewayConnection } from "../gateway/gateway-connection.ts";
import type { ServersTree } from "../tree/servers-tree.ts";
import { type PickTarget, pickServer } from "./pick-server.ts";

export class GatewayCommands {
  readonly #gateway: GatewayConnection;
  readonly #tree: ServersTree;

  constructor(gateway: GatewayConnection, tree: ServersTree) {
    this.#gateway = gateway;
    this.#tree = tree;
  }

  async reload(): Promise<void> {
    const { servers } = this.#gateway;
    if (!servers) return this.#gateway.open();
    try {
      const { loaded, added, removed, modified } = await servers.reload();
      const text = vscode.l10n.t(
        "Catalog reloaded: {0} servers, {1} added, {2} removed, {3} modified",
        loaded,
        added,
        removed,
        modified,
      );
      setStatusBarMessage(text, 5_000);
    } catch (error) {
      void showErrorMessage(messageOf(error));
    }
  }

  async start(): Promise<void> {
    if (this.#gateway.address) return;
    await this.#gateway.open();
  }

  async stop(): Promise<void> {
    await this.#gateway.stop();
  }

  async copyUrl(target: PickTarget): Promise<void> {
    const { servers, address } = this.#gateway;
    if (!servers || !address) return showNotRunning();
    const id = await pickServer(servers, target, vscode.l10n.t("Copy Server URL"));
    if (id !== undefined) await vscode.env.clipboard.writeText(`${address.url}/${id}/mcp`);
  }

  async copyKey(): Promise<void> {
    const key = this.#gateway.address?.key;
    if (key === undefined) return showNotRunning();
    await vscode.env.clipboard.writeText(key);
    setStatusBarMessage(vscode.l10n.t("Gateway key copied to the clipboard"), 5_000);
  }

  async showDashboard(): Promise<void> {
    const { address } = this.#gateway;
    if (!address) return showNotRunning();
    await vscode.env.openExternal(await vscode.env.asExternalUri(vscode.Uri.parse(`${address.url}/ui`)));
  }

  async filterByTag(): Promise<void> {
    const rows = this.#gateway.servers?.overview.rows ?? [];
    const tags = [...new Set(rows.flatMap((row) => row.tags))].sort();
    const picks = tags.map((label) => ({ label, picked: this.#tree.tags.includes(label) }));
    const title = vscode.l10n.t("Show only servers with one of these tags");
    const picked = await showQuickPick(picks, { title, canPickMany: true });
    if (picked) this.#tree.filter(picked.map(({ label }) => label));
  }
}

function showNotRunning(): void {
  void showInformationMessage(vscode.l10n.t("The MCP gateway is not running"));
}
