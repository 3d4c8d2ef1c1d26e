/** The part of a document the YAML library is asked about: the entry under the cursor, not the file. Pure. */

import type { SplitCatalog } from "./split-catalog.ts";
import { entryAt } from "./split-catalog.ts";

export interface Excerpt {
  readonly text: string;
  /** Line of the document its first line is, from 0; may be -1, for the line put above an entry. */
  readonly line: number;
}

/** Nobody writes longer entries, and the library takes its time with what is odd in them. */
const longestText = 16_000;
/** Of files that cannot be cut, as those in braces. */
const longestWhole = 64_000;
const above = "servers:\n";

/** `undefined` where all that could be asked about is too long. */
export function excerptAt(text: string, split: SplitCatalog | undefined, line: number): Excerpt | undefined {
  const excerpt = split === undefined ? { text, line: 0 } : partAt(split, line);
  return excerpt.text.length > longestText ? undefined : excerpt;
}

/** The same for what is found without the library: files that cannot be cut may be longer. */
export function questionedAt(
  text: string,
  split: SplitCatalog | undefined,
  line: number,
): Excerpt | undefined {
  if (split !== undefined || text.length > longestWhole) return excerptAt(text, split, line);
  return { text, line: 0 };
}

function partAt(split: SplitCatalog, line: number): Excerpt {
  const entry = split.entries[entryAt(split, line)];
  if (entry !== undefined) return { text: above + entry.text, line: entry.line - 1 };
  if (line < split.tail.line) return { text: split.head, line: 0 };
  return { text: `servers: []\n${split.tail.text}`, line: split.tail.line - 1 };
}
