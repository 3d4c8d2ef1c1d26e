/** The dashboard: the figures of all servers in an editor tab, live while it is visible. Runs no script in the page. */

import * as vscode from "vscode";
import type { Servers } from "../servers/servers.ts";
import { dashboardPage } from "./dashboard-page.ts";

const refreshMs = 2_000;

let panel: vscode.WebviewPanel | undefined;

/** One for the window: asked for again, it comes to the front. */
export function showDashboard(servers: Servers): void {
  panel?.dispose();
  const opened = vscode.window.createWebviewPanel(
    "openMcpGateway.dashboard",
    vscode.l10n.t("MCP Gateway"),
    vscode.ViewColumn.Active,
    { enableScripts: false, localResourceRoots: [] },
  );
  panel = opened;
  const draw = () => void drawIn(opened, servers);
  const timer = setInterval(() => opened.visible && draw(), refreshMs);
  const unlisten = servers.changed.on(() => opened.visible && draw());
  opened.onDidChangeViewState(draw);
  opened.onDidDispose(() => {
    clearInterval(timer);
    unlisten();
    if (panel === opened) panel = undefined;
  });
  draw();
}

async function drawIn(opened: vscode.WebviewPanel, servers: Servers): Promise<void> {
  const statistics = await servers.statistics().catch(() => undefined);
  if (!statistics || panel !== opened) return;
  const page = dashboardPage(servers.overview.rows, statistics, titles());
  // The same page again would only flicker.
  if (opened.webview.html !== page) opened.webview.html = page;
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
    uptime: vscode.l10n.t("gateway up for"),
  };
}
