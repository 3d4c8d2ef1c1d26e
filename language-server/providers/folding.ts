/**
 * Folding ranges: every line with deeper lines below it. Pure. Uses only indentation, so it also works for incomplete
 * text.
 */

import type { FoldingRange } from "vscode-languageserver";

interface Open {
  readonly line: number;
  readonly column: number;
}

export function foldingOf(text: string): FoldingRange[] {
  const ranges: FoldingRange[] = [];
  const open: Open[] = [];
  let last = 0;
  const close = (column: number) => {
    for (let top = open.at(-1); top !== undefined && top.column >= column; top = open.at(-1)) {
      if (last > top.line) ranges.push({ startLine: top.line, endLine: last });
      open.pop();
    }
  };
  let line = 0;
  for (const content of text.split("\n")) {
    if (/\S/.test(content) && !/^\s*#/.test(content)) {
      const column = content.search(/\S/);
      // A list item may have the same column as its key.
      close(content[column] === "-" ? column + 0.5 : column);
      closeItem(open, column, content, close);
      open.push({ line, column: content[column] === "-" ? column + 0.5 : column });
      last = line;
    }
    line++;
  }
  close(-1);
  return ranges.sort((a, b) => a.startLine - b.startLine || b.endLine - a.endLine);
}

/** A key at the column of a list's dashes ends the list. */
function closeItem(
  open: readonly Open[],
  column: number,
  content: string,
  close: (column: number) => void,
): void {
  if (content[column] !== "-" && open.at(-1)?.column === column + 0.5) close(column);
}
