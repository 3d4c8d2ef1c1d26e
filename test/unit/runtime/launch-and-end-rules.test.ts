/**
 * Rules that depend on the operating system, error messages, and a server's environment. All are pure, so Windows is tested
 * on every system.
 */

import assert from "node:assert/strict";
import { resolve } from "node:path";
import { test } from "node:test";
import { endOf, environmentOf, folderOf, startFailure } from "../../../src/runtime/local/local-launch.ts";
import { endSteps, leftoverSteps } from "../../../src/runtime/local/process-tree.ts";
import { watchdogProgram } from "../../../src/runtime/local/watchdog-program.ts";
import { placeholderOf } from "../../../src/runtime/remote/outgoing-message.ts";
import { mayBeLegacy, networkErrorText, statusErrorText } from "../../../src/runtime/remote/remote-errors.ts";
import { isSessionLost } from "../../../src/runtime/remote/sdk-fetch.ts";

test("POSIX sends SIGTERM and waits, and Windows waits and ends the process tree", () => {
  assert.deepEqual(endSteps("linux", 5000), [{ waitMs: 200 }, "terminate", { waitMs: 5000 }, "kill"]);
  assert.deepEqual(endSteps("darwin", 100), [{ waitMs: 100 }, "terminate", { waitMs: 100 }, "kill"]);
  assert.deepEqual(endSteps("win32", 5000), [{ waitMs: 5000 }, "taskkill"]);
  assert.deepEqual(leftoverSteps("linux", 5000), ["terminate", { waitMs: 1000 }, "kill"]);
  assert.deepEqual(leftoverSteps("win32", 5000), []);
});

test("the watchdog is a shell on POSIX, Node or Electron as Node on Windows, and never carries the mark", () => {
  const env = {
    PATH: "p",
    SystemRoot: "r",
    OPEN_MCP_GATEWAY_OWNER: "1:2:3/4",
    MCP_GATEWAY_API_KEY: "secret",
  };
  const posix = watchdogProgram("linux", "5:6:7", env, "node");
  assert.equal(posix.command, "/bin/sh");
  assert.equal(posix.args.at(-1), "OPEN_MCP_GATEWAY_OWNER=5:6:7/");
  assert.deepEqual(posix.env, { PATH: "p", LC_ALL: "C" });
  const windows = watchdogProgram("win32", "5:6:7", env, "Code.exe");
  assert.equal(windows.command, "Code.exe");
  assert.equal(windows.args[0], "-e");
  assert.deepEqual(windows.env, {
    PATH: "p",
    SystemRoot: "r",
    ELECTRON_RUN_AS_NODE: "1",
    NoDefaultCurrentDirectoryInExePath: "1",
  });
});

test("the entry's variables override inherited ones, and the gateway's own are withheld unless the entry sets them", () => {
  const inherited = {
    A: "1",
    B: "1",
    KEY: "gateway's",
    ELECTRON_RUN_AS_NODE: "1",
    OPEN_MCP_GATEWAY_OWNER: "outer",
  };
  const withheld = ["KEY"];
  const env = environmentOf({ inherited, entry: { B: "2" }, withheld, marker: "1:2:3/4", platform: "linux" });
  assert.deepEqual(env, { A: "1", B: "2", OPEN_MCP_GATEWAY_OWNER: "1:2:3/4" });
  const overridden = environmentOf({ inherited, entry: { KEY: "entry's" }, withheld, marker: "m" });
  assert.equal(overridden["KEY"], "entry's");
});

test("on Windows the case of a variable's name does not matter", () => {
  const inherited = { PATH: "system's", key: "gateway's" };
  const given = (entry: Record<string, string>) =>
    environmentOf({ inherited, entry, withheld: ["KEY"], marker: "m", platform: "win32" });
  assert.deepEqual(Object.keys(given({ Path: "entry's" })).sort(), [
    "NoDefaultCurrentDirectoryInExePath",
    "OPEN_MCP_GATEWAY_OWNER",
    "Path",
  ]);
  assert.equal(given({})["PATH"], "system's");
});

test("a folder is the catalog's, relative to it, absolute, or the user's", () => {
  const base = resolve("/catalog");
  assert.equal(folderOf(undefined, base), base);
  assert.equal(folderOf("sub", base), resolve(base, "sub"));
  assert.equal(folderOf(resolve("/abs"), base), resolve("/abs"));
  assert.equal(folderOf("~/x", base, resolve("/home/me")), resolve("/home/me/x"));
  assert.equal(folderOf("~", base, resolve("/home/me")), resolve("/home/me"));
  assert.equal(folderOf("~x", base), resolve(base, "~x"));
});

test("failures are reported in one line", () => {
  const failure = (command: string, code: string) =>
    startFailure(command, Object.assign(new Error("spawn"), { code })).message;
  assert.equal(failure("uvx", "ENOENT"), "command 'uvx' not found on PATH");
  assert.match(failure("C:\\x\\uvx", "ENOENT"), /^command 'C:\\x\\uvx' not found, or/);
  assert.equal(failure("x", "EACCES"), "command 'x' is not executable");
  assert.match(failure("x", "EMFILE"), /process or file limit is reached \(EMFILE\)/);
  assert.equal(endOf(1, null), "exited with code 1");
  assert.equal(endOf(9009, null), "exited with code 9009: cmd.exe did not find a command");
  assert.equal(endOf(null, "SIGKILL"), "killed by SIGKILL");
});

test("a refusal may mean the older transport unless it is about credentials, time or load", () => {
  assert.deepEqual([400, 404, 405, 406, 415].map(mayBeLegacy), [true, true, true, true, true]);
  assert.deepEqual([401, 403, 408, 429, 500, 302].map(mayBeLegacy), [
    false,
    false,
    false,
    false,
    false,
    false,
  ]);
});

test("a session is lost by 404, 410, an unanswered 400 or a late 401, but not by a GET that never worked", () => {
  const asked = { method: "POST", hasSession: true, streamOpened: false, wasTaken: false };
  assert.equal(isSessionLost(410, asked, true), true);
  assert.equal(isSessionLost(401, asked, false), false);
  assert.equal(isSessionLost(401, { ...asked, wasTaken: true }, false), true);
  assert.equal(isSessionLost(404, asked, true), true);
  assert.equal(isSessionLost(400, asked, false), true);
  assert.equal(isSessionLost(400, asked, true), false);
  assert.equal(isSessionLost(500, asked, false), false);
  assert.equal(isSessionLost(404, { ...asked, hasSession: false }, false), false);
  assert.equal(isSessionLost(404, { ...asked, method: "GET" }, false), false);
  assert.equal(isSessionLost(404, { ...asked, method: "GET", streamOpened: true }, false), true);
  assert.equal(isSessionLost(404, { ...asked, method: "DELETE" }, false), false);
});

test("network errors name host and port, never the rest of the URL", () => {
  const url = new URL("https://user:pass@example.com/mcp?key=secret");
  const errorText = (code: string) =>
    networkErrorText(Object.assign(new Error("secret detail"), { code }), url);
  assert.equal(errorText("ECONNREFUSED"), "connection to example.com:443 refused");
  assert.equal(errorText("ENOTFOUND"), "host 'example.com' not found");
  assert.equal(errorText("ETIMEDOUT"), "no connection to example.com:443 in time");
  assert.equal(statusErrorText(502, url), "HTTP 502 from example.com");
  assert.equal(statusErrorText(404, url), "HTTP 404 from example.com");
});

test("the SDK receives only the parts of a message that it needs, not the bulk", () => {
  const outline = placeholderOf({
    id: 1,
    method: "tools/call",
    params: { name: "x", arguments: { big: "…" }, _meta: { a: 1 } },
  });
  assert.deepEqual(JSON.parse(JSON.stringify(outline)), {
    jsonrpc: "2.0",
    id: 1,
    method: "tools/call",
    params: { name: "x", _meta: { a: 1 } },
  });
  assert.deepEqual(placeholderOf({ id: 2, result: { big: "…" } }), { jsonrpc: "2.0", id: 2, result: {} });
});
