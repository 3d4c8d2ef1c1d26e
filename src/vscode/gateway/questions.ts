/** What people are asked before a server starts: whether its command may run, and the secrets it needs. */

import { homedir } from "node:os";
import * as vscode from "vscode";
import type { Entry } from "../../catalog/entry.ts";
import { shortPath } from "../../catalog/variables/user-paths.ts";
import type { Catalog } from "../catalogs/find-catalogs.ts";
import { confirmsCommands } from "../settings.ts";
import type { AdmissionHost, Consent } from "./admission.ts";
import type { CommandLine } from "./command-line.ts";
import type { SecretVault } from "./secret-vault.ts";

export function questions(vault: SecretVault, entriesOf: AdmissionHost["entriesOf"]): AdmissionHost {
  return {
    isTrusted: () => vscode.workspace.isTrusted,
    confirms: confirmsCommands,
    askConsent,
    entriesOf,
    hasSecret: async (name) => (await vault.get(name)) !== undefined,
    askSecret: (name, entry) => askSecret(vault, name, entry),
  };
}

async function askConsent(entry: Entry, line: CommandLine, catalog: Catalog | undefined): Promise<Consent> {
  const run = vscode.l10n.t("Run");
  const all = vscode.l10n.t("Run All of This Catalog");
  const title = vscode.l10n.t("Run the command of MCP server '{0}'?", entry.display_name ?? entry.id);
  const answer = await vscode.window.showWarningMessage(
    title,
    { modal: true, detail: detailOf(line, catalog) },
    run,
    all,
  );
  if (answer === run) return "run";
  return answer === all ? "all" : "no";
}

function detailOf({ line, env, folder }: CommandLine, catalog: Catalog | undefined): string {
  const parts = [line];
  if (folder !== undefined) parts.push(vscode.l10n.t("in {0}", folder));
  if (env.length > 0) parts.push(vscode.l10n.t("with {0}", env.join(", ")));
  if (catalog)
    parts.push(
      "",
      vscode.l10n.t(
        "From {0}. You are asked once, and again when it changes.",
        shortPath(catalog.file, homedir()),
      ),
    );
  return parts.join("\n");
}

async function askSecret(vault: SecretVault, name: string, entry: Entry): Promise<boolean> {
  const value = await vscode.window.showInputBox({
    title: vscode.l10n.t("Secret {0}", name),
    prompt: vscode.l10n.t(
      "MCP server '{0}' needs it. It is kept in the editor's secret storage.",
      entry.display_name ?? entry.id,
    ),
    password: true,
    ignoreFocusOut: true,
  });
  if (!value) return false;
  await vault.set(name, value);
  return true;
}
