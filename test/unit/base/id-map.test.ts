import assert from "node:assert/strict";
import { test } from "node:test";
import { IdMap } from "../../../src/base/id-map.ts";

test("values are found by their ids, whatever these are, and removed once", () => {
  const ids = [0, 1, 8, 264, 4_294_967_304, -1, 1.5, 2 ** 60, "1", "", "a"];
  const table = new IdMap<number | string, string>();
  for (const id of ids) table.set(id, `of ${typeof id} ${id}`);
  assert.equal(table.size, ids.length);
  for (const id of ids) assert.equal(table.get(id), `of ${typeof id} ${id}`);
  assert.deepEqual(new Set(table.entries().map(([id]) => id)), new Set(ids));
  for (const id of ids) {
    assert.equal(table.take(id), `of ${typeof id} ${id}`);
    assert.equal(table.take(id), undefined);
    assert.equal(table.has(id), false);
  }
  assert.equal(table.size, 0);
});

test("an id table behaves as a Map does, for thousands of ids that share slots", () => {
  const table = new IdMap<number, number>();
  const map = new Map<number, number>();
  for (let turn = 0; turn < 20_000; turn++) {
    const id = (turn * 7919) % 3_001;
    if (map.has(id)) {
      assert.equal(table.take(id), map.get(id));
      map.delete(id);
    } else {
      table.set(id, turn);
      map.set(id, turn);
    }
    assert.equal(table.size, map.size);
  }
  assert.deepEqual(new Map(table.entries()), map);
});
