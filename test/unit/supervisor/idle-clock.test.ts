import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { IdleClock } from "../../../src/supervisor/idle-clock.ts";

/** Turns time by hand: returns how to let some pass. */
function handTurnedTime(t: TestContext): (ms: number) => void {
  let now = 0;
  t.mock.timers.enable({ apis: ["setTimeout"] });
  t.mock.method(performance, "now", () => now);
  return (ms) => {
    now += ms;
    t.mock.timers.tick(ms);
  };
}

test("tells once, after the idle time since the last end of work", (t) => {
  const pass = handTurnedTime(t);
  const idle = t.mock.fn();
  const clock = new IdleClock(
    () => 1_000,
    () => false,
    idle,
  );
  clock.workEnded();
  pass(600);
  clock.workEnded();
  pass(600);
  assert.equal(idle.mock.callCount(), 0);
  pass(400);
  assert.equal(idle.mock.callCount(), 1);
  pass(10_000);
  assert.equal(idle.mock.callCount(), 1);
});

test("never while there is work, and again once it ends", (t) => {
  const pass = handTurnedTime(t);
  const idle = t.mock.fn();
  let busy = true;
  const clock = new IdleClock(
    () => 1_000,
    () => busy,
    idle,
  );
  clock.workEnded();
  pass(5_000);
  busy = false;
  clock.workEnded();
  pass(999);
  assert.equal(idle.mock.callCount(), 0);
  pass(1);
  assert.equal(idle.mock.callCount(), 1);
});

test("0 is never, and a changed time holds from the next spell on", (t) => {
  const pass = handTurnedTime(t);
  const idle = t.mock.fn();
  let idleMs = 0;
  const clock = new IdleClock(
    () => idleMs,
    () => false,
    idle,
  );
  clock.workEnded();
  pass(1_000_000);
  assert.equal(idle.mock.callCount(), 0);
  idleMs = 500;
  clock.workEnded();
  pass(500);
  assert.equal(idle.mock.callCount(), 1);
});

test("stopped, it tells nothing", (t) => {
  const pass = handTurnedTime(t);
  const idle = t.mock.fn();
  const clock = new IdleClock(
    () => 1_000,
    () => false,
    idle,
  );
  clock.workEnded();
  clock.stop();
  pass(5_000);
  assert.equal(idle.mock.callCount(), 0);
});
