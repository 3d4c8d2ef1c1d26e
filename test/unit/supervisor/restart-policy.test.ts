import assert from "node:assert/strict";
import { test } from "node:test";
import { decide } from "../../../src/supervisor/restart-policy.ts";

const policy = { maxAttempts: 5, windowMs: 60_000 };
const at = (...crashes: number[]) => decide(policy, crashes, 100_000, 0);

test("the delay doubles with each crash in the window", () => {
  const delays = [1, 2, 3, 4].map((n) => at(...Array(n).fill(99_000)));
  assert.deepEqual(
    delays,
    [100, 200, 400, 800].map((delayMs) => ({ kind: "restart", delayMs })),
  );
});

test("jitter spreads the delay over its upper half", () => {
  assert.deepEqual(decide(policy, [99_000], 100_000, 0.999), { kind: "restart", delayMs: 200 });
});

test("the last crash that the window allows ends the restarts", () => {
  assert.deepEqual(at(...Array(5).fill(99_000)), { kind: "give-up", because: "crashed 5 times within 60 s" });
  assert.deepEqual(decide({ ...policy, maxAttempts: 1 }, [99_000], 100_000, 0), {
    kind: "give-up",
    because: "crashed once within 60 s",
  });
});

test("crashes outside the window are forgotten", () => {
  assert.deepEqual(at(1_000, 2_000, 3_000, 40_000, 99_000), { kind: "restart", delayMs: 100 });
});

test("the delay has a maximum", () => {
  const many = { maxAttempts: 100, windowMs: 60_000 };
  assert.deepEqual(decide(many, Array(50).fill(99_000), 100_000, 1), { kind: "restart", delayMs: 30_000 });
});
