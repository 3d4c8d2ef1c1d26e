import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { IdleTimer } from "../../../src/supervisor/idle-timer.ts";

/** A clock over time turned by hand; `situation` may be changed while it runs. */
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

test("tells once, after the idle time since the last end of work", (t) => {
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

test("never while there is work, and again once it ends", (t) => {
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

test("0 is never, and a changed time holds from the next spell on", (t) => {
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

test("a time that is reconsidered counts from the last end of work", (t) => {
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

test("stopped, it tells nothing", (t) => {
  const { clock, pass, told } = clockOf(t, { idleMs: 1_000 });
  clock.workEnded();
  clock.stop();
  pass(5_000);
  assert.equal(told(), 0);
});
