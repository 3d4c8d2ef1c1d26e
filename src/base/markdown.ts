/** Foreign text inside Markdown. It is shown as written, never as a link, an image, HTML, an icon or a command. */

import { visibleLines, visibleText } from "./visible-text.ts";

/**
 * Characters with a meaning in Markdown or in an editor's extension of it. Some match only if they have the meaning:
 * `:` in a URL, `.` after `www`, the marks of lists and headings at the beginning.
 */
const meaningful = /[\\`*_{}[\]<>|~&!#@^]|:(?=\/\/)|(?<=www)\.|^[-+=]|(?<=^\d+)[.)]/gi;

/** The text as at most one paragraph, with every Markdown character escaped. */
export function markdownText(text: string): string {
  // VS Code replaces theme icons after Markdown is rendered, and a character reference is not yet decoded then.
  return visibleText(text).trim().replace(meaningful, "\\$&").replaceAll("$(", "&#36;(");
}

/** The text as code within a line. */
export function markdownCode(text: string): string {
  const line = visibleText(text);
  const fence = "`".repeat(longestRun(line) + 1);
  // Markdown takes one space off each side where both sides have one.
  const space = /^[ `]|[ `]$/.test(line) || line === "" ? " " : "";
  return `${fence}${space}${line}${space}${fence}`;
}

/** The text as a block of code, with its lines. `language` must be a trusted name. */
export function markdownBlock(text: string, language: string): string {
  const lines = visibleLines(text);
  const fence = "`".repeat(Math.max(3, longestRun(lines) + 1));
  return `\n\n${fence}${language}\n${lines}\n${fence}\n\n`;
}

/** Length of the longest run of backticks. */
function longestRun(text: string): number {
  return (text.match(/`+/g) ?? []).reduce((longest, run) => Math.max(longest, run.length), 0);
}
