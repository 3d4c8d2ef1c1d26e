import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { IdleTimer } from "../../../src/supervisor/idle-timer.ts";

/** A timer with the time advanced by hand. `situation` may be changed while it runs. */
function clockOf(t: TestContext, situation: { idleMs: number; busy?: boolean }) {
  let now = 0;
  t.mock.timers.enable({ apis: ["setTimeout"] });
  t.mock.method(performance, "now", () => now);
  let told = 0;
  const clock = new IdleTimer(
    () => situation.idleMs,
    () => situation.busy === true,
    () => told++,
  );
  const pass = (ms: number) => {
    now += ms;
    t.mock.timers.tick(ms);
  };
  return { clock, pass, told: () => told };
}

test("an idle timer fires once, after the idle time since the last end of work", (t) => {
  const { clock, pass, told } = clockOf(t, { idleMs: 1_000 });
  clock.workEnded();
  pass(600);
  clock.workEnded();
  pass(600);
  assert.equal(told(), 0);
  pass(400);
  assert.equal(told(), 1);
  pass(10_000);
  assert.equal(told(), 1);
});

test("an idle timer never fires during work, and fires again after the work ends", (t) => {
  const situation = { idleMs: 1_000, busy: true };
  const { clock, pass, told } = clockOf(t, situation);
  clock.workEnded();
  pass(5_000);
  situation.busy = false;
  clock.workEnded();
  pass(999);
  assert.equal(told(), 0);
  pass(1);
  assert.equal(told(), 1);
});

test("0 disables an idle timer, and a changed time applies from the next idle period on", (t) => {
  const situation = { idleMs: 0 };
  const { clock, pass, told } = clockOf(t, situation);
  clock.workEnded();
  pass(1_000_000);
  assert.equal(told(), 0);
  situation.idleMs = 500;
  clock.workEnded();
  pass(500);
  assert.equal(told(), 1);
});

test("a time that is applied to a running period counts from the last end of work", (t) => {
  const situation = { idleMs: 60_000 };
  const { clock, pass, told } = clockOf(t, situation);
  clock.workEnded();
  pass(700);
  situation.idleMs = 1_000;
  clock.onSettingsChanged();
  pass(299);
  assert.equal(told(), 0);
  pass(1);
  assert.equal(told(), 1);
});

test("a stopped idle timer does not fire", (t) => {
  const { clock, pass, told } = clockOf(t, { idleMs: 1_000 });
  clock.workEnded();
  clock.stop();
  pass(5_000);
  assert.equal(told(), 0);
});
