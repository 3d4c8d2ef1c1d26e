/** The runtime contract for local processes, and features that only processes have: trees, signals, stderr. */

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { LocalProcessRuntime } from "../../src/runtime/local/local-process-runtime.ts";
import { formatOwner } from "../../src/runtime/local/process-marker.ts";
import { ProcessTracker } from "../../src/runtime/local/process-tracker.ts";
import { listProcesses } from "../../src/runtime/local/system-processes.ts";
import type { Launch } from "../../src/runtime/runtime.ts";
import { Probe } from "./probe.ts";
import { runtimeContract } from "./runtime-contract.ts";

const servers = join(import.meta.dirname, "../fixtures/servers");
const folder = mkdtempSync(join(tmpdir(), "local-process-"));
const processes = new ProcessTracker();
const runtime = new LocalProcessRuntime(processes, 1000);

after(async () => {
  await processes.close();
  rmSync(folder, { recursive: true });
});

function launch(fixture: string, more: Partial<Launch> = {}): Launch {
  const config = {
    type: "local-process" as const,
    command: process.execPath,
    args: [join(servers, fixture)],
  };
  return {
    id: fixture,
    runtime: config,
    env: {},
    baseDir: servers,
    redact: (text) => text,
    hide: () => undefined,
    ...more,
  };
}

const command = (name: string, working_dir?: string) =>
  launch("", { runtime: { type: "local-process", command: name, ...(working_dir && { working_dir }) } });

async function started(fixture: string, more?: Partial<Launch>): Promise<Probe> {
  const probe = await Probe.start(runtime, launch(fixture, more));
  await probe.initialize();
  return probe;
}

/** Duration of its stop. */
async function stoppedMs(probe: Probe): Promise<number> {
  const begun = performance.now();
  assert.deepEqual(await probe.stop(), { kind: "stopped" });
  return performance.now() - begun;
}

async function alive(pids: readonly number[]): Promise<number[]> {
  const rows = await listProcesses();
  return rows.filter(({ pid, zombie }) => pids.includes(pid) && !zombie).map(({ pid }) => pid);
}

describe("local-process keeps the runtime contract", () =>
  runtimeContract({ runtime, launch: (fixture) => launch(fixture) }));

describe("local-process", () => {
  test("a command that cannot be started is an error with the reason", async () => {
    const script = join(folder, "not-executable");
    writeFileSync(script, "#!/bin/sh\n");
    const cases = [
      [command("no-such-command-anywhere"), "command 'no-such-command-anywhere' not found on PATH"],
      [
        command("./no-such-file"),
        "command './no-such-file' not found, or the interpreter in its first line is not found",
      ],
      [command(script), `command '${script}' is not executable`],
      [command("node", join(folder, "gone")), `working_dir '${join(folder, "gone")}' does not exist`],
      [command("node", script), `working_dir '${script}' is not a directory`],
    ] as const;
    for (const [entry, message] of cases) {
      await assert.rejects(Probe.start(runtime, entry), { code: "start-failed", message });
    }
  });

  test("the last output of a server that ends while it starts is in the log", async () => {
    const probe = await Probe.start(runtime, launch("crash-on-start.ts"));
    assert.deepEqual(await probe.instance.exited, { kind: "crashed", because: "exited with code 3" });
    assert.deepEqual(probe.logs, ["first", "second", "third"]);
  });

  test("the signal is the reason when a server kills itself", async () => {
    const probe = await started("crash-on-call.ts");
    await assert.rejects(probe.tool("kill"), /^Error: killed by SIGKILL$/);
  });

  test("the output of a server is read to the end after the server has ended", async () => {
    const probe = await started("crash-on-call.ts");
    assert.equal((await probe.tool("farewell", { bytes: 5_000_000 })).length, 5_000_000);
    assert.deepEqual(await probe.instance.exited, { kind: "crashed", because: "exited with code 0" });
    assert.deepEqual(probe.late, []);
  });

  test("stderr and noise on stdout go to the log, with secrets redacted", async () => {
    const redact = (text: string) => text.replaceAll("hunter2", "***");
    const probe = await started("echo.ts", { redact });
    await probe.tool("log", { line: "key is hunter2" });
    await probe.until(() => probe.logs.includes("key is ***"));
    await probe.stop();
    const noisy = await started("noisy-stdout.ts");
    assert.equal(await noisy.tool("echo", { a: 1 }), '{"a":1}');
    await noisy.until(() => noisy.logs.includes("[1,2]"));
    assert.deepEqual(noisy.logs, ["starting up…", '{"level":"info"}', "[1,2]"]);
    await noisy.stop();
  });

  test("a line of stderr is cut at 8 KiB", async () => {
    const probe = await started("echo.ts");
    await probe.tool("log", { line: "y".repeat(100_000) });
    const line = await probe.until(() => probe.logs[0]);
    assert.ok(
      line.startsWith("yyy") && line.length < 9000 && line.endsWith("… (100000 characters)"),
      line.slice(-40),
    );
    await probe.stop();
  });

  test("an answer over 64 MiB fails only its own call, at once", async () => {
    const probe = await started("echo.ts");
    assert.match(
      await probe.tool("big", { bytes: 68 * 1024 * 1024 }),
      /the server's answer is larger than 64 MiB/,
    );
    assert.match(probe.logs[0] ?? "", /^dropped a line of 713\d+ bytes on stdout/);
    assert.equal(await probe.tool("echo"), "{}");
    await probe.stop();
  });

  test("a secret at the cut is redacted completely", async () => {
    const secret = "s3cret".repeat(50);
    const redact = (text: string) => text.replaceAll(secret, "***");
    const probe = await started("echo.ts", { redact });
    await probe.tool("log", { line: `${"y".repeat(8100)}${secret}${"z".repeat(9000)}` });
    const line = await probe.until(() => probe.logs[0]);
    assert.ok(line.includes("***") && !line.includes("s3cret"), line.slice(-200));
    await probe.stop();
  });

  test("the environment is that of the gateway and the entry, without the gateway's key", async () => {
    process.env["MCP_GATEWAY_API_KEY"] = "secret";
    process.env["RUNTIME_TEST_VARIABLE"] = "inherited";
    const probe = await started("echo.ts", { env: { OWN: "own" } });
    const seen = await Promise.all(
      ["OWN", "RUNTIME_TEST_VARIABLE", "MCP_GATEWAY_API_KEY"].map((name) => probe.tool("env", { name })),
    );
    assert.deepEqual(seen, ["own", "inherited", ""]);
    delete process.env["MCP_GATEWAY_API_KEY"];
    delete process.env["RUNTIME_TEST_VARIABLE"];
    await probe.stop();
  });

  test("a stubborn server is killed after the grace period, and one that ends with its input is stopped without delay", async () => {
    const stubborn = await started("ignores-sigterm.ts");
    const pid = Number(await stubborn.tool("who"));
    const graceMs = await stoppedMs(stubborn);
    assert.ok(graceMs > 900, "it had its grace");
    assert.deepEqual(await alive([pid]), []);
    assert.ok((await stoppedMs(await started("echo.ts"))) < Math.min(graceMs, 900));
  });

  test("stop ends grandchildren in other groups and sessions", { skip: noTreeHere() }, async () => {
    const probe = await started("spawns-grandchild.ts");
    const pids: number[] = JSON.parse(await probe.tool("grandchildren"));
    assert.equal((await alive(pids)).length, 3);
    await probe.stop();
    assert.deepEqual(await alive(pids), []);
  });

  test("a crash ends the children of the server", { skip: noTreeHere() }, async () => {
    const probe = await started("spawns-grandchild.ts");
    const pids: number[] = JSON.parse(await probe.tool("grandchildren"));
    await assert.rejects(probe.tool("exit", { code: 5 }), /exited with code 5/);
    assert.deepEqual(await alive(pids), []);
  });

  for (const [fd, because] of [
    [0, "closed its input"],
    [1, "closed its output"],
  ] as const)
    test(`a server that ${because} while it runs crashed with that reason`, async () => {
      const probe = await started("closes-streams.ts");
      const pid = Number(await probe.tool("who"));
      probe.call("tools/call", { name: "close", arguments: { fd } }).catch(() => undefined);
      await probe.until(() => probe.logs.includes("closed"));
      // A write shows that the other end is closed.
      if (fd === 0) probe.notify("notifications/filler");
      assert.deepEqual(await probe.instance.exited, { kind: "crashed", because });
      assert.deepEqual(await alive([pid]), []);
    });

  test("a message after the end of the server is reported as not delivered, before all its children have ended", async () => {
    const probe = await started("spawns-grandchild.ts");
    const pids: number[] = JSON.parse(await probe.tool("grandchildren"));
    const leader = Number(await probe.tool("who"));
    probe.tool("exit", { code: 5 }).catch(() => undefined);
    while ((await alive([leader])).length > 0);
    const late = probe.call("tools/call", { name: "who" });
    await assert.rejects(late, /exited with code 5/);
    assert.equal(probe.exit, undefined, "one of its children is stubborn");
    assert.deepEqual(
      probe.undelivered.map(({ mayRetry }) => mayRetry),
      [true],
    );
    await probe.instance.exited;
    assert.deepEqual(await alive(pids), []);
  });

  test("a server that reads nothing makes the channel congested until it reads", async () => {
    const probe = await Probe.start(runtime, launch("slow-start.ts", { env: { SLOW_MS: "300" } }));
    for (let n = 0; n < 8; n++) probe.notify("notifications/filler", { filler: "z".repeat(200_000) });
    const congested = probe.instance.congested;
    assert.ok(congested);
    await congested;
    assert.equal(probe.instance.congested, undefined);
    await probe.initialize();
    await probe.stop();
  });

  test("a start that is aborted after the process began leaves no process", async () => {
    const { signal } = new AbortController();
    let looks = 0;
    Object.defineProperty(signal, "aborted", { get: () => ++looks > 1 });
    await assert.rejects(Probe.start(runtime, launch("ignores-sigterm.ts"), signal), /the start was aborted/);
    assert.equal(looks, 2);
    const own = (await listProcesses()).filter(
      ({ parent, pid }) => parent === process.pid && pid !== processes.watchdogPid,
    );
    assert.deepEqual(own, []);
  });

  test("the tests above leave no process", async () => {
    const rows = await listProcesses();
    const mark = `${formatOwner(processes.owner)}/`;
    assert.deepEqual(
      rows.filter(({ marker, zombie }) => !zombie && marker?.startsWith(mark)),
      [],
    );
  });
});

function noTreeHere(): string | false {
  return process.platform === "win32" && "Windows has no groups and no marks: taskkill ends descendants only";
}
