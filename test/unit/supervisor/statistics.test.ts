import assert from "node:assert/strict";
import { test } from "node:test";
import { ServerLog } from "../../../src/supervisor/server-log.ts";
import { Statistics } from "../../../src/supervisor/statistics.ts";

test("statistics report percentiles of the recorded values and counts by bound", () => {
  const statistics = new Statistics();
  assert.deepEqual(statistics.percentilesMs(50, 99), [0, 0]);
  for (let ms = 1; ms <= 100; ms++) statistics.record(ms, ms !== 100);
  assert.deepEqual(statistics.percentilesMs(50, 95, 99), [51, 96, 100]);
  assert.equal(statistics.requests, 100);
  assert.equal(statistics.errors, 1);
  const { bounds } = statistics.latency;
  const counts = statistics.latency.cumulativeCounts();
  const upTo = (bound: number) => counts[bounds.indexOf(bound)];
  assert.deepEqual([upTo(0.001), upTo(0.01), upTo(0.1), upTo(60)], [1, 10, 100, 100]);
});

test("the newest 1,024 values count for percentiles, and all values for the totals", () => {
  const statistics = new Statistics();
  for (let n = 0; n < 1_024; n++) statistics.record(1_000, true);
  for (let n = 0; n < 1_024; n++) statistics.record(1, true);
  assert.deepEqual(statistics.percentilesMs(99), [1]);
  assert.equal(statistics.requests, 2_048);
});

test("a log keeps its newest lines, bounded in lines and characters", () => {
  const log = new ServerLog();
  for (let n = 1; n <= 5_000; n++) log.add(`line ${n}`);
  assert.deepEqual(log.tail(2), ["line 4999", "line 5000"]);
  assert.equal(log.tail(1e6).length, 2_000);
  assert.deepEqual(log.tail(0), []);
  for (let n = 0; n < 20; n++) log.add("x".repeat(100_000));
  assert.equal(log.tail(1e6).length, 10);
});

test("followers receive each line once, and no line after they left", () => {
  const log = new ServerLog();
  const lines: string[] = [];
  const unfollow = log.follow((line) => lines.push(line));
  log.add("one");
  unfollow();
  log.add("two");
  assert.deepEqual(lines, ["one"]);
});
