/** Creates and closes the parts of one window. Large modules are loaded on first use. */

import { stat } from "node:fs/promises";
import { join } from "node:path";
import * as vscode from "vscode";
import { Scope } from "../base/scope.ts";
import type { Entry } from "../catalog/entry.ts";
import { PluginRegistry } from "../runtime/plugin/plugin-registry.ts";
import type { AgentConfiguration } from "./agents/configure.ts";
import { launcherIn } from "./agents/launcher.ts";
import { McpProvider, providerId } from "./agents/mcp-provider.ts";
import { originOf } from "./catalogs/entry-origin.ts";
import { type Catalog, catalogNames, findCatalogs } from "./catalogs/find-catalogs.ts";
import type { MergedCatalogs } from "./catalogs/merged-catalogs.ts";
import { registerCommands } from "./commands/register-commands.ts";
import type { LocatedEntry } from "./commands/server-commands.ts";
import type { CatalogDiagnostics } from "./diagnostics.ts";
import { showInputBox } from "./display/dialogs.ts";
import { ApprovalPrompts } from "./gateway/approval-prompts.ts";
import { ApprovedLaunches } from "./gateway/approved-launches.ts";
import { secretNames, secretsNamedIn } from "./gateway/command-line.ts";
import { GatewayConnection, type GatewayHost, type GatewayState } from "./gateway/gateway-connection.ts";
import { GatewayRecords } from "./gateway/gateway-records.ts";
import { LaunchApproval } from "./gateway/launch-approval.ts";
import { savedKeys } from "./gateway/saved-keys.ts";
import { SecretVault } from "./gateway/secret-vault.ts";
import { windowServices } from "./gateway/window-services.ts";
import { type LanguageHost, LanguageSupport } from "./language/language-support.ts";
import { Logs } from "./logs.ts";
import { registerPlatform } from "./platform/register-platform.ts";
import { exposure, gatewaySettings, onSettings, proxySettings, section, workspaceOf } from "./settings.ts";
import { StatusBar } from "./status-bar.ts";
import { ServersTree } from "./tree/servers-tree.ts";

export const viewId = "openMcpGateway.servers";

export class Window {
  readonly #context: vscode.ExtensionContext;
  readonly #scope = new Scope();
  readonly gateway: GatewayConnection;
  readonly tree: ServersTree;
  readonly logs: Logs;
  readonly vault: SecretVault;
  readonly approval: LaunchApproval;
  /** Runtime types that other extensions registered. */
  readonly plugins = new PluginRegistry();
  readonly #status: StatusBar;
  readonly #provider: McpProvider;
  #diagnostics: CatalogDiagnostics | undefined;
  readonly #activatedAt = performance.now();
  #hasListed = false;
  #openedWith = "";
  #unfollow: () => void = () => undefined;

  /** Shows the view and registers the commands. Does not open the gateway. */
  constructor(context: vscode.ExtensionContext) {
    this.#context = context;
    this.logs = this.#own(new Logs());
    this.vault = new SecretVault(context.secrets);
    const approved = new ApprovedLaunches(join(context.globalStorageUri.fsPath, "confirmed.json"));
    const prompts = this.#own(new ApprovalPrompts((catalog) => this.#entriesOf(catalog)));
    this.approval = new LaunchApproval(prompts, approved, this.vault);
    this.gateway = new GatewayConnection(this.#gatewayHost());
    this.tree = this.#own(new ServersTree(viewId));
    this.#status = this.#own(new StatusBar(`${viewId}.focus`));
    this.#provider = this.#own(new McpProvider(this.gateway));
    this.#offer(this.#provider);
    this.#own(new LanguageSupport(this.#languageHost()));
    registerCommands(this, context.extensionUri, (disposable) => this.#own(disposable));
    this.#own(registerPlatform(this, context.extensionUri));
    this.#scope.add(this.gateway.changed.on((state) => this.#show(state)));
    this.#scope.add(() => this.#unfollow());
    this.#scope.add(() => this.gateway.close());
    this.#listen();
  }

  /** Other editors based on VS Code may not have this API. Everything else works there too. */
  #offer(provider: McpProvider): void {
    const { lm } = vscode as Partial<typeof vscode>;
    if (lm?.registerMcpServerDefinitionProvider === undefined) return;
    this.#own(lm.registerMcpServerDefinitionProvider(providerId, provider));
  }

  /** Opens the gateway. Never rejects. */
  open(): Promise<void> {
    this.#openedWith = settingsText();
    return this.gateway.open();
  }

  /** Ends every server and all parts of this window. */
  close(): Promise<void> {
    return this.#scope.close();
  }

  /** A server as currently defined in the catalogs of this window. */
  async locate(id: string): Promise<LocatedEntry | undefined> {
    const merged = await this.#merged();
    const entry = (await merged?.readPart())?.entries.find((candidate) => candidate.id === id);
    return entry && { entry, catalog: originOf(entry) };
  }

  /** The current entries of the catalogs of this window. */
  async entries(): Promise<readonly Entry[]> {
    return (await (await this.#merged())?.readPart())?.entries ?? [];
  }

  async #entriesOf(catalog: Catalog): Promise<readonly Entry[]> {
    const { MergedCatalogs } = await import("./catalogs/merged-catalogs.ts");
    return (await new MergedCatalogs([catalog], this.plugins.types).readPart()).entries;
  }

  async #merged(): Promise<MergedCatalogs | undefined> {
    const { MergedCatalogs } = await import("./catalogs/merged-catalogs.ts");
    return this.gateway.catalogs.length === 0
      ? undefined
      : new MergedCatalogs(this.gateway.catalogs, this.plugins.types);
  }

  async agents(): Promise<AgentConfiguration> {
    const { AgentConfiguration } = await import("./agents/configure.ts");
    const { globalStorageUri, extensionPath } = this.#context;
    return new AgentConfiguration(this.gateway, globalStorageUri.fsPath, extensionPath);
  }

  #own<T extends vscode.Disposable>(part: T): T {
    this.#scope.add(() => part.dispose());
    return part;
  }

  #languageHost(): LanguageHost {
    return {
      program: join(this.#context.extensionPath, "dist", "language-server.js"),
      log: this.logs.gateway,
      servers: () => this.gateway.servers,
      onServers: (changed) => this.gateway.changed.on(changed),
      catalogs: () => this.gateway.catalogs,
      secretNames: (texts) =>
        this.vault.names(async () => [
          ...(await this.entries()).flatMap(secretNames),
          ...texts().flatMap(secretsNamedIn),
        ]),
      onSecrets: (changed) => this.vault.onChange(changed),
      types: this.plugins.types,
      onTypes: (changed) => this.plugins.changed.on(changed),
      images: async (params) => (await engineNames())?.imageNames(params) ?? [],
      namespaces: async (params) => (await engineNames())?.namespaceNames(params) ?? [],
    };
  }

  #gatewayHost(): GatewayHost {
    const { secrets, globalStorageUri } = this.#context;
    const storage = globalStorageUri.fsPath;
    return {
      sites: new GatewayRecords(join(storage, "gateways")),
      secrets,
      settings: gatewaySettings,
      catalogs: () => findCatalogs(workspaceOf(), isThere),
      isTrusted: () => vscode.workspace.isTrusted,
      remoteKey: savedKeys(secrets, askRemoteKey),
      services: windowServices({
        log: this.logs.log,
        approval: this.approval,
        hasSecret: (name) => this.vault.has(name),
      }),
      plugins: this.plugins,
      proxies: proxySettings,
      cacheDir: join(storage, "lists"),
    };
  }

  #listen(): void {
    // At its start the editor sends events about folders and settings that have not changed. They must not restart the
    // gateway.
    const reopen = () => {
      if (settingsText() !== this.#openedWith) void this.open();
    };
    this.#own(vscode.workspace.onDidGrantWorkspaceTrust(() => void this.open()));
    this.#own(vscode.workspace.onDidChangeWorkspaceFolders(reopen));
    this.#own(this.vault.onChange(() => void this.gateway.recheck()));
    this.#scope.add(this.plugins.changed.on(() => void this.gateway.recheck()));
    this.#own(vscode.workspace.onDidChangeConfiguration(reopen));
    this.#own(onSettings(exposure, () => this.#provider.refresh()));
    for (const name of catalogNames) this.#watchFor(name);
  }

  /** A created file may be the first catalog or another one. The gateway itself watches later changes. */
  #watchFor(name: string): void {
    const watcher = vscode.workspace.createFileSystemWatcher(
      `**/${name.replaceAll("\\", "/")}`,
      false,
      true,
      true,
    );
    this.#own(watcher);
    this.#own(watcher.onDidCreate(() => void this.gateway.catalogCame()));
  }

  #show(state: GatewayState): void {
    this.#unfollow();
    const servers = "servers" in state ? state.servers : undefined;
    this.#unfollow = servers?.changed.on(() => this.#showServers(state)) ?? (() => undefined);
    void vscode.commands.executeCommand("setContext", `${section}.state`, state.kind);
    // While the gateway opens again, the view keeps its rows.
    if (state.kind !== "opening") {
      this.tree.show(servers);
      this.logs.follow(servers);
    }
    this.#showServers(state);
    if ("address" in state) void this.#refreshLauncher();
  }

  /** Updates the launcher of configured agents to the installed version. */
  async #refreshLauncher(): Promise<void> {
    const { command } = launcherIn(this.#context.globalStorageUri.fsPath);
    if (await isThere(command)) await (await this.agents()).refreshLauncher();
  }

  #showServers(state: GatewayState): void {
    this.#status.show(state);
    this.#provider.refresh();
    const overview = "servers" in state ? state.servers.overview : undefined;
    void vscode.commands.executeCommand("setContext", `${section}.servers`, overview?.rows.length ?? 0);
    if (overview && overview.rows.length > 0) this.#logListed(overview.rows.length);
    this.tree.tell(messageOf(state));
    if (overview?.problem === undefined) this.#diagnostics?.clear();
    else void this.#showProblems();
  }

  /** Logs the time from activation until the servers are visible. */
  #logListed(servers: number): void {
    if (this.#hasListed) return;
    this.#hasListed = true;
    const ms = (performance.now() - this.#activatedAt).toFixed(0);
    this.logs.log.info(`${servers} servers listed ${ms} ms after activation`);
  }

  async #showProblems(): Promise<void> {
    const { CatalogDiagnostics } = await import("./diagnostics.ts");
    this.#diagnostics ??= this.#own(new CatalogDiagnostics(this.plugins.types));
    await this.#diagnostics.show(this.gateway.catalogs);
  }
}

/** All settings that affect the gateway, and the folders, as text for comparison. */
function settingsText(): string {
  return JSON.stringify([gatewaySettings(), workspaceOf()]);
}

/** In an untrusted workspace, completion must not contact an address from a file. */
async function engineNames() {
  return vscode.workspace.isTrusted ? import("./language/engine-names.ts") : undefined;
}

async function askRemoteKey(url: string): Promise<string | undefined> {
  return showInputBox({
    title: vscode.l10n.t("Key of the gateway at {0}", url),
    prompt: vscode.l10n.t("Stored in the editor's secret storage, for this address only."),
    password: true,
    ignoreFocusOut: true,
  });
}

/** The message above the rows. The editor shows no welcome text if there is a message. */
function messageOf(state: GatewayState): string | undefined {
  if (state.kind === "untrusted")
    return vscode.l10n.t("The workspace is not trusted. Its servers are listed but cannot start.");
  if (state.kind === "failed") return vscode.l10n.t("The gateway could not start: {0}", state.because);
  const problem = "servers" in state ? relative(state.servers.overview.problem) : undefined;
  return problem && vscode.l10n.t("The catalog was not reloaded. The servers did not change. {0}", problem);
}

/** The problem with paths relative to the workspace, as in the explorer. */
function relative(problem: string | undefined): string | undefined {
  return problem?.replaceAll(/^(.+?)(?=:\d+:\d+: )/gm, (file) => vscode.workspace.asRelativePath(file));
}

async function isThere(file: string): Promise<boolean> {
  return (await stat(file).catch(() => undefined))?.isFile() ?? false;
}
