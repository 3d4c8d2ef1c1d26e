/** Finds the cluster's server of a command: the selected row, or a choice from a list. */

import * as vscode from "vscode";
import type { PlatformServers } from "../../platform/servers/platform-servers.ts";
import { showInformationMessage, showQuickPick } from "../display/dialogs.ts";
import { type MeantServer, type PlatformTarget, targetOf } from "./platform-nodes.ts";
import { platformRows } from "./platform-presentation.ts";

/**
 * Resolves with `undefined` if the user cancelled. Contacts the cluster only if a list is needed, and rejects if the
 * cluster does not answer. `namespace`: the only namespace to offer.
 */
export async function pickClusterServer(
  servers: () => Promise<PlatformServers>,
  target: PlatformTarget,
  title: string,
  namespace: string | undefined,
): Promise<MeantServer | undefined> {
  const meant = targetOf(target);
  if (meant || target !== undefined) return meant;
  const rows = platformRows(await (await servers()).list(namespace), []);
  if (rows.length === 0) {
    void showInformationMessage(vscode.l10n.t("The cluster has no MCP servers."));
    return undefined;
  }
  const picks = rows.map(({ id, look: { label, description, icon, color } }) => {
    const iconPath = new vscode.ThemeIcon(icon, color ? new vscode.ThemeColor(color) : undefined);
    return { id, label, description, iconPath };
  });
  return targetOf((await showQuickPick(picks, { title, matchOnDescription: true }))?.id);
}
