import assert from "node:assert/strict";
import { test } from "node:test";
import { SlotSet } from "../../../src/base/slot-set.ts";

test("members are told in order of arrival, though places are used again", () => {
  const slots = new SlotSet<string>();
  const first = slots.add("first");
  slots.add("second");
  slots.remove(first, "first");
  assert.equal(slots.add("third"), first);
  assert.deepEqual(slots.all(), ["second", "third"]);
  assert.equal(slots.size, 2);
});

test("who has left does not take along who has the place now", () => {
  const slots = new SlotSet<string>();
  const place = slots.add("first");
  slots.remove(place, "first");
  slots.add("second");
  slots.remove(place, "first");
  slots.remove(-1, "second");
  assert.deepEqual(slots.all(), ["second"]);
});
