/**
 * Compares with a file that holds the expected text. `UPDATE_GOLDEN=1` writes the file, to be read before it is
 * committed.
 */

import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { parse, stringify } from "yaml";

/** `file`: YAML. */
export function assertGolden(actual: unknown, file: string): void {
  const plain: unknown = JSON.parse(JSON.stringify(actual));
  if (process.env["UPDATE_GOLDEN"] === "1") {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, stringify(plain, { lineWidth: 110 }));
  }
  assert.deepEqual(plain, parse(readFileSync(file, "utf8")));
}
