/** Tooltips in Markdown, which trust nothing that stands in them. */

import * as vscode from "vscode";

/** `markdown`: text of others in it went through `markdownText` and its like. `icons`: it has theme icons of ours. */
export function tooltipText(markdown: string, { icons = false } = {}): vscode.MarkdownString {
  const text = new vscode.MarkdownString(markdown, icons);
  text.isTrusted = false;
  text.supportHtml = false;
  return text;
}
