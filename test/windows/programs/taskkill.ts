/**
 * Runs on Windows: how a server is ended where `taskkill` works, and where it fails, hangs, is missing or may not be run. A
 * process that nothing can end, and descendants that `/T` finds, are only in test/unit/runtime/local/process-tree.test.ts: Wine
 * has neither. See ../windows.test.ts.
 */

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import type { Exit } from "../../../src/backend/channel.ts";
import { LocalProcessRuntime } from "../../../src/runtime/local/local-process-runtime.ts";
import { formatOwner } from "../../../src/runtime/local/process-marker.ts";
import { ProcessTracker } from "../../../src/runtime/local/process-tracker.ts";
import { watchdogProgram } from "../../../src/runtime/local/watchdog-program.ts";
import { eventually, Probe } from "../../contract/probe.ts";

const stubborn = join(import.meta.dirname, "../../fixtures/servers/ignores-sigterm.ts");
const folder = mkdtempSync(join(tmpdir(), "taskkill-"));
const processes = new ProcessTracker();
const runtime = new LocalProcessRuntime(processes, 50);

after(async () => {
  await processes.close();
  rmSync(folder, { recursive: true, maxRetries: 5 });
});

/** Scripts for a fake `taskkill`, which is Node.js under that name. `pid` is the process to end. */
const programs = {
  works: `if (!args.includes("/T") || !args.includes("/F")) process.exit(1); process.kill(pid); process.exit(0);`,
  denied: `console.error("ERROR: Access is denied."); process.exit(1);`,
  "leaves a child": `process.kill(pid);
    console.error("ERROR: The process with PID ${process.pid} (child process of PID " + pid + ") could not be terminated.");
    process.exit(255);`,
  "came too late": `process.kill(pid);
    console.error("ERROR: The process with PID " + pid + " could not be terminated.");
    process.exit(255);`,
  hangs: "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);",
  missing: "",
  "may not be run": "",
};
type Kind = keyof typeof programs;

/** A folder that stands in for the folder of Windows. */
function windowsFolder(name: string, place: (taskkill: string) => void): string {
  const root = join(folder, name);
  mkdirSync(join(root, "System32"), { recursive: true });
  place(join(root, "System32", "taskkill.exe"));
  return root;
}

const usual = windowsFolder("usual", (file) => copyFileSync(process.execPath, file));
const roots: Partial<Record<Kind, string>> = {
  missing: windowsFolder("missing", () => undefined),
  "may not be run": windowsFolder("not-run", (file) => writeFileSync(file, "not a program")),
};

/** The environment of a process that finds this fake `taskkill`. */
function environmentWhere(kind: Kind) {
  const SystemRoot = roots[kind] ?? usual;
  const preload = join(folder, `${kind.replaceAll(" ", "-")}.cjs`);
  // Wine gives every process the real folder.
  writeFileSync(
    preload,
    `process.env.SystemRoot = ${JSON.stringify(SystemRoot)};
    const args = process.argv;
    const pid = Number(args.find((arg) => /^[0-9]+$/.test(arg)));
    if (process.execPath.endsWith("taskkill.exe")) { ${programs[kind]} }`,
  );
  return { SystemRoot, NODE_OPTIONS: `--require ${JSON.stringify(preload)}` };
}

async function started(command: string, ...args: string[]): Promise<Probe> {
  const probe = await Probe.start(runtime, {
    id: "stubborn",
    runtime: { type: "local-process", command, args },
    env: {},
    baseDir: folder,
    redact: (text) => text,
    hide: () => undefined,
  });
  await probe.initialize();
  return probe;
}

async function stoppedWhere(kind: Kind, probe: Probe): Promise<Exit> {
  const before = { SystemRoot: process.env["SystemRoot"], NODE_OPTIONS: process.env["NODE_OPTIONS"] ?? "" };
  Object.assign(process.env, environmentWhere(kind));
  return probe.stop().finally(() => Object.assign(process.env, before));
}

/** Stops a server that ignores the request to stop, and returns how it ended. Fails if it is still alive. */
async function endWhere(kind: Kind): Promise<Exit> {
  const probe = await started(process.execPath, stubborn);
  const pid = Number(await probe.tool("who"));
  const exit = await stoppedWhere(kind, probe);
  assert.equal(isAlive(pid), false);
  return exit;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe("a stubborn server that is stopped", () => {
  for (const kind of ["works", "came too late"] as const)
    test(`has stopped where taskkill ${kind}`, async () => {
      assert.deepEqual(await endWhere(kind), { kind: "stopped" });
    });

  for (const [kind, because] of [
    ["missing", "taskkill was not found"],
    ["may not be run", "taskkill failed: spawn \\w+"],
    ["denied", "taskkill failed: ERROR: Access is denied\\."],
    [
      "leaves a child",
      `taskkill failed: ERROR: The process with PID ${process.pid} .* could not be terminated\\.`,
    ],
    ["hangs", "taskkill did not end within 5 s"],
  ] as const)
    test(`is ended directly, and the reason is reported, where taskkill is this: ${kind}`, async () => {
      const exit = await endWhere(kind);
      assert.equal(exit.kind, "stopped");
      const left = exit.kind === "stopped" ? exit.left : "";
      assert.match(
        left ?? "",
        new RegExp(`^${because}; processes that the server started may still be running$`),
      );
    });

  test("behind a .cmd holds nothing up, though without taskkill only the leader is ended", async () => {
    const script = join(folder, "stubborn.cmd");
    writeFileSync(script, `@echo off\r\n"${process.execPath}" "${stubborn}"\r\n`);
    const probe = await started(script);
    const pid = Number(await probe.tool("who"));
    try {
      const left = "taskkill was not found; processes that the server started may still be running";
      assert.deepEqual(await stoppedWhere("missing", probe), { kind: "stopped", left });
      assert.equal(isAlive(probe.instance.pid ?? 0), false);
    } finally {
      if (isAlive(pid)) process.kill(pid);
    }
  });
});

describe("the watchdog of a gateway that was killed", { concurrency: true }, () => {
  for (const kind of ["works", "missing", "may not be run", "hangs"] as const)
    test(`ends every server where taskkill is this: ${kind}`, async (t) => {
      const servers = [1, 2].map(() =>
        spawn(process.execPath, [stubborn], { stdio: ["pipe", "ignore", "ignore"] }),
      );
      t.after(() => servers.map((server) => server.kill()));
      const program = watchdogProgram("win32", formatOwner(processes.owner), process.env, process.execPath);
      const watchdog = spawn(program.command, program.args, {
        env: { ...program.env, ...environmentWhere(kind) },
        stdio: ["pipe", "inherit", "inherit"],
      });
      const ended = once(watchdog, "exit");
      watchdog.stdin.end(servers.map(({ pid }) => `+${pid}\n`).join(""));
      await eventually(() => !servers.some(({ pid = 0 }) => isAlive(pid)), "the servers' end");
      assert.deepEqual(await ended, [0, null]);
    });
});
