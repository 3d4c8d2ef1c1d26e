/**
 * The end of a process tree if the system does not do what is requested. It always terminates, and reports
 * the processes that still run.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { endTree, type ProcessSystem } from "../../../../src/runtime/local/process-tree.ts";
import { taskkillFailure } from "../../../../src/runtime/local/system-processes.ts";

/** A Windows system on which `taskkill` gives this answer and ends the leader or not, and so does a signal. */
function windows(killed: string | undefined, signalEnds: boolean, killEnds = killed === undefined) {
  const state = { ended: false, signals: [] as string[] };
  const system: ProcessSystem = {
    platform: "win32",
    list: async () => [],
    signal: (pid, name) => {
      state.signals.push(`${pid} ${name}`);
      state.ended = signalEnds;
    },
    killTree: async () => {
      state.ended = killEnds;
      return killed;
    },
  };
  const end = () =>
    endTree({ leader: 42, marker: "m", leaderEnded: () => state.ended }, [{ waitMs: 1 }, "taskkill"], system);
  return { state, end };
}

test("taskkill ends the whole tree", async () => {
  const { state, end } = windows(undefined, true);
  assert.equal(await end(), undefined);
  assert.deepEqual(state.signals, []);
});

test("where taskkill fails, the leader is ended directly and the failure is reported", async () => {
  const { state, end } = windows("taskkill was not found", true);
  assert.equal(await end(), "taskkill was not found; processes that the server started may still be running");
  assert.deepEqual(state.signals, ["42 SIGKILL"]);
});

test("a failure of taskkill is reported also where it ended the leader", async () => {
  const failure = "taskkill failed: ERROR: The process with PID 43 could not be terminated.";
  const { state, end } = windows(failure, true, true);
  assert.equal(await end(), `${failure}; processes that the server started may still be running`);
  assert.deepEqual(state.signals, []);
});

test("the gateway gives up on a leader that cannot be ended, and names it", async () => {
  const { end } = windows("taskkill failed: ERROR: Access is denied.", false);
  assert.equal(
    await end(),
    "process 42 could not be ended (taskkill failed: ERROR: Access is denied.; processes that the server started may still be running)",
  );
});

test("elsewhere, members that cannot be ended are named", async () => {
  const row = { parent: 1, session: 0, zombie: false, startTime: 1, group: 42 };
  const system: ProcessSystem = {
    platform: "linux",
    list: async () => [
      { ...row, pid: 43 },
      { ...row, pid: 44 },
    ],
    signal: () => undefined,
    killTree: async () => undefined,
  };
  const tree = { leader: 42, marker: "m", leaderEnded: () => true };
  assert.equal(await endTree(tree, ["kill"], system), "processes 43, 44 could not be ended");
});

test("the reason why taskkill failed is reported", () => {
  const failed = (more: object, ...living: number[]) =>
    taskkillFailure(Object.assign(new Error("Command failed: taskkill"), more), (pid) =>
      living.includes(pid),
    );
  assert.equal(failed({ code: 128, stderr: 'ERROR: The process "7" not found.' }), undefined);
  assert.equal(failed({ code: "ENOENT" }), "taskkill was not found");
  assert.equal(
    failed({ code: 1, stderr: "ERROR: Access is denied.\r\nmore" }),
    "taskkill failed: ERROR: Access is denied.",
  );
  assert.equal(failed({ code: 1, stderr: "" }), "taskkill failed: Command failed: taskkill");
  assert.equal(failed({ killed: true, code: null }), "taskkill did not end within 5 s");
  assert.equal(failed({ code: "EPERM" }), "taskkill failed: Command failed: taskkill");
  const stderr = [43, 44].map((pid) => `FEHLER: Der Prozess mit PID ${pid} (von PID 42) lebt.`).join("\r\n");
  assert.equal(failed({ code: 255, stderr }), undefined, "all of them ended meanwhile");
  assert.match(failed({ code: 255, stderr }, 44) ?? "", /PID 44/);
});
