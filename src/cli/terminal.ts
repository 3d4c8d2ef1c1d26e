/** Lines for people on stdout and stderr. Text of others in them (servers, catalogs, clusters) can only be read. */

import { visibleLines } from "../base/visible-text.ts";

export function printLine(text: string): void {
  process.stdout.write(`${visibleLines(text)}\n`);
}

export function printError(text: string): void {
  process.stderr.write(`${visibleLines(text)}\n`);
}
