import assert from "node:assert/strict";
import { test } from "node:test";
import {
  lastOutputOf,
  reasonOf,
  type State,
  statuses,
  summary,
  withLastOutput,
} from "../../../src/supervisor/state.ts";

const since = { date: new Date(0), monotonicMs: 0 };
const states: State[] = [
  { kind: "stopped" },
  { kind: "starting" },
  { kind: "running", since },
  { kind: "stopping" },
  { kind: "unhealthy", since, because: "no answer to ping" },
  { kind: "failed", because: "exited with code 1" },
  { kind: "misconfigured", because: "variable 'X' is not set" },
  { kind: "waiting", until: since.date, because: "exited with code 1" },
];

test("every state has a place in the list of statuses, and a reason if it needs one", () => {
  assert.deepEqual(states.map(({ kind }) => kind).sort(), [...statuses].sort());
  assert.deepEqual(states.map(reasonOf), [
    undefined,
    undefined,
    undefined,
    undefined,
    "no answer to ping",
    "exited with code 1",
    "variable 'X' is not set",
    "exited with code 1; restarts at 1970-01-01T00:00:00.000Z",
  ]);
});

test("several instances are summarised by the most active one", () => {
  assert.equal(summary([]).kind, "stopped");
  assert.equal(summary([{ kind: "stopped" }, { kind: "failed", because: "x" }]).kind, "failed");
  assert.equal(summary(states).kind, "running");
});

test("the last output belongs to the reason, and is appended where there is one line for both", () => {
  const failed: State = { kind: "failed", because: "exited with code 1", lastOutput: ["a", "b"] };
  assert.deepEqual(lastOutputOf(failed), ["a", "b"]);
  assert.equal(withLastOutput("exited with code 1", failed), "exited with code 1; last output: a | b");
  assert.equal(lastOutputOf({ kind: "failed", because: "x" }), undefined);
  assert.equal(withLastOutput("x", { because: "x" }), "x");
});
