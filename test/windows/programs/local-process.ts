/** Runs on Windows: the runtime contract for local processes, and what only Windows has. See ../windows.test.ts. */

import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, describe, test } from "node:test";
import { LocalProcessRuntime } from "../../../src/runtime/local/local-process-runtime.ts";
import { ProcessTracker } from "../../../src/runtime/local/process-tracker.ts";
import type { Launch } from "../../../src/runtime/runtime.ts";
import { Probe } from "../../contract/probe.ts";
import { runtimeContract } from "../../contract/runtime-contract.ts";

const servers = join(import.meta.dirname, "../../fixtures/servers");
const folder = mkdtempSync(join(tmpdir(), "local-process-äöü-"));
const processes = new ProcessTracker();
const runtime = new LocalProcessRuntime(processes, 1000);

after(async () => {
  await processes.close();
  rmSync(folder, { recursive: true, maxRetries: 5 });
});

function launch(command: string, args: readonly string[], more: Partial<Launch> = {}): Launch {
  return {
    id: "windows",
    runtime: { type: "local-process", command, args: [...args] },
    env: {},
    baseDir: folder,
    redact: (text) => text,
    hide: () => undefined,
    ...more,
  };
}

const fixture = (name: string) => launch(process.execPath, [join(servers, name)]);

/** A `.cmd` that runs the fixture with the given arguments. */
function script(name: string, fixtureName: string): string {
  const path = join(folder, name);
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, `@echo off\r\n"${process.execPath}" "${join(servers, fixtureName)}" %*\r\n`);
  return path;
}

describe("local-process keeps the runtime contract on Windows", () =>
  runtimeContract({ runtime, launch: (name) => fixture(name) }));

describe("local-process on Windows", () => {
  // No blanks in the path of the .cmd, because Wine does not support the escaping that Windows uses for them.
  test("a .cmd in a folder with umlauts serves, with arguments that hold blanks, and ends when it is stopped", async () => {
    const probe = await Probe.start(runtime, launch(script("tools\\größe.cmd", "echo.ts"), ["a b", "c&d"]));
    await probe.initialize();
    assert.equal(await probe.tool("echo", { a: "ü" }), '{"a":"ü"}');
    assert.deepEqual(await probe.stop(), { kind: "stopped" });
  });

  for (const ending of ["cmd", "bat"])
    test(`a .${ending} is found by PATHEXT, on the PATH of the entry, whatever the entry calls it`, async () => {
      const bin = dirname(script(`für-${ending}\\serve-${ending}.${ending}`, "echo.ts"));
      assert.ok(process.env["PATH"]);
      for (const name of ["PATH", "Path", "path"]) {
        const env: Record<string, string> = { [name]: `${bin};${process.env["PATH"]}` };
        const probe = await Probe.start(runtime, launch(`serve-${ending}`, [], { env }));
        await probe.initialize();
        assert.equal(await probe.tool("env", { name: "PATH" }), env[name]);
        await probe.stop();
      }
    });

  test("a command is found by the PATHEXT of the entry alone", async () => {
    const PATH = `${dirname(script("bin\\serve-echo.bat", "echo.ts"))};${process.env["PATH"]}`;
    const start = (PATHEXT: string) =>
      Probe.start(runtime, launch("serve-echo", [], { env: { Path: PATH, pathext: PATHEXT } }));
    await assert.rejects(start(".EXE;.CMD"), { code: "start-failed", message: /not found on PATH/ });
    const probe = await start(".EXE;.BAT");
    await probe.initialize();
    assert.deepEqual(await probe.stop(), { kind: "stopped" });
  });

  test("the gateway's key is withheld however it is written", async (t) => {
    delete process.env["MCP_GATEWAY_API_KEY"];
    process.env["Mcp_Gateway_Api_Key"] = "secret";
    t.after(() => delete process.env["MCP_GATEWAY_API_KEY"]);
    const probe = await Probe.start(runtime, fixture("echo.ts"));
    await probe.initialize();
    assert.equal(await probe.tool("env", { name: "MCP_GATEWAY_API_KEY" }), "");
    await probe.stop();
  });

  test("a .cmd of the server's own folder runs there, by its path only", async () => {
    const working_dir = "örtlich";
    script(`${working_dir}\\serve-here.cmd`, "looks-around.ts");
    writeFileSync(join(folder, working_dir, "where.txt"), "here");
    const config = { type: "local-process", command: ".\\serve-here.cmd", working_dir } as const;
    const byName = launch("", [], { runtime: { ...config, command: "serve-here" } });
    await assert.rejects(Probe.start(runtime, byName), { message: /not found on PATH/ });
    const probe = await Probe.start(runtime, launch("", [], { runtime: config }));
    await probe.initialize();
    assert.equal(await probe.tool("read", { path: "where.txt" }), "here");
    await probe.stop();
  });

  test("a command that does not exist is a start that fails for that reason", async () => {
    await assert.rejects(Probe.start(runtime, launch("no-such-command-anywhere", [])), {
      code: "start-failed",
      message: /'no-such-command-anywhere' not found on PATH/,
    });
  });

  test("a stubborn server is ended, also where taskkill cannot do it", async () => {
    const probe = await Probe.start(runtime, fixture("ignores-sigterm.ts"));
    await probe.initialize();
    const pid = Number(await probe.tool("who"));
    const exit = await probe.stop();
    assert.equal(exit.kind, "stopped");
    assert.throws(() => process.kill(pid, 0), { code: "ESRCH" });
  });

  test("a server that is killed amid a call crashed", async () => {
    const probe = await Probe.start(runtime, fixture("crash-on-call.ts"));
    await probe.initialize();
    await assert.rejects(probe.tool("kill"), /exited with code 1/);
  });

  test("what a leader that crashed left detached is not found, and holds nothing up", async () => {
    const probe = await Probe.start(runtime, fixture("spawns-grandchild.ts"));
    const [, ...detached]: number[] = JSON.parse(await probe.tool("grandchildren"));
    try {
      await assert.rejects(probe.tool("exit", { code: 5 }), /exited with code 5/);
      // Node.js ends the other children of the leader with it. If this fails, the gateway did find the detached ones.
      for (const pid of detached) assert.ok(process.kill(pid, 0));
    } finally {
      for (const pid of detached) process.kill(pid);
    }
  });
});
