/** Tests parked calls: each is taken up once, by the same request, or ended. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { RequestStateStore } from "../../../../src/router/bridge/request-state-store.ts";
import { handTurnedTime } from "../../fakes.ts";

class FakeParked {
  readonly what: string;
  readonly principal = "local";
  orphaned = false;
  abandoned = 0;

  constructor(what = "call work") {
    this.what = what;
  }

  abandon(): void {
    this.abandoned++;
  }
}

const hourMs = 60 * 60 * 1000;

test("a call is taken up once, under its own state, by the same request", (t) => {
  handTurnedTime(t);
  const parked = new RequestStateStore<FakeParked>();
  const [a, b] = [new FakeParked(), new FakeParked()];
  const states = [parked.park(a), parked.park(b)];
  assert.notEqual(states[0], states[1]);
  assert.equal(parked.take(states[0], "call other", "local"), undefined);
  assert.equal(parked.take(states[1], "call work", "key 1"), undefined);
  assert.equal(parked.take(states[1], "call work", "local"), b);
  assert.equal(parked.take(states[1], "call work", "local"), undefined);
  assert.equal(parked.take(states[0], "call work", "local"), a);
  parked.close();
  assert.deepEqual([a.abandoned, b.abandoned], [0, 0]);
});

test("a call that is parked again has another state", (t) => {
  handTurnedTime(t);
  const parked = new RequestStateStore<FakeParked>();
  const call = new FakeParked();
  const first = parked.park(call);
  parked.take(first, call.what, "local");
  const second = parked.park(call);
  assert.equal(parked.take(first, call.what, "local"), undefined);
  assert.equal(parked.take(second, call.what, "local"), call);
});

test("a state issued by this store is distinguished from any other, whether its call still waits or not", (t) => {
  handTurnedTime(t);
  const parked = new RequestStateStore<FakeParked>();
  const call = new FakeParked();
  const state = parked.park(call);
  parked.take(state, call.what, "local");
  assert.equal(parked.gaveOut(state), true);
  const foreign = new RequestStateStore<FakeParked>().park(new FakeParked());
  for (const other of [foreign, "", undefined, 5, {}, [state]]) {
    assert.equal(parked.gaveOut(other), false);
    assert.equal(parked.take(other, call.what, "local"), undefined);
  }
});

test("a call is ended after an hour if its client does not return, and a call that was taken up is not ended", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const parked = new RequestStateStore<FakeParked>();
  const [left, taken] = [new FakeParked(), new FakeParked()];
  const state = parked.park(left);
  parked.take(parked.park(taken), taken.what, "local");
  t.mock.timers.tick(hourMs - 1);
  assert.equal(left.abandoned, 0);
  t.mock.timers.tick(1);
  assert.deepEqual([left.abandoned, taken.abandoned], [1, 0]);
  assert.equal(parked.take(state, left.what, "local"), undefined);
});

test("over a thousand parked calls, the longest-waiting one is ended", (t) => {
  handTurnedTime(t);
  const parked = new RequestStateStore<FakeParked>();
  const calls = Array.from({ length: 1_001 }, () => new FakeParked());
  const states = calls.map((call) => parked.park(call));
  assert.deepEqual(
    calls.filter(({ abandoned }) => abandoned > 0).map((call) => calls.indexOf(call)),
    [0],
  );
  assert.equal(parked.take(states[1], "call work", "local"), calls[1]);
  parked.close();
});

test("parked calls of a removed server are ended, and no others, and closing the store ends all", (t) => {
  handTurnedTime(t);
  const parked = new RequestStateStore<FakeParked>();
  const [gone, other] = [new FakeParked(), new FakeParked()];
  for (const call of [gone, other]) parked.park(call);
  gone.orphaned = true;
  parked.sweep();
  assert.deepEqual([gone.abandoned, other.abandoned], [1, 0]);
  parked.close();
  assert.deepEqual([gone.abandoned, other.abandoned], [1, 1]);
});
