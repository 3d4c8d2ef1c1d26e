/** An entry of a catalog in an open document, in block or flow style. */

import type { Range } from "vscode-languageserver";
import type { EntryReading } from "./entry-reading.ts";

/** An entry in the current text. */
export interface DocumentEntry {
  /** Zero-based number of its first line. */
  readonly line: number;
  readonly text: string;
  readonly id?: string;
  readonly reading?: EntryReading;
  /** Its range, if it shares lines with other text. */
  readonly range?: Range;
}
