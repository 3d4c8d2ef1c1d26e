/** Finds the server of a command: the selected row, or a choice from a list. */

import * as vscode from "vscode";
import { showInformationMessage, showQuickPick } from "../display/dialogs.ts";
import type { ServerRow, Servers } from "../servers/servers.ts";
import { presentationOf } from "../tree/server-presentation.ts";
import type { Node } from "../tree/tree-nodes.ts";

/** Menus pass a node. Other commands and tests pass an id. */
export type PickTarget = Node | string | undefined;

/** Resolves with an id, or with `undefined` if the user cancelled. */
export async function pickServer(
  servers: Servers,
  target: PickTarget,
  title: string,
  fits: (row: ServerRow) => boolean = () => true,
): Promise<string | undefined> {
  if (typeof target === "string") return target;
  if (target) return target.kind === "server" ? target.id : target.server;
  const rows = servers.overview.rows.filter(fits);
  if (rows.length === 0) {
    void showInformationMessage(vscode.l10n.t("No server is available for this command"));
    return undefined;
  }
  const picks = rows.map((row) => ({ ...pickOf(row), id: row.id }));
  return (await showQuickPick(picks, { title, matchOnDescription: true }))?.id;
}

function pickOf(row: ServerRow): vscode.QuickPickItem {
  const { label, description, icon, color } = presentationOf(row, performance.now());
  const iconPath = new vscode.ThemeIcon(icon, color ? new vscode.ThemeColor(color) : undefined);
  return { label, description, iconPath, ...(row.description && { detail: row.description }) };
}
