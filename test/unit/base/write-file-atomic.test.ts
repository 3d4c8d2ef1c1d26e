import assert from "node:assert/strict";
import { mkdir, readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { writeFileAtomic } from "../../../src/base/write-file-atomic.ts";
import { temporaryFolder } from "../../support/gateway.ts";

test("of many writes at the same time one wins as a whole, and no other file stays", async (t) => {
  const folder = join(await temporaryFolder(t), "new");
  const file = join(folder, "file");
  const texts = ["a", "b", "c"].map((letter) => letter.repeat(1_000_000));
  await Promise.all(texts.map((text) => writeFileAtomic(file, text, { mode: 0o600 })));
  assert.ok(texts.includes(await readFile(file, "utf8")));
  assert.deepEqual(await readdir(folder), ["file"]);
  if (process.platform !== "win32") assert.equal((await stat(file)).mode & 0o777, 0o600);
});

test("a write that fails leaves no file", async (t) => {
  const folder = await temporaryFolder(t);
  const file = join(folder, "taken");
  await mkdir(join(file, "by a folder"), { recursive: true });
  await assert.rejects(writeFileAtomic(file, "text"));
  assert.deepEqual(await readdir(folder), ["taken"]);
});
