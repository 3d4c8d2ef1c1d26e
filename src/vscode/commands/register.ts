/** The commands of the palette and the view, by id. What a command needs beyond the window is loaded when it is called. */

import * as vscode from "vscode";
import type { Window } from "../window.ts";
import { GatewayCommands } from "./gateway-commands.ts";
import { pickServer, type Target } from "./pick-server.ts";
import { ServerCommands } from "./server-commands.ts";

type Handler = (target?: Target) => Promise<void>;

/** `own` takes over each registration. */
export function registerCommands(
  window: Window,
  extension: vscode.Uri,
  own: (disposable: vscode.Disposable) => void,
): void {
  for (const [name, handler] of Object.entries(handlers(window, extension)))
    own(vscode.commands.registerCommand(`openMcpGateway.${name}`, handler));
}

function handlers(window: Window, extension: vscode.Uri): Record<string, Handler> {
  const servers = new ServerCommands(window);
  const gateway = new GatewayCommands(window.gateway, window.tree);
  const catalog = async () => {
    const { CatalogCommands } = await import("./catalog-commands.ts");
    return new CatalogCommands(window.gateway, extension);
  };
  return {
    startServer: (target) => servers.start(target),
    stopServer: (target) => servers.stop(target),
    restartServer: (target) => servers.restart(target),
    clearFailure: (target) => servers.stop(target),
    stopAllServers: () => servers.stopAll(),
    showServerLog: (target) => servers.showLog(target),
    showGatewayLog: async () => window.logs.gateway.show(true),
    reloadCatalog: () => gateway.reload(),
    startGateway: () => gateway.start(),
    stopGateway: () => gateway.stop(),
    copyServerUrl: (target) => gateway.copyUrl(target),
    copyKey: () => gateway.copyKey(),
    filterByTag: () => gateway.filterByTag(),
    openCatalog: async (target) => (await catalog()).open(target),
    createCatalog: async () => (await catalog()).create(),
    openExample: async () => (await catalog()).openExample(),
    addServer: async () => {
      const text = await (await catalog()).pickText();
      if (text) await (await import("./add-server.ts")).addServer(text);
    },
    importServers: async () => {
      const text = await (await catalog()).pickText();
      const { importFromTools } = await import("../import/import-servers.ts");
      const agents = await window.agents();
      if (text) await importFromTools(text, window.vault, agents.around(), agents.isOurs);
    },
    configureAgent: async () => (await window.agents()).configure(),
    copyAgentConfiguration: (target) => copyAgentConfiguration(window, target),
    tryTool: async (target) => {
      const { servers } = window.gateway;
      if (servers) await (await import("./try-tool.ts")).tryTool(servers, target);
    },
    setSecret: async () => (await import("./set-secret.ts")).setSecret(window.vault, await window.entries()),
    showDashboard: async () => {
      const { servers } = window.gateway;
      if (servers) (await import("../dashboard/dashboard.ts")).showDashboard(servers);
    },
  };
}

async function copyAgentConfiguration(window: Window, target?: Target): Promise<void> {
  const { servers } = window.gateway;
  const id = servers && (await pickServer(servers, target, vscode.l10n.t("Copy Agent Configuration")));
  if (id !== undefined) await (await window.agents()).copyFor(id);
}
