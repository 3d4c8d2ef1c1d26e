/** Text of others inside Markdown: shown as it is written, never as a link, an image, HTML, an icon or a command. */

import { visibleLines, visibleText } from "./visible-text.ts";

/**
 * What Markdown, or an editor's extension of it, gives a meaning; some only where it has one: `:` in a URL, `.` after
 * `www`, the marks of lists and headings at the beginning.
 */
const meaningful = /[\\`*_{}[\]<>|~&!#@^]|:(?=\/\/)|(?<=www)\.|^[-+=]|(?<=^\d+)[.)]/gi;

/** The text as one paragraph at most, in which nothing has a meaning for Markdown. */
export function markdownText(text: string): string {
  // A theme icon is looked for in what Markdown has made: there a character reference still stands for itself.
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

/** The text as a block of code, with its lines. `language`: a name of ours. */
export function markdownBlock(text: string, language: string): string {
  const lines = visibleLines(text);
  const fence = "`".repeat(Math.max(3, longestRun(lines) + 1));
  return `\n\n${fence}${language}\n${lines}\n${fence}\n\n`;
}

/** How many backticks follow each other at most. */
function longestRun(text: string): number {
  return (text.match(/`+/g) ?? []).reduce((longest, run) => Math.max(longest, run.length), 0);
}
