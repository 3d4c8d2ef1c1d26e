/** The part of a document that is passed to the YAML library: the entry at the cursor instead of the whole file. Pure. */

import type { SplitCatalog } from "../../src/catalog/text/split-catalog.ts";
import { entryAt } from "../../src/catalog/text/split-catalog.ts";

export interface Excerpt {
  readonly text: string;
  /** Zero-based document line of the first line. -1 for the line that is put above an entry. */
  readonly line: number;
}

/** Longer entries are unusual, and the library is slow on them. */
const maxTextLength = 16_000;
/** Limit for files that cannot be split, such as files in flow style. */
const maxWholeLength = 64_000;
const above = "servers:\n";

/** `undefined` if the excerpt would be too long. */
export function excerptAt(text: string, split: SplitCatalog | undefined, line: number): Excerpt | undefined {
  const excerpt = split === undefined ? { text, line: 0 } : partAt(split, line);
  return excerpt.text.length > maxTextLength ? undefined : excerpt;
}

/** Excerpt for code that does not use the library. Files that cannot be split may be longer. */
export function longExcerptAt(
  text: string,
  split: SplitCatalog | undefined,
  line: number,
): Excerpt | undefined {
  if (split !== undefined || text.length > maxWholeLength) return excerptAt(text, split, line);
  return { text, line: 0 };
}

function partAt(split: SplitCatalog, line: number): Excerpt {
  const entry = split.entries[entryAt(split, line)];
  if (entry !== undefined) return { text: above + entry.text, line: entry.line - 1 };
  if (line < split.tail.line) return { text: split.head, line: 0 };
  return { text: `servers: []\n${split.tail.text}`, line: split.tail.line - 1 };
}
