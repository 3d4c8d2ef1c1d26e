import assert from "node:assert/strict";
import { test } from "node:test";
import type { Entry } from "../../../../src/catalog/entry.ts";
import { diffCatalogs } from "../../../../src/catalog/live/catalog-diff.ts";
import { launchKey } from "../../../../src/supervisor/launch-key.ts";

const entry = (id: string, more: Partial<Entry> = {}): Entry => ({
  id,
  runtime: { type: "local-process", command: "x" },
  ...more,
});

test("a diff lists the entries that a reload adds, removes and modifies, and ignores order", () => {
  const before = [entry("a"), entry("b"), entry("c", { env: { X: "1", Y: "2" } })];
  const after = [entry("c", { env: { Y: "2", X: "1" } }), entry("d"), entry("b", { description: "new" })];
  assert.deepEqual(diffCatalogs(before, after), { added: ["d"], removed: ["a"], modified: ["b"] });
  assert.deepEqual(diffCatalogs(before, before), { added: [], removed: [], modified: [] });
});

test("an instance is out of date when the settings it was started with change, and only then", () => {
  const key = launchKey(entry("a"));
  assert.equal(
    launchKey(entry("a", { description: "x", tags: ["y"], idle_timeout_seconds: 1, tools: { deny: ["z"] } })),
    key,
  );
  assert.notEqual(launchKey(entry("a", { env: { X: "1" } })), key);
  assert.notEqual(launchKey(entry("a", { instances: "session" })), key);
  assert.notEqual(launchKey(entry("a", { runtime: { type: "local-process", command: "y" } })), key);
});
