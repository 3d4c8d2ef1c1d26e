/** Tooltips of a cluster's server, and of the error that prevents listing servers. */

import * as vscode from "vscode";
import { markdownCode, markdownText } from "../../base/markdown.ts";
import { tooltipText } from "../display/tooltip-text.ts";
import type { ClusterServerDetails } from "./cluster-server-details.ts";
import { platformErrorLabels } from "./platform-error-labels.ts";
import type { PlatformError } from "./platform-errors.ts";

export function serverTooltip(facts: ClusterServerDetails): vscode.MarkdownString {
  const { name, namespace, phase, reason, image, route, replicas } = facts;
  const head = `**${markdownText(name)}** (${markdownText(namespace)}), ${markdownText(phase)}\n\n`;
  const because = reason === "" ? "" : `${markdownText(reason)}\n\n`;
  const lines = [
    `$(package) ${markdownCode(image)}`,
    `$(globe) ${markdownCode(route)}`,
    `$(server) ${vscode.l10n.t("{0} of {1} replicas ready", replicas.ready, replicas.wanted)}`,
  ];
  return tooltipText(head + because + lines.join("  \n"), { icons: true });
}

export function errorTooltip(trouble: PlatformError): vscode.MarkdownString {
  const { label, remedy } = platformErrorLabels(trouble);
  const parts = [`**${markdownText(label)}**`, markdownText(trouble.words)];
  return tooltipText([...parts, ...(remedy === trouble.words ? [] : [markdownText(remedy)])].join("\n\n"));
}
