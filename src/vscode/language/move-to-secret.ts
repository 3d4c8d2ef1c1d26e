/** The quick fix that takes a secret out of a catalog: its value goes into the editor's secret storage, nowhere else. */

import * as vscode from "vscode";
import type { MoveToSecret, TextRange } from "../../../language-server/protocol.ts";
import type { SecretVault } from "../gateway/secret-vault.ts";

/** Does nothing when the document is another one by now, or somebody wants to keep the secret of that name. */
export async function moveToSecret(vault: SecretVault, move: MoveToSecret): Promise<void> {
  const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(move.uri));
  if (document.version !== move.version) return;
  const value = document.getText(rangeOf(move.range));
  if (!(await mayKeep(vault, move.name, value))) return;
  await vault.set(move.name, value);
  const edit = new vscode.WorkspaceEdit();
  edit.replace(document.uri, rangeOf(move.edit.range), move.edit.newText);
  await vscode.workspace.applyEdit(edit);
}

async function mayKeep(vault: SecretVault, name: string, value: string): Promise<boolean> {
  const known = await vault.get(name);
  if (known === undefined || known === value) return true;
  const replace = vscode.l10n.t("Replace");
  const text = vscode.l10n.t("There is a secret {0} with another value.", name);
  return (await vscode.window.showWarningMessage(text, { modal: true }, replace)) === replace;
}

function rangeOf({ start, end }: TextRange): vscode.Range {
  return new vscode.Range(start.line, start.character, end.line, end.character);
}
