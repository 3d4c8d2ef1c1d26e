/** An entry of a catalog that is open in an editor, wherever and however it is written. */

import type { Range } from "vscode-languageserver";
import type { EntryReading } from "./entry-reading.ts";

/** An entry as it stands now. */
export interface CurrentEntry {
  /** Of its first line, from 0. */
  readonly line: number;
  readonly text: string;
  readonly id?: string;
  readonly reading?: EntryReading;
  /** Where it stands, of an entry whose lines are not its own. */
  readonly range?: Range;
}
