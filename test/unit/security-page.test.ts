/** Tests that SECURITY.md names only tests that exist, and that it has a line for every attack. */

import assert from "node:assert/strict";
import { access, readdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { test } from "node:test";

const root = resolve(import.meta.dirname, "../..");
const page = await readFile(join(root, "SECURITY.md"), "utf8");

test("every test that the page names exists", async () => {
  const named = [...page.matchAll(/`(test\/[^`]+\.test\.ts)`/g)].map(([, file = ""]) => file);
  assert.ok(named.length > 30);
  for (const file of named) await access(join(root, file));
});

test("every attack is on the page", async () => {
  for (const file of await readdir(join(root, "test/attack")))
    assert.ok(page.includes(`\`test/attack/${file}\``), `test/attack/${file} is not named in SECURITY.md`);
});

test("every line of a table of threats names a protection and a test", () => {
  const promises = page.slice(page.indexOf("## What is promised"));
  const rows = promises.split("\n").filter((line) => /^\| (?!threat)/.test(line));
  for (const row of rows) assert.match(row, /^\| [^|]+ \| [^|]+ \| `test\/[^|]+ \|$/, row);
});
