/** Translated texts for errors in the Platform view. */

import * as vscode from "vscode";
import type { PlatformError } from "./platform-errors.ts";

export interface PlatformErrorLabels {
  /** Short, because the remedy is next to it in the same row. */
  readonly label: string;
  /** The action that the user can take. */
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
      remedy: vscode.l10n.t("set openMcpGateway.platform.namespace to your namespace"),
    },
    "not-installed": {
      label: vscode.l10n.t("Platform not installed"),
      remedy: vscode.l10n.t("run mcp-runtime setup, or choose another cluster"),
    },
    other: { label: vscode.l10n.t("List failed"), remedy: words },
  };
  return all[kind];
}
