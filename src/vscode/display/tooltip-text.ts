/** Untrusted tooltips in Markdown. */

import * as vscode from "vscode";

/**
 * `markdown`: all foreign text in it is escaped with `markdownText` or a similar function. `icons`: it contains theme
 * icons of the extension.
 */
export function tooltipText(markdown: string, { icons = false } = {}): vscode.MarkdownString {
  const text = new vscode.MarkdownString(markdown, icons);
  text.isTrusted = false;
  text.supportHtml = false;
  return text;
}
