/** A user, or the network's time, sets the clock of the machine, and measured times stay unchanged. */

import assert from "node:assert/strict";
import { readdir, utimes } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { Log } from "../../src/base/log.ts";
import type { Entry } from "../../src/catalog/entry.ts";
import { headlessSources } from "../../src/catalog/variables/headless-sources.ts";
import { serverRow, statistics } from "../../src/frontend/http/server-view.ts";
import { fixedEntries } from "../../src/gateway/catalog-source.ts";
import { Gateway } from "../../src/gateway/gateway.ts";
import { headlessServices } from "../../src/gateway/host-services.ts";
import { InstanceSupervisor } from "../../src/supervisor/instance-supervisor.ts";
import { GatewayRecords } from "../../src/vscode/gateway/gateway-records.ts";
import { fixture, temporaryFolder } from "../support/gateway.ts";
import { FakeRuntime, handTurnedTime, launch, turns } from "../unit/fakes.ts";

const dayMs = 86_400_000;

for (const [way, byMs] of [
  ["forward", dayMs],
  ["back", -dayMs],
] as const)
  test(`a clock set ${way} changes no uptime`, async (t) => {
    const entry = { id: "echo", runtime: fixture("echo") } as Entry;
    const gateway = await gatewayOf(t, [entry]);
    const server = gateway.server("echo");
    await server?.start();
    t.mock.timers.enable({ apis: ["Date"], now: Date.now() + byMs });
    const { uptime_seconds: uptime, servers } = statistics(gateway);
    const uptimes = [uptime, servers["echo"]?.uptime_seconds, server && serverRow(server).uptime_seconds];
    t.mock.timers.reset();
    for (const seconds of uptimes) assert.ok(seconds !== undefined && seconds >= 0 && seconds < 3_600, way);
  });

test("a clock set forward does not reset the count of crashes, and a server that keeps crashing fails", async (t) => {
  const { keeper, runtime, crash } = keeping(t, 2);
  await crash();
  assert.equal(keeper.state.kind, "waiting");
  t.mock.timers.setTime(Date.now() + dayMs);
  await crash();
  assert.equal(keeper.state.kind, "failed");
  assert.equal(runtime.starts.length, 2);
});

test("a clock set back does not keep crashes forever, and one a long time later counts as the first", async (t) => {
  const { keeper, crash, pass } = keeping(t, 2);
  await crash();
  await pass(120_000);
  t.mock.timers.setTime(Date.now() - dayMs);
  await crash();
  assert.equal(keeper.state.kind, "waiting");
});

test("a clock set forward does not break the lock of a window that holds it", async (t) => {
  const folder = join(await temporaryFolder(t), "sites");
  const order: string[] = [];
  const first = new GatewayRecords(folder).locked(async () => {
    // The age that the lock has by a clock that is an hour ahead.
    const locks = join(folder, "locks");
    for (const name of await readdir(locks)) await utimes(join(locks, name), new Date(0), new Date(0));
    const second = new GatewayRecords(folder).locked(async () => order.push("second"));
    // Enough time for `second` to check the lock several times. If it waits correctly, this can never fail.
    await wait(250);
    order.push("first");
    return { second };
  });
  await (await first).second;
  assert.deepEqual(order, ["first", "second"]);
});

async function gatewayOf(t: TestContext, entries: readonly Entry[]): Promise<Gateway> {
  const baseDir = import.meta.dirname;
  const options = {
    source: fixedEntries(entries, baseDir),
    services: headlessServices(new Log("error", () => undefined), {
      baseDir,
      sources: headlessSources({ baseDir }),
    }),
    defaults: { idleSeconds: 0, requestSeconds: 0, healthSeconds: 0, maxInstances: 1 },
    hotReload: false,
    cacheDir: await temporaryFolder(t),
  };
  const gateway = new Gateway(options, entries);
  t.after(() => gateway.close());
  return gateway;
}

/** An instance that is up, crashes on request, and is started again by the next client. */
function keeping(t: TestContext, maxAttempts: number) {
  t.mock.method(Math, "random", () => 0);
  const pass = handTurnedTime(t);
  t.mock.timers.setTime(10 * dayMs);
  const runtime = new FakeRuntime();
  const settings = { restart: { maxAttempts, windowMs: 60_000 }, idleMs: 0, startMs: 0, healthMs: 0 };
  const keeper = new InstanceSupervisor({
    id: "fake",
    roots: async () => undefined,
    settings: () => settings,
    planLaunch: async () => ({ kind: "ready", launch, runtime, launchKey: "key" }),
    envelope: { capabilities: {}, clientInfo: { name: "gateway", version: "1" } },
    handshakeRequest: () => ({ eras: ["initialize"], initializeParams: "{}" }),
    onOpened: async () => undefined,
    onEnded: () => undefined,
    onNotification: () => undefined,
    log: () => undefined,
    onStateChanged: () => undefined,
    onStarted: () => undefined,
  });
  const crash = async () => {
    const connected = keeper.connect("initialize");
    await turns();
    // An instance that waits to be restarted is started.
    await pass(1_000);
    const channel = runtime.latest.up();
    await connected;
    channel.crash();
    await turns();
  };
  return { keeper, runtime, pass, crash };
}
