/** *Choose Cluster…*: picks a context of the kubeconfig, or another kubeconfig. */

import { homedir } from "node:os";
import * as vscode from "vscode";
import { clusterContexts } from "../../kube/cluster.ts";
import { showQuickPick } from "../display/dialogs.ts";
import { platformSettings, section } from "../settings.ts";

interface Pick extends vscode.QuickPickItem {
  readonly choose: () => Promise<void>;
}

/** Rejects if the kubeconfig cannot be read and the user did not choose another one. */
export async function chooseCluster(): Promise<void> {
  const { kubeconfig, context } = platformSettings();
  const title = vscode.l10n.t("Choose Cluster");
  const contexts = await contextPicks(kubeconfig, context);
  const line = { label: "", kind: vscode.QuickPickItemKind.Separator, choose: async () => undefined };
  const picks: Pick[] = [...contexts, line, filePick(kubeconfig)];
  await (await showQuickPick(picks, { title, matchOnDescription: true }))?.choose();
}

async function contextPicks(kubeconfig: string | undefined, chosen: string | undefined): Promise<Pick[]> {
  // The user can choose another file, whatever the error of this one is.
  const found = await clusterContexts({ ...(kubeconfig && { kubeconfig }) }, homedir()).catch(
    () => undefined,
  );
  if (!found) return [];
  const { current, all } = found;
  const follow: Pick = {
    label: vscode.l10n.t("The kubeconfig's current context"),
    description: current,
    iconPath: iconOf(chosen === undefined),
    choose: () => set("context", undefined),
  };
  const picks = all.map(({ name, server }) => ({
    label: name,
    description: server,
    iconPath: iconOf(name === chosen),
    choose: () => set("context", name),
  }));
  return [follow, ...picks];
}

function filePick(kubeconfig: string | undefined): Pick {
  return {
    label: vscode.l10n.t("Another kubeconfig…"),
    ...(kubeconfig && { description: kubeconfig }),
    iconPath: new vscode.ThemeIcon("folder-opened"),
    choose: chooseFile,
  };
}

async function chooseFile(): Promise<void> {
  const title = vscode.l10n.t("Choose a kubeconfig");
  const [file] = (await vscode.window.showOpenDialog({ title, canSelectMany: false })) ?? [];
  if (!file) return;
  // A context belongs to one file and may not exist in another.
  await set("context", undefined);
  await set("kubeconfig", file.fsPath);
  await chooseCluster();
}

function iconOf(isChosen: boolean): vscode.ThemeIcon {
  return new vscode.ThemeIcon(isChosen ? "check" : "server-environment");
}

async function set(key: "context" | "kubeconfig", value: string | undefined): Promise<void> {
  const settings = vscode.workspace.getConfiguration(section);
  const isOfWorkspace = settings.inspect(`platform.${key}`)?.workspaceValue !== undefined;
  const target = vscode.ConfigurationTarget;
  await settings.update(`platform.${key}`, value, isOfWorkspace ? target.Workspace : target.Global);
}
