/** The quick fix that moves a secret from a catalog to the editor's secret storage. */

import * as vscode from "vscode";
import type { MoveToSecret, TextRange } from "../../../language-server/protocol.ts";
import { showWarningMessage } from "../display/dialogs.ts";
import type { SecretVault } from "../gateway/secret-vault.ts";

/** Does nothing if the document has changed in the meantime, or if the user keeps an existing secret of that name. */
export async function moveToSecret(vault: SecretVault, move: MoveToSecret): Promise<void> {
  const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(move.uri));
  if (document.version !== move.version) return;
  const value = document.getText(rangeOf(move.range));
  const replaced = document.getText(rangeOf(move.edit.range));
  const before = await vault.get(move.name);
  if (before !== undefined && before !== value && !(await mayReplace(move.name))) return;
  await vault.set(move.name, value);
  // The user may have edited the document while the question was open.
  if (document.getText(rangeOf(move.edit.range)) !== replaced) return restore(vault, move.name, before);
  const edit = new vscode.WorkspaceEdit();
  edit.replace(document.uri, rangeOf(move.edit.range), move.edit.newText);
  await vscode.workspace.applyEdit(edit);
}

async function mayReplace(name: string): Promise<boolean> {
  const replace = vscode.l10n.t("Replace");
  const text = vscode.l10n.t("Secret {0} already exists with another value.", name);
  return (await showWarningMessage(text, { modal: true }, replace)) === replace;
}

async function restore(vault: SecretVault, name: string, before: string | undefined): Promise<void> {
  await (before === undefined ? vault.delete(name) : vault.set(name, before));
}

function rangeOf({ start, end }: TextRange): vscode.Range {
  return new vscode.Range(start.line, start.character, end.line, end.character);
}
