/**
 * A folder brings a `node.exe` or an `npx.cmd`. Windows prefers a program of the working folder to those on PATH, and
 * the question before a start shows the name only. The functions for Windows are pure, so that they can be tested
 * anywhere.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { searchOnPath } from "../../src/base/program-search.ts";
import { environmentOf } from "../../src/runtime/local/local-launch.ts";
import { watchdogProgram } from "../../src/runtime/local/watchdog-program.ts";
import { windowsProgram } from "../../src/runtime/local/windows-program.ts";

const env = { Path: "C:\\nodejs;;D:\\bin", PATHEXT: ".EXE;.CMD" };

function found(command: string, ...files: string[]): Promise<string> {
  return windowsProgram(command, env, "C:\\clone", async (file) => files.includes(file));
}

test("a program of the folder is not started by the name of another one", async () => {
  const own = ["C:\\clone\\npx.exe", "C:\\clone\\npx.EXE", "C:\\clone\\npx.CMD", "C:\\clone\\npx"];
  assert.equal(await found("npx", ...own, "C:\\nodejs\\npx.CMD"), "C:\\nodejs\\npx.CMD");
  assert.equal(await found("npx", ...own, "D:\\bin\\npx"), "D:\\bin\\npx");
  await assert.rejects(found("npx", ...own), {
    code: "start-failed",
    message: "command 'npx' not found on PATH: for a program in the working folder write '.\\npx'",
  });
});

test("a path leads to exactly that file", async () => {
  assert.equal(await found(".\\npx"), "C:\\clone\\npx");
  assert.equal(await found("./npx.cmd"), "C:\\clone\\npx.cmd");
  assert.equal(await found("C:\\tools\\npx.exe"), "C:\\tools\\npx.exe");
});

test("programs that servers, the watchdog and the gateway start by name are not taken from the folder, either", () => {
  const only = { NoDefaultCurrentDirectoryInExePath: "1" };
  assert.deepEqual(searchOnPath("win32"), only);
  assert.deepEqual(searchOnPath("linux"), {});
  const options = { inherited: {}, entry: {}, withheld: [], marker: "m", platform: "win32" } as const;
  assert.partialDeepStrictEqual(environmentOf(options), only);
  assert.partialDeepStrictEqual(watchdogProgram("win32", "5:6:7", {}, "Code.exe").env, only);
});
