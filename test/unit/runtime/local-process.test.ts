/** What a local process's start does where the system has no more to give. */

import assert from "node:assert/strict";
import childProcess, { ChildProcess } from "node:child_process";
import { test } from "node:test";
import { LocalProcessRuntime } from "../../../src/runtime/local/local-process.ts";
import { LocalProcesses } from "../../../src/runtime/local/local-processes.ts";
import { launch } from "../fakes.ts";

for (const code of ["EMFILE", "ENFILE"])
  test(`a system that is out of files (${code}) fails the start, and nothing else`, async (t) => {
    t.mock.method(childProcess, "spawn", () => {
      // As Node leaves one that could not be given its pipes.
      const child = new ChildProcess();
      process.nextTick(() => child.emit("error", Object.assign(new Error(`spawn fake ${code}`), { code })));
      return child;
    });
    const runtime = new LocalProcessRuntime(new LocalProcesses());
    const events = { message: () => {}, log: () => {}, undelivered: () => {} };
    await assert.rejects(runtime.start(launch, events, new AbortController().signal), {
      code: "start-failed",
      message: `command 'fake' could not be started: the system is out of processes or files (${code})`,
    });
  });
