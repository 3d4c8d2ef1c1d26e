/** The lock between windows, with windows that crash while they hold it. */

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import files, { readdir, readFile, writeFile } from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { WindowLock } from "../../../../src/vscode/gateway/window-lock.ts";
import { temporaryFolder } from "../../../support/gateway.ts";

const quick = { retryMs: 5, beatMs: 10, staleMs: 200, patienceMs: 5_000 };

/** No process has this id, because it is above the maximum. */
const crashed = 4_194_305;

test("there is one owner at a time, and it is replaced when it crashes", { timeout: 60_000 }, async (t) => {
  const folder = await temporaryFolder(t);
  const log = join(folder, "log");
  const windows = Array.from({ length: 12 }, (_, index) => crashingWindow(t, folder, log, 1 + (index % 4)));
  await Promise.all(windows);
  let owner: string | undefined;
  let crashes = 0;
  for (const line of (await readFile(log, "utf8")).trim().split("\n")) {
    const [pid, event] = line.split(" ");
    if (event === "enters") {
      assert.equal(owner, undefined, `${pid} enters while ${owner} is the owner`);
      owner = pid;
    } else {
      assert.equal(owner, pid);
      owner = undefined;
      crashes += 1;
    }
  }
  assert.equal(crashes, 30);
});

test("the lock is free again when the work fails", async (t) => {
  const lock = new WindowLock(await temporaryFolder(t), quick);
  await assert.rejects(
    lock.locked(() => Promise.reject(new Error("oops"))),
    /oops/,
  );
  assert.equal(await lock.locked(async () => "in"), "in");
});

test("the lock of a crashed window is free, also if another process has its id or it wrote no id", async (t) => {
  for (const text of [`${crashed} .`, `${process.pid} ..`, ""]) {
    const folder = await temporaryFolder(t);
    await writeFile(join(folder, "3"), text);
    assert.equal(await new WindowLock(folder, quick).locked(async () => "in"), "in");
  }
});

test("a window keeps the lock as long as its work takes", async (t) => {
  const lock = new WindowLock(await temporaryFolder(t), quick);
  const order: string[] = [];
  const { ended } = await entered(lock, async () => {
    await wait(3 * quick.staleMs);
    order.push("first");
  });
  await lock.locked(async () => order.push("second"));
  await ended;
  assert.deepEqual(order, ["first", "second"]);
});

test("an owner that was wrongly believed dead does not free the lock of the next owner", async (t) => {
  const folder = await temporaryFolder(t);
  const silent = new WindowLock(folder, { ...quick, beatMs: 10_000 });
  const order: string[] = [];
  const release = Promise.withResolvers<void>();
  const late = await entered(silent, async () => {
    await release.promise;
    order.push("late");
  });
  const next = await entered(new WindowLock(folder, quick), async () => {
    release.resolve();
    await late.ended;
    await wait(20 * quick.retryMs);
    order.push("next");
  });
  await new WindowLock(folder, quick).locked(async () => order.push("last"));
  await next.ended;
  assert.deepEqual(order, ["late", "next", "last"]);
});

test("a window that decided on an old list of files does not become a second owner", async (t) => {
  const folder = await temporaryFolder(t);
  const lock = new WindowLock(folder, quick);
  for (let time = 0; time < 20; time++) await lock.locked(async () => undefined);
  const order: string[] = [];
  const owner = await entered(lock, async () => {
    await wait(40 * quick.retryMs);
    order.push("owner");
  });
  // The owner has removed it, and the late window has read it before.
  await writeFile(join(folder, "4"), `${crashed} `);
  const { readdir: list } = files;
  let lists = 0;
  t.mock.method(files, "readdir", (path: string) => (++lists === 1 ? Promise.resolve(["4"]) : list(path)));
  syncBuiltinESMExports();
  t.after(() => {
    t.mock.restoreAll();
    syncBuiltinESMExports();
  });
  await lock.locked(async () => order.push("late"));
  await owner.ended;
  assert.ok(lists > 1);
  assert.deepEqual(order, ["owner", "late"]);
});

test("waiting ends with an error that says what to do", async (t) => {
  const lock = new WindowLock(await temporaryFolder(t), { ...quick, patienceMs: 50 });
  await lock.locked(async () => {
    await assert.rejects(
      lock.locked(async () => undefined),
      /another window has been starting the gateway for 0\.05 s: reload that window, or try again/,
    );
  });
});

test("the files of earlier owners are removed", async (t) => {
  const folder = await temporaryFolder(t);
  const lock = new WindowLock(folder, quick);
  for (let time = 0; time < 30; time++) await lock.locked(async () => undefined);
  const names = await readdir(folder);
  assert.ok(names.includes("30") && names.length < 10, names.join(" "));
});

/** Resolves once the work runs. */
async function entered(lock: WindowLock, work: () => Promise<void>): Promise<{ ended: Promise<void> }> {
  const isRunning = Promise.withResolvers<void>();
  const ended = lock.locked(async () => {
    isRunning.resolve();
    await work();
  });
  await isRunning.promise;
  return { ended };
}

async function crashingWindow(t: TestContext, folder: string, log: string, times: number): Promise<void> {
  const program = join(import.meta.dirname, "contends-for-lock.ts");
  const child = spawn(process.execPath, [program, folder, log, String(times)], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  t.after(() => child.kill("SIGKILL"));
  await once(child, "exit");
}
