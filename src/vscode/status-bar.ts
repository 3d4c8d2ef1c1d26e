/** The item in the status bar: the state of the gateway and the number of running servers. A click shows the view. */

import * as vscode from "vscode";
import { visibleLines } from "../base/visible-text.ts";
import type { GatewayState } from "./gateway/gateway-connection.ts";
import { isFailure, isUp } from "./servers/servers.ts";

export class StatusBar implements vscode.Disposable {
  readonly #item: vscode.StatusBarItem;

  constructor(command: string) {
    this.#item = vscode.window.createStatusBarItem(
      "openMcpGateway.status",
      vscode.StatusBarAlignment.Left,
      0,
    );
    this.#item.name = vscode.l10n.t("MCP Gateway");
    this.#item.command = command;
  }

  dispose(): void {
    this.#item.dispose();
  }

  show(state: GatewayState): void {
    if (state.kind === "no-catalog") return this.#item.hide();
    const { text, isWrong, ...status } = statusOf(state);
    const tooltip = visibleLines(status.tooltip);
    this.#item.text = text;
    this.#item.tooltip = tooltip;
    this.#item.accessibilityInformation = { label: `${vscode.l10n.t("MCP Gateway")}: ${tooltip}` };
    this.#item.backgroundColor = isWrong
      ? new vscode.ThemeColor("statusBarItem.warningBackground")
      : undefined;
    this.#item.show();
  }
}

interface Status {
  readonly text: string;
  readonly tooltip: string;
  readonly isWrong: boolean;
}

function statusOf(state: Exclude<GatewayState, { kind: "no-catalog" }>): Status {
  switch (state.kind) {
    case "opening":
      return { text: "$(loading~spin) MCP", tooltip: vscode.l10n.t("Starting the gateway…"), isWrong: false };
    case "stopped":
      return {
        text: "$(circle-slash) MCP",
        tooltip: vscode.l10n.t("The gateway is stopped"),
        isWrong: false,
      };
    case "failed":
      return { text: "$(error) MCP", tooltip: state.because, isWrong: true };
    case "untrusted":
      return {
        text: "$(lock) MCP",
        tooltip: vscode.l10n.t("Servers cannot start because the workspace is not trusted"),
        isWrong: false,
      };
    default:
      return ofServers(state);
  }
}

function ofServers(state: Extract<GatewayState, { kind: "own" | "shared" | "remote" }>): Status {
  const { rows, problem } = state.servers.overview;
  const up = rows.filter(isUp).length;
  const failures = rows.filter(isFailure).length;
  const figures = vscode.l10n.t("{0} of {1} servers running", up, rows.length);
  const failed = failures === 0 ? "" : ` · ${vscode.l10n.t("{0} failed", failures)}`;
  const wrong = problem === undefined ? "" : ` · ${vscode.l10n.t("the catalog has problems")}`;
  const icon = problem === undefined && failures === 0 ? "$(server-process)" : "$(warning)";
  return {
    text: `${icon} MCP ${up}/${rows.length}`,
    tooltip: `${state.address.url} (${ownerText(state.kind)}): ${figures}${failed}${wrong}`,
    isWrong: problem !== undefined,
  };
}

function ownerText(kind: "own" | "shared" | "remote"): string {
  const texts = {
    own: vscode.l10n.t("of this window"),
    shared: vscode.l10n.t("of another window"),
    remote: vscode.l10n.t("remote"),
  };
  return texts[kind];
}
