/** The work queue: one task at a time for each key, several keys at once, and retries after a while. */

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { WorkQueue } from "../../../../src/platform/operator/work-queue.ts";

/** Work that ends when the test ends it. */
function bench(atOnce = 2) {
  const begun: string[] = [];
  const failures: string[] = [];
  const ends = new Map<string, PromiseWithResolvers<void>>();
  const queue = new WorkQueue({
    work: (key) => {
      begun.push(key);
      const end = Promise.withResolvers<void>();
      ends.set(key, end);
      return end.promise;
    },
    failed: (key) => failures.push(key),
    atOnce,
    firstRetryMs: 100,
    longestRetryMs: 400,
  });
  const end = async (key: string, error?: Error) => {
    if (error) ends.get(key)?.reject(error);
    else ends.get(key)?.resolve();
    await settled();
  };
  return { queue, begun, failures, end };
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
}

function withTimers(t: TestContext): (ms: number) => void {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  return (ms) => t.mock.timers.tick(ms);
}

test("several keys are processed at once, and the others wait for their turn", async () => {
  const { queue, begun, end } = bench();
  for (const key of ["a", "b", "c", "a", "c"]) queue.add(key);
  assert.deepEqual([begun, queue.depth], [["a", "b"], 2]);
  await end("b");
  assert.deepEqual(begun, ["a", "b", "c"]);
});

test("a key is never processed twice at once, and a key added meanwhile is processed once more", async () => {
  const { queue, begun, end } = bench();
  queue.add("a");
  for (let times = 0; times < 3; times += 1) queue.add("a");
  assert.deepEqual(begun, ["a"]);
  await end("a");
  assert.deepEqual(begun, ["a", "a"]);
  await end("a");
  assert.deepEqual([begun.length, queue.depth], [2, 0]);
});

test("failed work is tried again, later each time, until it succeeds", async (t) => {
  const tick = withTimers(t);
  const { queue, begun, failures, end } = bench();
  queue.add("a");
  for (const ms of [100, 200, 400, 400]) {
    await end("a", new Error("no"));
    const before = begun.length;
    tick(ms - 1);
    assert.equal(begun.length, before, `not before ${ms} ms`);
    tick(1);
    assert.equal(begun.length, before + 1, `after ${ms} ms`);
  }
  await end("a");
  queue.add("a");
  await end("a", new Error("no"));
  tick(100);
  assert.deepEqual([begun.length, failures.length], [7, 5]);
});

test("a key that is added does not wait for its next retry", async (t) => {
  const tick = withTimers(t);
  const { queue, begun, end } = bench();
  queue.add("a");
  await end("a", new Error("no"));
  queue.add("a");
  assert.equal(begun.length, 2);
  await end("a");
  tick(1000);
  assert.equal(begun.length, 2);
});

test("a closed queue ends the current work and begins no more work", async (t) => {
  const tick = withTimers(t);
  const { queue, begun, end } = bench(1);
  queue.add("failed");
  await end("failed", new Error("no"));
  queue.add("a");
  queue.add("b");
  let isClosed = false;
  const closing = queue.close().then(() => {
    isClosed = true;
  });
  await settled();
  assert.equal(isClosed, false);
  await end("a", new Error("no"));
  await closing;
  queue.add("c");
  tick(1000);
  assert.deepEqual(begun, ["failed", "a"]);
});
