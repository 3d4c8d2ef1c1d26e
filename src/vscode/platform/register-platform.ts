/** The Platform view and its commands. A command loads its own modules when it is called. */

import * as vscode from "vscode";
import { Scope } from "../../base/scope.ts";
import { onSettings, platformSettings, section } from "../settings.ts";
import type { ClusterCommands, PlatformHost } from "./cluster-commands.ts";
import type { PlatformTarget } from "./platform-nodes.ts";
import { PlatformView } from "./platform-view.ts";

export const platformViewId = `${section}.platform`;

type Handler = (target?: PlatformTarget) => Promise<void>;

/** `extension`: the installation folder. The returned object disposes everything. */
export function registerPlatform(host: PlatformHost, extension: vscode.Uri): vscode.Disposable {
  const scope = new Scope();
  const own = (part: vscode.Disposable) => scope.add(() => part.dispose());
  const view = new PlatformView(platformViewId, platformSettings);
  own(view);
  let loading: Promise<ClusterCommands> | undefined;
  const commands = () => {
    loading ??= import("./cluster-commands.ts").then(({ ClusterCommands }) => {
      const made = new ClusterCommands(host, extension);
      own(made);
      return made;
    });
    return loading;
  };
  for (const [name, handler] of Object.entries(handlers(view, commands)))
    own(vscode.commands.registerCommand(`${section}.${name}`, handler));
  own(vscode.workspace.onDidGrantWorkspaceTrust(() => void view.restart()));
  own(onSettings(platformSettings, () => void view.restart()));
  return new vscode.Disposable(() => void scope.close());
}

function handlers(view: PlatformView, commands: () => Promise<ClusterCommands>): Record<string, Handler> {
  return {
    deployFromMetadata: async () => (await commands()).deploy(),
    chooseCluster: async () => (await commands()).chooseCluster(),
    refreshPlatform: () => view.refresh(),
    showClusterLog: async (target) => (await commands()).showLog(target),
    openInCatalog: async (target) => (await commands()).openInCatalog(target),
    showManifest: async (target) => (await commands()).showManifest(target),
    copyRoute: async (target) => (await commands()).copyRoute(target),
    deleteClusterServer: async (target) => (await commands()).delete(target),
  };
}
