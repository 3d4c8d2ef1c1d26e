/** URLs in the text that can be opened. Pure. */

import type { DocumentLink } from "vscode-languageserver";

const url = /https?:\/\/[^\s"'<>`\\{}[\]|^,]+/gi;
const maxLinks = 5_000;

/** Leaves out URLs with a variable or a password, because they cannot be opened. */
export function linksOf(text: string): DocumentLink[] {
  const links: DocumentLink[] = [];
  let line = 0;
  for (const content of text.split("\n")) {
    if (content.includes("://")) links.push(...linksOfLine(content, line));
    if (links.length > maxLinks) break;
    line++;
  }
  return links;
}

function linksOfLine(content: string, line: number): DocumentLink[] {
  return [...content.matchAll(url)].flatMap((match) => {
    const target = match[0].replace(/[.,;:!?)]+$/, "");
    const isCut = content.startsWith("${", match.index + match[0].length - 1) || target.endsWith("$");
    if (isCut || !URL.canParse(target) || new URL(target).username !== "") return [];
    const start = { line, character: match.index };
    return [{ range: { start, end: { line, character: match.index + target.length } }, target }];
  });
}
