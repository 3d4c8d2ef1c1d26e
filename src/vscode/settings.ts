/** The settings of the extension as typed values. The keys are those of the headless gateway's config. */

import { homedir } from "node:os";
import * as vscode from "vscode";
import { configDefaults } from "../catalog/generated/schema-facts.ts";
import { parseListenAddress } from "../config/listen-address.ts";
import { type ProxySettings, proxySettingsIn } from "../runtime/remote/proxy-settings.ts";
import type { Workspace } from "./catalogs/find-catalogs.ts";
import type { GatewaySettings } from "./gateway/gateway-connection.ts";

export const section = "openMcpGateway";

/** Servers that VS Code's own agents can use: each server, all servers as one, or none. */
export type Exposure = "servers" | "aggregate" | "none";

export function gatewaySettings(): GatewaySettings {
  const settings = vscode.workspace.getConfiguration(section);
  const address = listenAddress(settings.get("listenAddr", configDefaults.listen_addr));
  return {
    ...address,
    url: settings.get("url", ""),
    origins: settings.get("corsEnabled", false) ? settings.get<string[]>("corsOrigins", []) : [],
    hotReload: settings.get("hotReload", true),
    toolsMode: settings.get("toolsMode", configDefaults.tools_mode),
    nameLength: settings.get("maxNameLength", configDefaults.max_name_length),
    defaults: {
      idleSeconds: settings.get("idleTimeoutSeconds", configDefaults.idle_timeout_seconds),
      requestSeconds: settings.get("requestTimeoutSeconds", configDefaults.request_timeout_seconds),
      healthSeconds: settings.get("healthCheckIntervalSeconds", configDefaults.health_check_interval_seconds),
      maxInstances: settings.get("maxConnectionsPerServer", configDefaults.max_connections_per_server),
    },
  };
}

/**
 * The proxy for remote servers: VS Code's own settings, or else the environment. A folder must not choose a proxy, so
 * only the settings of the user and the machine are used.
 */
export function proxySettings(): ProxySettings {
  const settings = vscode.workspace.getConfiguration("http");
  const own = <T>(name: string) => settings.inspect<T>(name)?.globalValue;
  if (own<string>("proxySupport") === "off") return {};
  const found = proxySettingsIn(process.env);
  const proxy = own<string>("proxy") || undefined;
  const except = own<string[]>("noProxy")?.join(",") || found.except;
  return proxy === undefined ? { ...found, except } : { http: proxy, https: proxy, except };
}

export function exposure(): Exposure {
  return vscode.workspace.getConfiguration(section).get<Exposure>("expose", "servers");
}

/**
 * Calls `changed` when the result of `read` changes. Compares values, because the editor changes some settings at its
 * start without naming them in an event.
 */
export function onSettings(read: () => unknown, changed: () => void): vscode.Disposable {
  let before = JSON.stringify(read());
  return vscode.workspace.onDidChangeConfiguration(() => {
    const now = JSON.stringify(read());
    if (now === before) return;
    before = now;
    changed();
  });
}

export function confirmsCommands(): boolean {
  return vscode.workspace.getConfiguration(section).get("confirmCommands", true);
}

/** The cluster of the Platform view. Empty settings are left out. */
export function platformSettings(): { kubeconfig?: string; context?: string; namespace?: string } {
  const settings = vscode.workspace.getConfiguration(section);
  const values = {
    kubeconfig: settings.get("platform.kubeconfig", ""),
    context: settings.get("platform.context", ""),
    namespace: settings.get("platform.namespace", ""),
  };
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ""));
}

/** The folders of this window, and the catalogs from the settings. */
export function workspaceOf(): Workspace {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const settingOf = (uri?: vscode.Uri) => vscode.workspace.getConfiguration(section, uri).get("catalog", "");
  return {
    folders: folders
      .filter(({ uri }) => uri.scheme === "file")
      .map(({ uri }) => ({ path: uri.fsPath, setting: settingOf(uri) })),
    setting: settingOf(),
    userHome: homedir(),
  };
}

/**
 * Throws if the address is not valid. An address that other machines can reach is allowed, because there is always a key.
 */
function listenAddress(text: string): { host: string; port: number } {
  const parsed = parseListenAddress(text);
  if (parsed.kind === "wrong")
    throw new Error(vscode.l10n.t("Setting {0} {1}", `${section}.listenAddr`, parsed.because));
  if (parsed.address.kind === "unix")
    throw new Error(vscode.l10n.t("Setting {0} must be host:port", `${section}.listenAddr`));
  return { host: parsed.address.host, port: parsed.address.port };
}
