/** Tests an instance supervisor: one instance at a time, started, stopped and restarted as the entry requires. */

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { BackendSession } from "../../../src/backend/backend-session.ts";
import { GatewayError } from "../../../src/base/errors.ts";
import type { DownloadReader } from "../../../src/runtime/runtime.ts";
import { type InstanceSettings, InstanceSupervisor } from "../../../src/supervisor/instance-supervisor.ts";
import type { Status } from "../../../src/supervisor/state.ts";
import {
  FakeCall,
  type FakeChannel,
  FakeClient,
  FakeRuntime,
  handTurnedTime,
  launch,
  turns,
} from "../fakes.ts";

const defaults = { restart: { maxAttempts: 3, windowMs: 60_000 }, idleMs: 0, startMs: 0, healthMs: 0 };
const firstDelayMs = 100;
const secondDelayMs = 200;

/** `preparing`: the promise that must resolve before the entry is resolved. */
function keeping(
  t: TestContext,
  settings: Partial<InstanceSettings> = {},
  preparing: Promise<unknown> = Promise.resolve(),
) {
  t.mock.method(Math, "random", () => 0);
  const pass = handTurnedTime(t);
  const runtime = new FakeRuntime();
  const states: Status[] = [];
  const counts = { start: 0, restart: 0 };
  const keeper = new InstanceSupervisor({
    id: "fake",
    roots: async () => undefined,
    settings: () => ({ ...defaults, ...settings }),
    planLaunch: async () => {
      await preparing;
      return { kind: "ready", launch, runtime, launchKey: "key" };
    },
    envelope: { capabilities: {}, clientInfo: { name: "gateway", version: "1" } },
    handshakeRequest: () => ({ eras: ["initialize"], initializeParams: "{}" }),
    onOpened: async () => undefined,
    onEnded: () => undefined,
    onNotification: () => undefined,
    log: () => undefined,
    onStateChanged: ({ kind }) => states.push(kind),
    onStarted: (what) => counts[what]++,
  });
  return { pass, runtime, states, counts, keeper };
}

type Kept = ReturnType<typeof keeping>;

/** Begins to connect and continues until the runtime was called. Returns a list, because a plain promise would be awaited. */
async function connecting({ keeper }: Kept): Promise<Promise<BackendSession>[]> {
  const connected = keeper.connect("initialize");
  connected.catch(() => undefined);
  await turns();
  return [connected];
}

async function running(
  kept: Kept,
  pongs = true,
): Promise<{ connection: BackendSession; channel: FakeChannel }> {
  const connected = await connecting(kept);
  const channel = kept.runtime.latest.up();
  channel.pongs = pongs;
  const [connection] = await Promise.all(connected);
  assert.ok(connection);
  return { connection, channel };
}

async function crash(channel: FakeChannel): Promise<void> {
  channel.crash();
  await turns();
}

function call(connection: BackendSession, timeoutMs = 0): FakeCall {
  const made = new FakeCall(new FakeClient(), { id: 1, method: "tools/call", params: { name: "work" } });
  connection.call(made, timeoutMs);
  return made;
}

const refused = () => new GatewayError("start-failed", "no such command");

test("simultaneous requests get the one instance that is started for them", async (t) => {
  const kept = keeping(t);
  const both = [...(await connecting(kept)), ...(await connecting(kept))];
  kept.runtime.latest.up();
  const [one, other] = await Promise.all(both);
  assert.equal(one, other);
  assert.deepEqual(kept.counts, { start: 1, restart: 0 });
  assert.deepEqual(kept.states, ["starting", "running"]);
});

test("a stop resets the count of crashes", async (t) => {
  const kept = keeping(t, { restart: { maxAttempts: 2, windowMs: 60_000 } });
  await crash((await running(kept)).channel);
  assert.equal(kept.keeper.state.kind, "waiting");
  await kept.keeper.stop();
  await crash((await running(kept)).channel);
  assert.equal(kept.keeper.state.kind, "waiting");
});

test("too many crashes end the restarts until the next request", async (t) => {
  const kept = keeping(t, { restart: { maxAttempts: 1, windowMs: 60_000 } });
  await crash((await running(kept)).channel);
  await kept.pass(60_000);
  assert.deepEqual(kept.keeper.state, {
    kind: "failed",
    because: "crashed once within 60 s, last: exited with code 1",
  });
  assert.equal(kept.runtime.starts.length, 1);
  await running(kept);
  assert.equal(kept.keeper.state.kind, "running");
});

test("a stop ends a start that is under way, and the waiting request is rejected", async (t) => {
  const kept = keeping(t);
  const connected = await connecting(kept);
  const stopped = kept.keeper.stop();
  await turns();
  assert.ok(kept.runtime.latest.signal.aborted);
  await assert.rejects(Promise.all(connected), { code: "start-failed", message: "stopped while starting" });
  await stopped;
  assert.deepEqual(kept.states, ["starting", "stopping", "stopped"]);
});

test("a request during a cancelled start starts nothing if a second stop follows", async (t) => {
  const kept = keeping(t);
  const connected = await connecting(kept);
  const stopped = kept.keeper.stop();
  const late = kept.keeper.connect("initialize");
  const again = kept.keeper.stop();
  await assert.rejects(late, { code: "start-failed", message: "stopped while starting" });
  await Promise.allSettled([...connected, stopped, again]);
  await turns();
  assert.equal(kept.runtime.starts.length, 1);
  assert.equal(kept.keeper.state.kind, "stopped");
});

test("a stop does not wait for an entry that is not resolved yet", async (t) => {
  const preparing = Promise.withResolvers<void>();
  const kept = keeping(t, {}, preparing.promise);
  const connected = await connecting(kept);
  await kept.keeper.stop();
  await assert.rejects(Promise.all(connected), { code: "start-failed", message: "stopped while starting" });
  preparing.resolve();
  await turns();
  assert.deepEqual(kept.runtime.starts, []);
});

test("requests start nothing any more once the supervisor closes", async (t) => {
  const kept = keeping(t);
  const first = await connecting(kept);
  const stopped = kept.keeper.stop();
  const second = kept.keeper.connect("initialize");
  const closed = kept.keeper.close();
  for (const connected of [...first, second]) await assert.rejects(connected, { code: "start-failed" });
  await Promise.all([stopped, closed]);
  await assert.rejects(kept.keeper.connect("initialize"), { code: "start-failed" });
  assert.equal(kept.runtime.starts.length, 1);
  assert.equal(kept.keeper.state.kind, "stopped");
});

test("an instance that has ended is not pinged, and the next instance is not judged by it", async (t) => {
  const kept = keeping(t, { healthMs: 1_000 });
  const { channel } = await running(kept);
  await kept.keeper.stop();
  const pings = channel.got("ping").length;
  await running(kept);
  await kept.pass(5_000);
  assert.equal(channel.got("ping").length, pings);
  assert.ok(!kept.states.includes("unhealthy"), String(kept.states));
});

test("a quiet instance is pinged, and a busy one is pinged only once after its start", async (t) => {
  const kept = keeping(t, { healthMs: 1_000 });
  const { connection, channel } = await running(kept);
  const busy = call(connection);
  await kept.pass(5_000);
  assert.equal(channel.got("ping").length, 1);
  channel.say({ id: channel.last("tools/call").id, result: {} });
  assert.deepEqual(busy.ends, ["answered"]);
  await kept.pass(3_000);
  assert.ok(channel.got("ping").length > 1);
});

test("an instance that leaves a ping unanswered is unhealthy until it answers again", async (t) => {
  const kept = keeping(t, { healthMs: 1_000 });
  const { channel } = await running(kept);
  await turns();
  channel.mute = true;
  await kept.pass(3_000);
  assert.equal(kept.keeper.state.kind, "unhealthy");
  channel.mute = false;
  await kept.pass(3_000);
  assert.equal(kept.keeper.state.kind, "running");
});

test("an instance that never answered a ping but answers calls stays healthy until a call is late", async (t) => {
  const kept = keeping(t, { healthMs: 1_000 });
  const { connection, channel } = await running(kept, false);
  call(connection);
  channel.say({ id: channel.last("tools/call").id, result: {} });
  await kept.pass(10_000);
  assert.ok(!kept.states.includes("unhealthy"), String(kept.states));
  const late = call(connection, 500);
  await kept.pass(5_000);
  assert.deepEqual(late.ends, ["request-timeout"]);
  assert.equal(kept.keeper.state.kind, "unhealthy");
});

test("an instance that answered one ping and no later one is unhealthy, whatever calls it answered", async (t) => {
  const kept = keeping(t, { healthMs: 1_000 });
  const { connection, channel } = await running(kept);
  await turns();
  call(connection);
  channel.say({ id: channel.last("tools/call").id, result: {} });
  channel.mute = true;
  await kept.pass(3_000);
  assert.equal(kept.keeper.state.kind, "unhealthy");
});

const npx: DownloadReader = {
  program: "npx",
  read: (line) => /^got (.+)/.exec(line)?.[1],
};

test("the time of a start counts from the latest progress of its download, which is shown", async (t) => {
  const kept = keeping(t, { startMs: 1_000 });
  kept.runtime.download = npx;
  const [connected] = await connecting(kept);
  for (let n = 0; n < 5; n++) {
    await kept.pass(900);
    kept.runtime.latest.log(`got p${n}`);
  }
  assert.deepEqual(kept.keeper.state, { kind: "starting", progress: "npx downloads: p4 (5 so far)" });
  await kept.pass(1_000);
  await assert.rejects(async () => connected, {
    message:
      /^not ready within 1 s \(start_timeout_seconds\): npx may still be downloading the server \(5 seen, the latest: p4\)/,
  });
});

test("a start without output may be downloading, and a start with output of the server is not", async (t) => {
  for (const [line, message] of [
    [
      undefined,
      /^not ready within 1 s \(start_timeout_seconds\): npx may still be downloading the server: try again, or raise the limit$/,
    ],
    ["listening", /^not ready within 1 s \(start_timeout_seconds\); last output: listening$/],
    ["Error: no token", /^not ready within 1 s \(start_timeout_seconds\): Error: no token$/],
  ] as const)
    await t.test(String(line), async (t) => {
      const kept = keeping(t, { startMs: 1_000 });
      kept.runtime.download = npx;
      const [connected] = await connecting(kept);
      if (line !== undefined) kept.runtime.latest.log(line);
      await kept.pass(1_000);
      await assert.rejects(async () => connected, { message });
    });
});

test("a download extends the time of a start by ten minutes at most", async (t) => {
  const kept = keeping(t, { startMs: 1_000 });
  kept.runtime.download = npx;
  const [connected] = await connecting(kept);
  for (let second = 0; second < 610; second++) {
    await kept.pass(990);
    kept.runtime.latest.log("got more");
  }
  await assert.rejects(async () => connected, { message: /^not ready within 1 s/ });
});

test("a process that could not be ended is the reason of the stopped state, and the next request starts a new instance", async (t) => {
  const kept = keeping(t);
  const { channel } = await running(kept);
  channel.stubborn = true;
  const stopping = kept.keeper.stop();
  await turns();
  channel.exit({ kind: "stopped", left: "process 7 could not be ended" });
  await stopping;
  const because = "not stopped cleanly: process 7 could not be ended";
  assert.deepEqual(kept.keeper.state, { kind: "failed", because });
  await running(kept);
  assert.equal(kept.keeper.state.kind, "running");
});

test("a stop during a call does not count as a crash, so the call fails and nothing is restarted", async (t) => {
  const kept = keeping(t);
  const { connection } = await running(kept);
  const cut = call(connection);
  await kept.keeper.stop();
  await kept.pass(60_000);
  assert.deepEqual(kept.states, ["starting", "running", "stopping", "stopped"]);
  assert.deepEqual(cut.ends, ["server-ended"]);
  assert.deepEqual(kept.counts, { start: 1, restart: 0 });
});

test("the end of an instance that accepts no more messages is awaited, and after a stop it is not replaced", async (t) => {
  const kept = keeping(t);
  const { connection, channel } = await running(kept);
  call(connection);
  channel.lose("tools/call");
  assert.equal(kept.keeper.ready, undefined);
  const connected = await connecting(kept);
  assert.deepEqual([kept.runtime.starts.length, channel.stops], [1, 0]);
  await kept.keeper.stop();
  const because = "stopped while waiting to restart";
  await assert.rejects(Promise.all(connected), { code: "start-failed", message: because });
  assert.equal(kept.runtime.starts.length, 1);
});

test("a start waits until the previous instance has ended", async (t) => {
  const kept = keeping(t);
  const { channel } = await running(kept);
  channel.stubborn = true;
  const stopped = kept.keeper.stop();
  const connected = await connecting(kept);
  assert.equal(kept.runtime.starts.length, 1);
  channel.exit({ kind: "stopped" });
  await stopped;
  await turns();
  assert.equal(kept.runtime.starts.length, 2);
  kept.runtime.latest.up();
  await Promise.all(connected);
  assert.deepEqual(kept.states, ["starting", "running", "stopping", "stopped", "starting", "running"]);
});

test("an idle instance is stopped, and a busy one is not", async (t) => {
  const kept = keeping(t, { idleMs: 1_000 });
  const { connection, channel } = await running(kept);
  call(connection);
  await kept.pass(5_000);
  assert.equal(kept.keeper.state.kind, "running");
  channel.say({ id: channel.last("tools/call").id, result: {} });
  await kept.pass(1_000);
  assert.equal(kept.keeper.state.kind, "stopped");
});

test("the idle time of an instance that crashed during a call does not shorten its restart", async (t) => {
  const kept = keeping(t, { idleMs: firstDelayMs / 2 });
  const { connection, channel } = await running(kept);
  const cut = call(connection);
  await crash(channel);
  assert.deepEqual(cut.ends, ["server-ended"]);
  await kept.pass(firstDelayMs - 10);
  assert.equal(kept.keeper.state.kind, "waiting");
  await kept.pass(10);
  assert.equal(kept.runtime.starts.length, 2);
});

test("a request that waits for a restart is served by the attempt that succeeds", async (t) => {
  const kept = keeping(t);
  await crash((await running(kept)).channel);
  const connected = await connecting(kept);
  await kept.pass(firstDelayMs);
  kept.runtime.latest.fail(refused());
  await turns();
  assert.equal(kept.keeper.state.kind, "waiting");
  await kept.pass(secondDelayMs);
  kept.runtime.latest.up();
  const [connection] = await Promise.all(connected);
  assert.equal(connection, kept.keeper.ready);
  assert.deepEqual(kept.counts, { start: 3, restart: 2 });
});

test("a request that waits for a restart is rejected when there will be no more restarts", async (t) => {
  const kept = keeping(t);
  await crash((await running(kept)).channel);
  const connected = await connecting(kept);
  for (const delayMs of [firstDelayMs, secondDelayMs]) {
    await kept.pass(delayMs);
    kept.runtime.latest.fail(refused());
    await turns();
  }
  const because = "crashed 3 times within 60 s, last: no such command";
  await assert.rejects(Promise.all(connected), { code: "start-failed", message: because });
  assert.deepEqual(kept.keeper.state, { kind: "failed", because });
});

test("a request that waits for a restart is rejected when the instance is stopped instead", async (t) => {
  const kept = keeping(t);
  await crash((await running(kept)).channel);
  const connected = await connecting(kept);
  await kept.keeper.stop();
  await assert.rejects(Promise.all(connected), { message: "stopped while waiting to restart" });
  await kept.pass(60_000);
  assert.equal(kept.runtime.starts.length, 1);
});

test("a start on demand that fails is failed at once and not tried again", async (t) => {
  const kept = keeping(t);
  const connected = await connecting(kept);
  kept.runtime.latest.fail(refused());
  await assert.rejects(Promise.all(connected), { code: "start-failed", message: "no such command" });
  assert.deepEqual(kept.keeper.state, { kind: "failed", because: "no such command" });
  await kept.pass(60_000);
  assert.equal(kept.runtime.starts.length, 1);
  assert.deepEqual(kept.counts, { start: 1, restart: 0 });
});

test("an instance that is not ready in time is ended, and the reason contains the time limit", async (t) => {
  const kept = keeping(t, { startMs: 5_000 });
  const connected = await connecting(kept);
  const channel = kept.runtime.latest.up(true);
  await kept.pass(4_990);
  assert.equal(kept.keeper.state.kind, "starting");
  await kept.pass(10);
  await assert.rejects(Promise.all(connected), {
    code: "start-failed",
    message: "not ready within 5 s (start_timeout_seconds)",
  });
  assert.equal(channel.stops, 1);
  assert.deepEqual(kept.keeper.state, {
    kind: "failed",
    because: "not ready within 5 s (start_timeout_seconds)",
  });
});

test("the start of a runtime that takes too long is aborted", async (t) => {
  const kept = keeping(t, { startMs: 5_000 });
  const connected = await connecting(kept);
  await kept.pass(5_000);
  assert.ok(kept.runtime.latest.signal.aborted);
  await assert.rejects(Promise.all(connected), { message: "not ready within 5 s (start_timeout_seconds)" });
});

test("a second stop ends a start that waits for the first stop", async (t) => {
  const kept = keeping(t);
  const { channel } = await running(kept);
  channel.stubborn = true;
  const first = kept.keeper.stop();
  const connected = await connecting(kept);
  const second = kept.keeper.stop();
  channel.exit({ kind: "stopped" });
  await Promise.all([first, second]);
  await turns();
  assert.equal(kept.runtime.starts.length, 1);
  await assert.rejects(Promise.all(connected), { code: "start-failed" });
});

test("a request during a restart that fails also waits for the next restart", async (t) => {
  const kept = keeping(t);
  await crash((await running(kept)).channel);
  await kept.pass(firstDelayMs);
  const connected = await connecting(kept);
  kept.runtime.latest.fail(refused());
  await turns();
  await kept.pass(secondDelayMs);
  kept.runtime.latest.up();
  assert.equal((await Promise.all(connected)).length, 1);
});
