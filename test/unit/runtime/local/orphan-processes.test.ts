/**
 * No server outlives its gateway, however the gateway ends. Tests the watchdog and the search for orphans with
 * real processes.
 */

import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, describe, test } from "node:test";
import { reapOrphans } from "../../../../src/runtime/local/orphan-processes.ts";
import { eachInSlices, listProcesses } from "../../../../src/runtime/local/system-processes.ts";
import { eventually } from "../../../contract/probe.ts";

const root = join(import.meta.dirname, "../../../..");
const fixture = (name: string) => [process.execPath, join(root, "test/fixtures/servers", name)];
const skip = process.platform !== "linux" && "processes are found by their mark, which needs /proc";

interface Host {
  readonly child: ChildProcess;
  readonly watchdog: number;
}

const hosts: Host[] = [];

after(async () => {
  for (const { child } of hosts) if (child.pid) child.kill("SIGKILL");
  await reapOrphans(0);
});

/** A process like a gateway, in its own process group, with its servers running. */
async function host(...commands: string[][]): Promise<Host> {
  const args = [
    join(import.meta.dirname, "launches-and-waits.ts"),
    ...commands.map((command) => JSON.stringify(command)),
  ];
  const child = spawn(process.execPath, args, {
    cwd: root,
    detached: true,
    stdio: ["pipe", "pipe", "inherit"],
  });
  const [line] = await once(createInterface({ input: child.stdout }), "line");
  const started = { child, watchdog: JSON.parse(line).watchdog };
  hosts.push(started);
  return started;
}

/** Living processes that carry the mark of a host. */
async function ownedBy({ child }: Host): Promise<number[]> {
  const rows = await listProcesses();
  return rows
    .filter(({ marker, zombie }) => !zombie && marker?.startsWith(`${child.pid}:`))
    .map(({ pid }) => pid);
}

async function lives(pid: number): Promise<boolean> {
  return (await listProcesses()).some((row) => row.pid === pid && !row.zombie);
}

async function kill({ child }: Host, target: number): Promise<void> {
  const gone = once(child, "exit");
  process.kill(target, "SIGKILL");
  await gone;
}

describe("the watchdog", { skip }, () => {
  test("ends all processes of a killed gateway, including npx, grandchildren, other sessions, and processes that ignore signals", async () => {
    const npx = ["npx", "--offline", "mcp-server-everything"];
    const gateway = await host(fixture("spawns-grandchild.ts"), fixture("ignores-sigterm.ts"), npx);
    assert.ok((await ownedBy(gateway)).length >= 7);
    process.kill(gateway.watchdog, "SIGTERM");
    process.kill(gateway.watchdog, "SIGINT");
    process.kill(gateway.watchdog, "SIGHUP");
    await kill(gateway, -(gateway.child.pid ?? 0));
    await eventually(async () => (await ownedBy(gateway)).length === 0, "the servers' end");
    await eventually(async () => !(await lives(gateway.watchdog)), "the watchdog's end");
  });

  test("ends with a gateway that ends normally", async () => {
    const gateway = await host(fixture("echo.ts"));
    assert.ok(await lives(gateway.watchdog));
    gateway.child.stdin?.write("end\n");
    const [code] = await once(gateway.child, "exit");
    assert.equal(code, 0);
    assert.equal(await lives(gateway.watchdog), false);
    assert.deepEqual(await ownedBy(gateway), []);
  });

  test("is started again when it is killed, and knows the processes it watches", async () => {
    const gateway = await host(fixture("ignores-sigterm.ts"));
    process.kill(gateway.watchdog, "SIGKILL");
    const successor = async () =>
      (await listProcesses()).find(
        ({ pid, parent, marker }) => parent === gateway.child.pid && !marker && pid !== gateway.watchdog,
      );
    await eventually(async () => (await successor()) !== undefined, "another watchdog");
    await kill(gateway, gateway.child.pid ?? 0);
    await eventually(async () => (await ownedBy(gateway)).length === 0, "the server's end");
  });

  test("carries no mark, and no variables of the gateway's environment", async () => {
    const gateway = await host(fixture("echo.ts"));
    assert.equal((await ownedBy(gateway)).includes(gateway.watchdog), false);
    gateway.child.stdin?.write("end\n");
    await once(gateway.child, "exit");
  });
});

describe("orphans", { skip }, () => {
  test("of a dead gateway and its dead watchdog are ended, and those of a living gateway are not", async () => {
    const living = await host(fixture("echo.ts"));
    const dead = await host(fixture("spawns-grandchild.ts"), fixture("ignores-sigterm.ts"));
    dead.child.kill("SIGSTOP");
    process.kill(dead.watchdog, "SIGKILL");
    await kill(dead, dead.child.pid ?? 0);
    const orphaned = await ownedBy(dead);
    assert.ok(orphaned.length >= 3, "the stubborn ones live on");
    // The list of ended processes is not checked, because some end by themselves, and other gateways of this
    // machine search for orphans too.
    await reapOrphans(500);
    await eventually(async () => (await ownedBy(dead)).length === 0, "the orphans' end");
    assert.equal((await ownedBy(living)).length, 1);
    living.child.stdin?.write("end\n");
    await once(living.child, "exit");
  });

  test("are searched without blocking the event loop", async () => {
    // Measured in processor time, so that other work of the machine does not count.
    let longestMs = 0;
    let last = process.cpuUsage();
    const timer = setInterval(() => {
      const { user, system } = process.cpuUsage(last);
      longestMs = Math.max(longestMs, (user + system) / 1000);
      last = process.cpuUsage();
    }, 1);
    await listProcesses();
    await listProcesses();
    clearInterval(timer);
    assert.ok(longestMs < 50, `${longestMs} ms`);
  });

  test("are searched in slices, so that other work gets a turn", async () => {
    let turns = 0;
    const turn = () => {
      turns++;
      next = setImmediate(turn);
    };
    let next = setImmediate(turn);
    let visited = 0;
    await eachInSlices(Array.from({ length: 200 }), () => {
      visited++;
      for (const end = performance.now() + 0.5; performance.now() < end; );
    });
    clearImmediate(next);
    assert.equal(visited, 200);
    assert.ok(turns >= 5, `${turns} turns`);
  });
});
