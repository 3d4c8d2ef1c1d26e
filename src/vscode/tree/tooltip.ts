/** The tooltip of a server: its description, its command or URL, and its error. */

import type { MarkdownString } from "vscode";
import { markdownBlock, markdownCode, markdownText } from "../../base/markdown.ts";
import { tooltipText } from "../display/tooltip-text.ts";
import { commandLineOf } from "../gateway/command-line.ts";
import type { ServerDetail, ServerRow } from "../servers/servers.ts";

export function tooltipOf(row: ServerRow, detail: ServerDetail | undefined): MarkdownString {
  return tooltipText(tooltipMarkdown(row, detail));
}

/** Markdown in which all foreign text is escaped. */
export function tooltipMarkdown(row: ServerRow, detail: ServerDetail | undefined): string {
  return [
    `**${markdownText(row.display_name)}** (${markdownText(row.id)}), ${markdownText(row.status)}\n\n`,
    ...(row.description ? row.description.split("\n").map((line) => `${markdownText(line)}\n\n`) : []),
    ...(detail ? [runtimeBlock(detail)] : []),
    ...(row.reason ? [markdownText(row.reason)] : []),
    ...(row.last_output ? [markdownBlock(row.last_output.join("\n"), "text")] : []),
    ...(row.tags.length > 0 ? [`\n\n${row.tags.map(markdownCode).join(" ")}`] : []),
  ].join("");
}

function runtimeBlock(detail: ServerDetail): string {
  const line = commandLineOf({ id: detail.id, runtime: detail.runtime, env: detail.env });
  const url = "url" in detail.runtime ? detail.runtime.url : undefined;
  const shown = line?.line ?? url;
  return shown === undefined ? "" : markdownBlock(shown, line ? "shellscript" : "text");
}
