/** Tests the start of a local process when the system is out of resources. */

import assert from "node:assert/strict";
import childProcess, { ChildProcess, type SpawnOptions } from "node:child_process";
import { test } from "node:test";
import { LocalProcessRuntime } from "../../../../src/runtime/local/local-process-runtime.ts";
import { ProcessTracker } from "../../../../src/runtime/local/process-tracker.ts";
import { launch } from "../../fakes.ts";

for (const code of ["EMFILE", "ENFILE"])
  test(`a system that is out of files (${code}) fails the start, and nothing else`, async (t) => {
    t.mock.method(childProcess, "spawn", () => {
      // The state in which Node leaves a child that could not get its pipes.
      const child = new ChildProcess();
      process.nextTick(() => child.emit("error", Object.assign(new Error(`spawn fake ${code}`), { code })));
      return child;
    });
    const runtime = new LocalProcessRuntime(new ProcessTracker());
    const events = { message: () => {}, log: () => {}, undelivered: () => {} };
    await assert.rejects(runtime.start(launch, events, new AbortController().signal), {
      code: "start-failed",
      message: `command 'fake' could not be started: the system's process or file limit is reached (${code})`,
    });
  });

test("a command that is reported missing after its start, as on Windows, counts as an end with that reason", async (t) => {
  const { spawn } = childProcess;
  t.mock.method(childProcess, "spawn", (_command: string, _args: string[], options: SpawnOptions) => {
    const child = spawn(process.execPath, ["-e", ""], options);
    const emit = child.emit.bind(child) as (name: string, ...args: unknown[]) => boolean;
    // cross-spawn emits this instead of the exit of `cmd.exe`.
    const missing = Object.assign(new Error("spawn fake ENOENT"), { code: "ENOENT" });
    child.emit = (name: string, ...args: unknown[]) =>
      name === "exit" ? emit("error", missing) : emit(name, ...args);
    return child;
  });
  const processes = new ProcessTracker();
  t.after(() => processes.close());
  const events = { message: () => {}, log: () => {}, undelivered: () => {} };
  const instance = await new LocalProcessRuntime(processes).start(
    { ...launch, baseDir: import.meta.dirname },
    events,
    new AbortController().signal,
  );
  const because = "command 'fake' not found on PATH";
  assert.deepEqual(await instance.exited, { kind: "crashed", because });
});
