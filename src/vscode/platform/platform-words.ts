/** What the Platform view says of trouble, in the language of the editor. */

import * as vscode from "vscode";
import type { Trouble } from "./platform-trouble.ts";

export interface TroubleWords {
  readonly label: string;
  /** What to do about it. */
  readonly remedy: string;
}

export function troubleWords({ kind, words }: Trouble): TroubleWords {
  const all: Record<Trouble["kind"], TroubleWords> = {
    "no-cluster": {
      label: vscode.l10n.t("No cluster is known"),
      remedy: vscode.l10n.t("choose a cluster"),
    },
    kubeconfig: {
      label: vscode.l10n.t("The cluster's settings do not fit"),
      remedy: words,
    },
    unreachable: {
      label: vscode.l10n.t("The cluster does not answer"),
      remedy: vscode.l10n.t("start it, or choose another; asked again by itself"),
    },
    credentials: {
      label: vscode.l10n.t("The cluster wants other credentials"),
      remedy: vscode.l10n.t("log in again, or choose another cluster"),
    },
    forbidden: {
      label: vscode.l10n.t("The right to list servers is missing"),
      remedy: vscode.l10n.t("name a namespace of yours in openMcpGateway.platform.namespace, or ask for it"),
    },
    "not-installed": {
      label: vscode.l10n.t("The platform is not installed here"),
      remedy: vscode.l10n.t("run mcp-runtime setup, or choose another cluster"),
    },
    other: { label: vscode.l10n.t("The servers cannot be listed"), remedy: words },
  };
  return all[kind];
}
