/** What the Platform view says of trouble, in the language of the editor. */

import * as vscode from "vscode";
import type { PlatformError } from "./platform-errors.ts";

export interface PlatformErrorLabels {
  /** Short: a row has little room, and what to do stands beside it. */
  readonly label: string;
  /** What to do about it. */
  readonly remedy: string;
}

export function platformErrorLabels({ kind, words }: PlatformError): PlatformErrorLabels {
  const all: Record<PlatformError["kind"], PlatformErrorLabels> = {
    "no-cluster": { label: vscode.l10n.t("No cluster"), remedy: vscode.l10n.t("choose a cluster") },
    kubeconfig: { label: vscode.l10n.t("Kubeconfig"), remedy: words },
    unreachable: {
      label: vscode.l10n.t("No answer"),
      remedy: vscode.l10n.t("start the cluster, or choose another"),
    },
    credentials: {
      label: vscode.l10n.t("Not logged in"),
      remedy: vscode.l10n.t("log in again, or choose another cluster"),
    },
    forbidden: {
      label: vscode.l10n.t("Not allowed"),
      remedy: vscode.l10n.t("name your namespace in openMcpGateway.platform.namespace"),
    },
    "not-installed": {
      label: vscode.l10n.t("No platform there"),
      remedy: vscode.l10n.t("run mcp-runtime setup, or choose another cluster"),
    },
    other: { label: vscode.l10n.t("No list"), remedy: words },
  };
  return all[kind];
}
