/** *Set Secret…*: gives a secret that catalogs name a value, or takes it away. */

import * as vscode from "vscode";
import type { Entry } from "../../catalog/entry.ts";
import { secretNames } from "../gateway/command-line.ts";
import type { SecretVault } from "../gateway/secret-vault.ts";

export async function setSecret(vault: SecretVault, entries: readonly Entry[]): Promise<void> {
  const names = [...new Set(entries.flatMap(secretNames))].sort();
  if (names.length === 0) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t("The catalog names no secrets: write {0} where one belongs.", "$" + "{secret:NAME}"),
    );
    return;
  }
  const picks = await Promise.all(names.map((name) => pickOf(vault, name)));
  const picked = await vscode.window.showQuickPick(picks, { title: vscode.l10n.t("Set Secret") });
  if (!picked) return;
  const value = await vscode.window.showInputBox({
    title: vscode.l10n.t("Secret {0}", picked.label),
    prompt: vscode.l10n.t("Kept in the editor's secret storage. Empty: it is removed."),
    password: true,
    ignoreFocusOut: true,
  });
  if (value === undefined) return;
  await (value === "" ? vault.delete(picked.label) : vault.set(picked.label, value));
}

async function pickOf(vault: SecretVault, name: string): Promise<vscode.QuickPickItem> {
  const isSet = (await vault.get(name)) !== undefined;
  return { label: name, description: isSet ? vscode.l10n.t("set") : vscode.l10n.t("not set") };
}
