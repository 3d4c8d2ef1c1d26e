/** Tests a catalog joined with entries from other sources. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Entry } from "../../../src/catalog/entry.ts";
import { type CatalogSource, fixedEntries, joinedSources } from "../../../src/gateway/catalog-source.ts";

function entry(id: string, url: string): Entry {
  return { id, runtime: { type: "remote-sse", url } };
}

const file = fixedEntries([entry("a", "http://file"), entry("b", "http://file")], "/");

test("entries from other sources are added, an id of the file keeps the file's entry, and each conflict is reported once", async () => {
  const skipped: string[] = [];
  const cluster = fixedEntries([entry("b", "http://cluster"), entry("c", "http://cluster")], "/");
  const joined = joinedSources(file, [cluster], (id) => skipped.push(id));
  const expected = [entry("a", "http://file"), entry("b", "http://file"), entry("c", "http://cluster")];
  for (const _ of [1, 2]) assert.deepEqual(await joined.read(), { kind: "valid", entries: expected });
  assert.deepEqual(skipped, ["b"]);
});

test("a file with problems is a catalog with problems, whatever the other sources contain", async () => {
  const broken: CatalogSource = { baseDir: "/", read: async () => ({ kind: "invalid", problems: ["x"] }) };
  const joined = joinedSources(broken, [file], () => undefined);
  assert.deepEqual(await joined.read(), { kind: "invalid", problems: ["x"] });
});

test("all sources are watched, and all watches end together", () => {
  const open = new Set<string>();
  const watched = (name: string): CatalogSource => ({
    ...file,
    watch: (changed) => {
      open.add(name);
      changed();
      return { close: () => void open.delete(name) };
    },
  });
  let changes = 0;
  const watch = joinedSources(watched("file"), [watched("cluster"), file], () => undefined).watch?.(() => {
    changes += 1;
  });
  assert.deepEqual([...open], ["file", "cluster"]);
  assert.equal(changes, 2);
  watch?.close();
  assert.equal(open.size, 0);
});
