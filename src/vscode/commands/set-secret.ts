/** *Set Secret…*: sets or removes the value of a secret that catalogs use. */

import * as vscode from "vscode";
import type { Entry } from "../../catalog/entry.ts";
import { showInformationMessage, showInputBox, showQuickPick } from "../display/dialogs.ts";
import { secretNames } from "../gateway/command-line.ts";
import type { SecretVault } from "../gateway/secret-vault.ts";

/** `named` is the name of the secret, if the caller knows it. */
export async function setSecret(
  vault: SecretVault,
  entries: readonly Entry[],
  named: string | undefined,
): Promise<void> {
  const name = named ?? (await pickName(vault, entries));
  if (name === undefined) return;
  const value = await showInputBox({
    title: vscode.l10n.t("Secret {0}", name),
    prompt: vscode.l10n.t("Stored in the editor's secret storage. Leave it empty to remove the secret."),
    password: true,
    ignoreFocusOut: true,
  });
  if (value === undefined) return;
  await (value === "" ? vault.delete(name) : vault.set(name, value));
}

async function pickName(vault: SecretVault, entries: readonly Entry[]): Promise<string | undefined> {
  const names = [...new Set(entries.flatMap(secretNames))].sort();
  if (names.length === 0) {
    void showInformationMessage(
      vscode.l10n.t(
        "The catalog does not use secrets. Write {0} where a secret belongs.",
        "$" + "{secret:NAME}",
      ),
    );
    return undefined;
  }
  const picks = await Promise.all(names.map((name) => pickOf(vault, name)));
  return (await showQuickPick(picks, { title: vscode.l10n.t("Set Secret") }))?.label;
}

async function pickOf(vault: SecretVault, name: string): Promise<vscode.QuickPickItem> {
  const isSet = (await vault.get(name)) !== undefined;
  return { label: name, description: isSet ? vscode.l10n.t("set") : vscode.l10n.t("not set") };
}
