/** What one reads when pointing at a server: what it is, what runs, and what is wrong with it. */

import * as vscode from "vscode";
import { commandLineOf } from "../gateway/command-line.ts";
import type { ServerDetail, ServerRow } from "../servers/servers.ts";

/** Where the supervisor puts a server's last words in a reason. */
const lastWords = "; it said last: ";

export function tooltipOf(row: ServerRow, detail: ServerDetail | undefined): vscode.MarkdownString {
  const text = new vscode.MarkdownString();
  text.appendMarkdown(`**${escaped(row.display_name)}** (${row.id}), ${row.status}\n\n`);
  if (row.description) text.appendText(`${row.description}\n\n`);
  if (detail) appendRuntime(text, detail);
  if (row.reason) appendReason(text, row.reason);
  if (row.tags.length > 0) text.appendMarkdown(`\n\n${row.tags.map((tag) => `\`${tag}\``).join(" ")}`);
  return text;
}

function appendRuntime(text: vscode.MarkdownString, detail: ServerDetail): void {
  const line = commandLineOf({ id: detail.id, runtime: detail.runtime, env: detail.env });
  const url = "url" in detail.runtime ? detail.runtime.url : undefined;
  const shown = line?.line ?? url;
  if (shown !== undefined) text.appendCodeblock(shown, line ? "shellscript" : "text");
}

function appendReason(text: vscode.MarkdownString, reason: string): void {
  const [because = "", words] = reason.split(lastWords);
  text.appendText(because);
  if (words !== undefined) text.appendCodeblock(words.split(" | ").join("\n"), "text");
}

function escaped(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+\-.!|<>~]/g, "\\$&");
}
