/** What one reads when pointing at a server of the cluster, or at what keeps them from being listed. */

import * as vscode from "vscode";
import type { PlatformFacts } from "./platform-facts.ts";
import type { Trouble } from "./platform-trouble.ts";
import { troubleWords } from "./platform-words.ts";

export function serverTooltip(facts: PlatformFacts): vscode.MarkdownString {
  const { name, namespace, phase, reason, image, route, replicas } = facts;
  const text = new vscode.MarkdownString(undefined, true);
  text.appendMarkdown(`**${escaped(name)}** (${escaped(namespace)}), ${phase}\n\n`);
  if (reason !== "") text.appendText(reason).appendMarkdown("\n\n");
  const lines = [
    `$(package) ${code(image)}`,
    `$(globe) ${code(route)}`,
    `$(server) ${vscode.l10n.t("{0} of {1} replicas ready", replicas.ready, replicas.wanted)}`,
  ];
  return text.appendMarkdown(lines.join("  \n"));
}

export function troubleTooltip(trouble: Trouble): vscode.MarkdownString {
  const { label, remedy } = troubleWords(trouble);
  const text = new vscode.MarkdownString(`**${escaped(label)}**\n\n`);
  text.appendText(trouble.words);
  return remedy === trouble.words ? text : text.appendMarkdown(`\n\n${escaped(remedy)}`);
}

function code(text: string): string {
  return `\`${text.replaceAll("`", "'")}\``;
}

function escaped(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+\-.!|<>~]/g, "\\$&");
}
