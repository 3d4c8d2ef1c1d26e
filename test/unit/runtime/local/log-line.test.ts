/** Tests that a log line never shows a part of a secret. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { beginningOf } from "../../../../src/runtime/local/log-line.ts";
import { OrderedEvents } from "../../../../src/runtime/plugin/plugin-events.ts";

const secret = "A1b2C3d4".repeat(20);
const redact = (text: string) => text.replaceAll(secret, "***");
const noise = `debug: ${"x".repeat(80)} ${secret} ${"y".repeat(10_000)}`;

test("a secret that crosses the cut is not shown in part", () => {
  const begun = beginningOf(noise, redact);
  assert.equal(begun.length, 200);
  assert.match(begun, /^debug: x{80} \*\*\* y+$/);
});

test("a secret is not shown in plugin output that is not a message", () => {
  const lines: string[] = [];
  const log = (line: string) => void lines.push(line);
  const events = new OrderedEvents({ message: () => {}, log, undelivered: () => {} }, redact);
  events.open();
  events.message(noise);
  assert.deepEqual(lines, [`not a JSON-RPC message: ${beginningOf(noise, redact)}`]);
});
