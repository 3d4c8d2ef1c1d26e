/**
 * *Import Servers…*: adds servers from files of other programs to the catalog. The user selects them first. Secrets are
 * stored in the secret storage.
 */

import { readFile } from "node:fs/promises";
import * as vscode from "vscode";
import { messageOf } from "../../base/errors.ts";
import { shortPath } from "../../catalog/variables/user-paths.ts";
import type { UserFolders } from "../agents/agent-config-paths.ts";
import { jsonServers } from "../agents/json-edits.ts";
import type { CatalogText } from "../catalogs/catalog-text.ts";
import { showInformationMessage, showQuickPick, showWarningMessage } from "../display/dialogs.ts";
import { commandLineOf, secretNames } from "../gateway/command-line.ts";
import type { SecretVault } from "../gateway/secret-vault.ts";
import type { Imported } from "./convert-servers.ts";
import { type ImportSource, importSources } from "./import-sources.ts";
import { addWithSecrets, importBeside, type Taken } from "./imported-secrets.ts";

interface Found {
  readonly tool: ImportSource;
  readonly file: string;
  readonly servers: Readonly<Record<string, unknown>>;
}

export async function importFromAgents(
  catalog: CatalogText,
  vault: SecretVault,
  around: UserFolders,
  isOurs: (server: unknown) => boolean,
): Promise<void> {
  const found = await findServers(around, isOurs);
  if (found.length === 0) {
    void showInformationMessage(
      vscode.l10n.t(
        "No MCP servers found in the files of {0}.",
        importSources.map(({ label }) => label).join(", "),
      ),
    );
    return;
  }
  const entries = await catalog.entries();
  const ids = new Set(entries.map(({ id }) => id));
  const secrets = new Map(entries.flatMap(secretNames).map((name) => [name, undefined]));
  const chosen = await choose(found, { ids, secrets }, vault, around.home);
  if (!chosen || chosen.length === 0) return;
  await addWithSecrets(vault, chosen, () =>
    catalog.add(chosen.map(({ entry, notes }) => ({ entry, comments: notes }))),
  );
  showResult(chosen);
}

async function findServers(around: UserFolders, isOurs: (server: unknown) => boolean): Promise<Found[]> {
  const found: Found[] = [];
  for (const tool of importSources) {
    for (const file of tool.files(around)) {
      const servers = await serversIn(tool, file);
      const others = Object.entries(servers).filter(([, server]) => !isOurs(server));
      if (others.length > 0) found.push({ tool, file, servers: Object.fromEntries(others) });
    }
  }
  return found;
}

async function serversIn({ keys }: ImportSource, file: string): Promise<Readonly<Record<string, unknown>>> {
  const text = await readFile(file, "utf8").catch(() => "");
  try {
    for (const key of keys) {
      const servers = jsonServers(text, [key]);
      if (Object.keys(servers).length > 0) return servers;
    }
  } catch (error) {
    void showWarningMessage(vscode.l10n.t("{0} cannot be read: {1}", file, messageOf(error)));
  }
  return {};
}

type Pick = vscode.QuickPickItem & { readonly imported?: Imported };

async function choose(
  found: readonly Found[],
  taken: Taken,
  vault: SecretVault,
  home: string,
): Promise<Imported[] | undefined> {
  const picks: Pick[] = [];
  for (const { tool, file, servers } of found) {
    picks.push({
      label: `${tool.label}: ${shortPath(file, home)}`,
      kind: vscode.QuickPickItemKind.Separator,
    });
    picks.push(...(await importBeside(servers, taken, vault)).map(pickOf));
  }
  const title = vscode.l10n.t("Import Servers: select the servers to add to the catalog");
  const chosen = await showQuickPick(picks, { title, canPickMany: true, matchOnDetail: true });
  return chosen?.flatMap(({ imported }) => (imported ? [imported] : []));
}

function pickOf(imported: Imported): Pick {
  const { entry, secrets, notes } = imported;
  const names = Object.keys(secrets);
  const facts = [
    ...(names.length > 0 ? [vscode.l10n.t("secrets: {0}", names.join(", "))] : []),
    ...(notes.length > 0 ? [vscode.l10n.t("not imported: {0}", notes.join("; "))] : []),
  ];
  const { runtime } = entry;
  return {
    label: entry.id,
    description: "url" in runtime ? runtime.url : (commandLineOf(entry)?.line ?? ""),
    ...(facts.length > 0 && { detail: facts.join(" · ") }),
    picked: true,
    imported,
  };
}

function showResult(chosen: readonly Imported[]): void {
  const notes = chosen.flatMap(({ entry, notes }) => notes.map((note) => `${entry.id}: ${note}`));
  const count = vscode.l10n.t("Added {0} servers to the catalog.", chosen.length);
  const rest = notes.length === 0 ? "" : ` ${vscode.l10n.t("Not imported: {0}", notes.join("; "))}`;
  void showInformationMessage(count + rest);
}
