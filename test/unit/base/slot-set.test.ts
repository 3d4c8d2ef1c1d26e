import assert from "node:assert/strict";
import { test } from "node:test";
import { SlotSet } from "../../../src/base/slot-set.ts";

test("members are notified in order of arrival, although slots are used again", () => {
  const slots = new SlotSet<string>();
  const first = slots.add("first");
  slots.add("second");
  slots.remove(first, "first");
  assert.equal(slots.add("third"), first);
  assert.deepEqual(slots.all(), ["second", "third"]);
  assert.equal(slots.size, 2);
});

test("a member that has been removed does not remove the current member of its slot", () => {
  const slots = new SlotSet<string>();
  const place = slots.add("first");
  slots.remove(place, "first");
  slots.add("second");
  slots.remove(place, "first");
  slots.remove(-1, "second");
  assert.deepEqual(slots.all(), ["second"]);
});
