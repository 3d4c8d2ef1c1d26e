import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { IdleTimer } from "../../../src/supervisor/idle-timer.ts";

/** A timer with the time advanced by hand. `state` may be changed while it runs. */
function timerWith(t: TestContext, state: { idleMs: number; busy?: boolean }) {
  let now = 0;
  t.mock.timers.enable({ apis: ["setTimeout"] });
  t.mock.method(performance, "now", () => now);
  let idleCount = 0;
  const timer = new IdleTimer(
    () => state.idleMs,
    () => state.busy === true,
    () => idleCount++,
  );
  const pass = (ms: number) => {
    now += ms;
    t.mock.timers.tick(ms);
  };
  return { timer, pass, idleCount: () => idleCount };
}

test("an idle timer fires once, after the idle time since the last end of work", (t) => {
  const { timer, pass, idleCount } = timerWith(t, { idleMs: 1_000 });
  timer.workEnded();
  pass(600);
  timer.workEnded();
  pass(600);
  assert.equal(idleCount(), 0);
  pass(400);
  assert.equal(idleCount(), 1);
  pass(10_000);
  assert.equal(idleCount(), 1);
});

test("an idle timer never fires during work, and fires again after the work ends", (t) => {
  const state = { idleMs: 1_000, busy: true };
  const { timer, pass, idleCount } = timerWith(t, state);
  timer.workEnded();
  pass(5_000);
  state.busy = false;
  timer.workEnded();
  pass(999);
  assert.equal(idleCount(), 0);
  pass(1);
  assert.equal(idleCount(), 1);
});

test("0 disables an idle timer, and a changed time applies from the next idle period on", (t) => {
  const state = { idleMs: 0 };
  const { timer, pass, idleCount } = timerWith(t, state);
  timer.workEnded();
  pass(1_000_000);
  assert.equal(idleCount(), 0);
  state.idleMs = 500;
  timer.workEnded();
  pass(500);
  assert.equal(idleCount(), 1);
});

test("a time that is applied to a running period counts from the last end of work", (t) => {
  const state = { idleMs: 60_000 };
  const { timer, pass, idleCount } = timerWith(t, state);
  timer.workEnded();
  pass(700);
  state.idleMs = 1_000;
  timer.onSettingsChanged();
  pass(299);
  assert.equal(idleCount(), 0);
  pass(1);
  assert.equal(idleCount(), 1);
});

test("a stopped idle timer does not fire", (t) => {
  const { timer, pass, idleCount } = timerWith(t, { idleMs: 1_000 });
  timer.workEnded();
  timer.stop();
  pass(5_000);
  assert.equal(idleCount(), 0);
});
