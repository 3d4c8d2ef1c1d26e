/** *Configure Agent…*: writes the gateway's servers into an agent's configuration, removes them, or copies them. */

import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { stringify } from "smol-toml";
import * as vscode from "vscode";
import { messageOf } from "../../base/errors.ts";
import { shortPath } from "../../catalog/variables/user-paths.ts";
import {
  setStatusBarMessage,
  showErrorMessage,
  showInformationMessage,
  showQuickPick,
} from "../display/dialogs.ts";
import type { GatewayConnection } from "../gateway/gateway-connection.ts";
import type { Address } from "../servers/gateway-client.ts";
import type { UserFolders } from "./agent-config-paths.ts";
import { configured, editAgentFile, fileOf } from "./agent-file.ts";
import { type Agent, agents, type ConnectionMethod } from "./agents.ts";
import { type Launcher, launcherIn, writeLauncher } from "./launcher.ts";

type Scope = "each" | "all";

interface FoundAgent {
  readonly agent: Agent;
  readonly file: string;
  /** Names of the gateway's entries in it. */
  readonly ours: readonly string[];
}

type Choice =
  | { readonly kind: "write" | "copy"; readonly scope: Scope; readonly way: ConnectionMethod["kind"] }
  | { readonly kind: "remove" };

export class AgentConfiguration {
  readonly #gateway: GatewayConnection;
  readonly #launcher: Launcher;
  readonly #program: string;
  readonly #storage: string;

  /**
   * `storage` is the folder in which the editor stores data of this extension. `extension` is the installation folder.
   */
  constructor(gateway: GatewayConnection, storage: string, extension: string) {
    this.#gateway = gateway;
    this.#storage = storage;
    this.#launcher = launcherIn(storage);
    this.#program = join(extension, "dist", "gateway-stdio.js");
  }

  /** Points the launcher to the installed version and gives it the current key. */
  refreshLauncher(): Promise<void> {
    return this.#writeLauncher();
  }

  async configure(): Promise<void> {
    const { address, servers } = this.#gateway;
    if (!address || !servers) {
      void showInformationMessage(vscode.l10n.t("The MCP gateway is not running"));
      return;
    }
    const picked = await this.#pickAgent();
    if (!picked) return;
    const { agent, file, ours } = picked;
    const choice = await pickChoice(agent, servers.overview.rows.length, ours.length);
    if (!choice) return;
    try {
      await this.#carryOut(agent, file, choice, address);
    } catch (error) {
      const text = vscode.l10n.t("{0} was not changed: {1}", file, messageOf(error));
      void showErrorMessage(text);
    }
  }

  /** Copies the entry of one server, for agents that the extension cannot configure. */
  async copyFor(id: string): Promise<void> {
    const { address } = this.#gateway;
    const [agent] = agents;
    if (!address || !agent) return;
    await this.#writeLauncher();
    const entry = agent.entry(this.#way("launcher", id, address));
    await copyText(JSON.stringify({ mcpServers: { [id]: entry } }, undefined, 2));
  }

  async #pickAgent(): Promise<FoundAgent | undefined> {
    const picks = await Promise.all(agents.map((agent) => this.#pickOf(agent)));
    const copilot: vscode.QuickPickItem & { found?: FoundAgent } = {
      label: "GitHub Copilot",
      description: vscode.l10n.t("already has the servers"),
    };
    const title = vscode.l10n.t("Configure Agent");
    const options = { title, placeHolder: vscode.l10n.t("Select a client to connect") };
    const found = picks.filter((pick) => pick !== undefined);
    const choice = await showQuickPick([copilot, ...found], options);
    if (choice === copilot) await vscode.commands.executeCommand("workbench.mcp.listServer");
    return choice?.found;
  }

  async #pickOf(agent: Agent) {
    const file = await fileOf(agent, this.around());
    if (file === undefined) return undefined;
    const ours = await configured(agent, file, this.isOurs).catch(() => []);
    const description = ours.length === 0 ? "" : vscode.l10n.t("configured: {0}", ours.join(", "));
    return {
      label: agent.label,
      description,
      detail: shortPath(file, homedir()),
      found: { agent, file, ours },
    };
  }

  async #carryOut(agent: Agent, file: string, choice: Choice, address: Address): Promise<void> {
    if (choice.kind === "remove") {
      await editAgentFile(agent, file, { wanted: {}, isOurs: this.isOurs });
      return notify(
        vscode.l10n.t("Removed the gateway's servers from {0}", shortPath(file, homedir())),
        file,
      );
    }
    await this.#writeLauncher();
    const wanted = this.#entries(agent, choice.scope, choice.way, address);
    if (choice.kind === "copy") return copyText(textFor(agent, wanted));
    await editAgentFile(agent, file, { wanted, isOurs: this.isOurs });
    notify(
      vscode.l10n.t(
        "Configured {0}: {1} in {2}",
        agent.label,
        Object.keys(wanted).join(", "),
        shortPath(file, homedir()),
      ),
      file,
    );
  }

  #entries(
    agent: Agent,
    scope: Scope,
    way: ConnectionMethod["kind"],
    address: Address,
  ): Record<string, unknown> {
    if (scope === "all") return { "mcp-gateway": agent.entry(this.#way(way, undefined, address)) };
    const rows = this.#gateway.servers?.overview.rows.filter(({ enabled }) => enabled) ?? [];
    return Object.fromEntries(rows.map(({ id }) => [id, agent.entry(this.#way(way, id, address))]));
  }

  #way(kind: ConnectionMethod["kind"], id: string | undefined, { url, key = "" }: Address): ConnectionMethod {
    if (kind === "http") return { kind, url: id === undefined ? `${url}/mcp` : `${url}/${id}/mcp`, key };
    const args = [
      ...(id === undefined ? [] : ["--server", id]),
      ...["--gateway", url, "--api-key-file", this.#launcher.keyFile],
    ];
    return { kind, command: this.#launcher.command, args };
  }

  /**
   * Whether the gateway wrote an entry. It is recognized by the launcher or the key, because both stay the same when
   * ports and catalogs change.
   */
  readonly isOurs = (entry: unknown): boolean => {
    const { command, headers } = (entry ?? {}) as {
      command?: unknown;
      headers?: { Authorization?: unknown };
    };
    const key = this.#gateway.address?.key;
    return (
      command === this.#launcher.command || (key !== undefined && headers?.Authorization === `Bearer ${key}`)
    );
  };

  async #writeLauncher(): Promise<void> {
    const { key, mayBeForwarded = false } = this.#gateway.address ?? {};
    if (key === undefined) return;
    const target = {
      platform: process.platform,
      node: process.execPath,
      program: this.#program,
      isDirect: !mayBeForwarded,
    };
    await writeLauncher(this.#launcher, target, key);
  }

  around(): UserFolders {
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
    return {
      platform: process.platform,
      home: homedir(),
      env: process.env,
      extensionsStorage: dirname(this.#storage),
      workspace: folder,
    };
  }
}

async function pickChoice(agent: Agent, servers: number, ours: number): Promise<Choice | undefined> {
  const picks: (vscode.QuickPickItem & { choice: Choice })[] = [];
  for (const way of agent.ways) {
    const detail =
      way === "http"
        ? vscode.l10n.t(
            "By URL. The gateway's key is written to the file. The agent sends it to any program that listens at this address.",
          )
        : vscode.l10n.t(
            "Through the launcher (recommended). The key is not written to the file. It is sent only after the gateway has proved that it knows the key.",
          );
    const each = vscode.l10n.t("Each server ({0})", servers);
    picks.push({ label: each, detail, choice: { kind: "write", scope: "each", way } });
    const all = vscode.l10n.t("All servers as one");
    picks.push({ label: all, detail, choice: { kind: "write", scope: "all", way } });
  }
  const copy = vscode.l10n.t("Copy to the clipboard");
  picks.push({ label: copy, choice: { kind: "copy", scope: "each", way: "launcher" } });
  if (ours > 0)
    picks.push({
      label: vscode.l10n.t("Remove the gateway's servers ({0})", ours),
      choice: { kind: "remove" },
    });
  return (await showQuickPick(picks, { title: agent.label }))?.choice;
}

function textFor(agent: Agent, wanted: Record<string, unknown>): string {
  const nested = agent.path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), wanted);
  return agent.format === "toml" ? stringify(nested) : JSON.stringify(nested, undefined, 2);
}

async function copyText(text: string): Promise<void> {
  await vscode.env.clipboard.writeText(text);
  setStatusBarMessage(vscode.l10n.t("Configuration copied to the clipboard"), 5_000);
}

function notify(text: string, file: string): void {
  const open = vscode.l10n.t("Open File");
  void showInformationMessage(text, open).then((answer) => {
    if (answer === open) void vscode.window.showTextDocument(vscode.Uri.file(file));
  });
}
