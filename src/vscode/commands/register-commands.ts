/** Registers the commands of the palette and the view by id. A command loads its own modules when it is called. */

import * as vscode from "vscode";
import { commands, type MoveToSecret } from "../../../language-server/protocol.ts";
import type { Entry } from "../../catalog/entry.ts";
import type { AgentConfiguration } from "../agents/configure.ts";
import type { SecretVault } from "../gateway/secret-vault.ts";
import type { ServersTree } from "../tree/servers-tree.ts";
import { GatewayCommands } from "./gateway-commands.ts";
import { type PickTarget, pickServer } from "./pick-server.ts";
import { ServerCommands, type ServerCommandsHost } from "./server-commands.ts";

/** The parts of the window that commands use. */
export interface CommandsHost extends ServerCommandsHost {
  readonly tree: ServersTree;
  readonly vault: SecretVault;
  /** The current entries of the catalogs. */
  entries(): Promise<readonly Entry[]>;
  agents(): Promise<AgentConfiguration>;
}

type Handler = (target?: PickTarget) => Promise<void>;

/** `own` takes ownership of each registration. */
export function registerCommands(
  window: CommandsHost,
  extension: vscode.Uri,
  own: (disposable: vscode.Disposable) => void,
): void {
  own(
    vscode.commands.registerCommand(commands.moveToSecret, async (move: MoveToSecret) =>
      (await import("../language/move-to-secret.ts")).moveToSecret(window.vault, move),
    ),
  );
  for (const [name, handler] of Object.entries(handlers(window, extension)))
    own(vscode.commands.registerCommand(`openMcpGateway.${name}`, handler));
}

function handlers(window: CommandsHost, extension: vscode.Uri): Record<string, Handler> {
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
      const { importFromAgents } = await import("../import/import-command.ts");
      const agents = await window.agents();
      if (text) await importFromAgents(text, window.vault, agents.around(), agents.isOurs);
    },
    configureAgent: async () => (await window.agents()).configure(),
    copyAgentConfiguration: (target) => copyAgentConfiguration(window, target),
    tryTool: async (target) => {
      const { servers } = window.gateway;
      if (servers) await (await import("./try-tool.ts")).tryTool(servers, target);
    },
    setSecret: async (target) => {
      const { setSecret } = await import("./set-secret.ts");
      await setSecret(window.vault, await window.entries(), typeof target === "string" ? target : undefined);
    },
    showDashboard: async () => {
      const { gateway } = window;
      if (gateway.servers) (await import("../dashboard/dashboard.ts")).showDashboard(gateway);
    },
  };
}

async function copyAgentConfiguration(window: CommandsHost, target?: PickTarget): Promise<void> {
  const { servers } = window.gateway;
  const id = servers && (await pickServer(servers, target, vscode.l10n.t("Copy Agent Configuration")));
  if (id !== undefined) await (await window.agents()).copyFor(id);
}
