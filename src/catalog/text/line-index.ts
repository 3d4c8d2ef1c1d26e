/** Converts offsets in a text to lines and columns. Pure. */

import type { TextRange } from "./problem.ts";

/** Converts offsets in `text` (`end` exclusive) to a range. Counts the lines once, at the first call. */
export function lineIndex(text: string): (start: number, end: number) => TextRange {
  let starts: number[] | undefined;
  return (start, end) => {
    starts ??= lineStarts(text);
    const [line, column] = position(starts, Math.min(start, text.length));
    const [endLine, endColumn] = position(starts, Math.min(Math.max(start, end), text.length));
    return { line, column, endLine, endColumn };
  };
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

function position(starts: readonly number[], offset: number): [line: number, column: number] {
  let low = 0;
  let high = starts.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle;
  }
  return [low + 1, offset - (starts[low] ?? 0) + 1];
}
