/** Prints lines on stdout and stderr. Control characters in foreign text (servers, catalogs, clusters) are escaped. */

import { visibleLines } from "../base/visible-text.ts";

export function printLine(text: string): void {
  process.stdout.write(`${visibleLines(text)}\n`);
}

export function printError(text: string): void {
  process.stderr.write(`${visibleLines(text)}\n`);
}
