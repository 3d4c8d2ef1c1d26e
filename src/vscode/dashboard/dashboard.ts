/** The dashboard: statistics of all servers in an editor tab, live while it is visible. The page does not run scripts. */

import * as vscode from "vscode";
import type { GatewayConnection } from "../gateway/gateway-connection.ts";
import { dashboardPage } from "./dashboard-page.ts";
import { StatisticsPoller } from "./statistics-poller.ts";

let panel: vscode.WebviewPanel | undefined;

/** Shows the dashboard. A window has at most one. */
export function showDashboard(gateway: GatewayConnection): void {
  panel?.dispose();
  const opened = vscode.window.createWebviewPanel(
    "openMcpGateway.dashboard",
    vscode.l10n.t("MCP Gateway"),
    vscode.ViewColumn.Active,
    { enableScripts: false, localResourceRoots: [] },
  );
  panel = opened;
  const figures = new StatisticsPoller({
    servers: () => gateway.servers,
    onServers: (changed) => gateway.changed.on(changed),
    isVisible: () => panel === opened && opened.visible,
    show(rows, statistics) {
      if (panel !== opened) return;
      const page = dashboardPage(rows, statistics, titles());
      // Setting the same page again would make it flicker.
      if (opened.webview.html !== page) opened.webview.html = page;
    },
  });
  opened.onDidChangeViewState(() => void figures.draw());
  opened.onDidDispose(() => {
    figures.close();
    if (panel === opened) panel = undefined;
  });
}

function titles() {
  return {
    server: vscode.l10n.t("Server"),
    state: vscode.l10n.t("State"),
    requests: vscode.l10n.t("Requests"),
    errors: vscode.l10n.t("Errors"),
    restarts: vscode.l10n.t("Restarts"),
    latency: vscode.l10n.t("Latency p50 / p95 / p99, ms"),
    last: vscode.l10n.t("Last activity"),
    running: vscode.l10n.t("running"),
    uptime: vscode.l10n.t("gateway uptime"),
  };
}
