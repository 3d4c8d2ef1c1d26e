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
function supervise(
  t: TestContext,
  settings: Partial<InstanceSettings> = {},
  preparing: Promise<unknown> = Promise.resolve(),
) {
  t.mock.method(Math, "random", () => 0);
  const pass = handTurnedTime(t);
  const runtime = new FakeRuntime();
  const states: Status[] = [];
  const counts = { start: 0, restart: 0 };
  const supervisor = new InstanceSupervisor({
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
  return { pass, runtime, states, counts, supervisor };
}

type Supervised = ReturnType<typeof supervise>;

/** Begins to connect and continues until the runtime was called. Returns a list, because a plain promise would be awaited. */
async function connecting({ supervisor }: Supervised): Promise<Promise<BackendSession>[]> {
  const connected = supervisor.connect("initialize");
  connected.catch(() => undefined);
  await turns();
  return [connected];
}

async function running(
  supervised: Supervised,
  pongs = true,
): Promise<{ connection: BackendSession; channel: FakeChannel }> {
  const connected = await connecting(supervised);
  const channel = supervised.runtime.latest.up();
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
  const supervised = supervise(t);
  const both = [...(await connecting(supervised)), ...(await connecting(supervised))];
  supervised.runtime.latest.up();
  const [one, other] = await Promise.all(both);
  assert.equal(one, other);
  assert.deepEqual(supervised.counts, { start: 1, restart: 0 });
  assert.deepEqual(supervised.states, ["starting", "running"]);
});

test("a stop resets the count of crashes", async (t) => {
  const supervised = supervise(t, { restart: { maxAttempts: 2, windowMs: 60_000 } });
  await crash((await running(supervised)).channel);
  assert.equal(supervised.supervisor.state.kind, "waiting");
  await supervised.supervisor.stop();
  await crash((await running(supervised)).channel);
  assert.equal(supervised.supervisor.state.kind, "waiting");
});

test("too many crashes end the restarts until the next request", async (t) => {
  const supervised = supervise(t, { restart: { maxAttempts: 1, windowMs: 60_000 } });
  await crash((await running(supervised)).channel);
  await supervised.pass(60_000);
  assert.deepEqual(supervised.supervisor.state, {
    kind: "failed",
    because: "crashed once within 60 s, last: exited with code 1",
  });
  assert.equal(supervised.runtime.starts.length, 1);
  await running(supervised);
  assert.equal(supervised.supervisor.state.kind, "running");
});

test("a stop ends a start that is under way, and the waiting request is rejected", async (t) => {
  const supervised = supervise(t);
  const connected = await connecting(supervised);
  const stopped = supervised.supervisor.stop();
  await turns();
  assert.ok(supervised.runtime.latest.signal.aborted);
  await assert.rejects(Promise.all(connected), { code: "start-failed", message: "stopped while starting" });
  await stopped;
  assert.deepEqual(supervised.states, ["starting", "stopping", "stopped"]);
});

test("a request during a cancelled start starts nothing if a second stop follows", async (t) => {
  const supervised = supervise(t);
  const connected = await connecting(supervised);
  const stopped = supervised.supervisor.stop();
  const late = supervised.supervisor.connect("initialize");
  const again = supervised.supervisor.stop();
  await assert.rejects(late, { code: "start-failed", message: "stopped while starting" });
  await Promise.allSettled([...connected, stopped, again]);
  await turns();
  assert.equal(supervised.runtime.starts.length, 1);
  assert.equal(supervised.supervisor.state.kind, "stopped");
});

test("a stop does not wait for an entry that is not resolved yet", async (t) => {
  const preparing = Promise.withResolvers<void>();
  const supervised = supervise(t, {}, preparing.promise);
  const connected = await connecting(supervised);
  await supervised.supervisor.stop();
  await assert.rejects(Promise.all(connected), { code: "start-failed", message: "stopped while starting" });
  preparing.resolve();
  await turns();
  assert.deepEqual(supervised.runtime.starts, []);
});

test("requests start nothing any more once the supervisor closes", async (t) => {
  const supervised = supervise(t);
  const first = await connecting(supervised);
  const stopped = supervised.supervisor.stop();
  const second = supervised.supervisor.connect("initialize");
  const closed = supervised.supervisor.close();
  for (const connected of [...first, second]) await assert.rejects(connected, { code: "start-failed" });
  await Promise.all([stopped, closed]);
  await assert.rejects(supervised.supervisor.connect("initialize"), { code: "start-failed" });
  assert.equal(supervised.runtime.starts.length, 1);
  assert.equal(supervised.supervisor.state.kind, "stopped");
});

test("an instance that has ended is not pinged, and the next instance is not judged by it", async (t) => {
  const supervised = supervise(t, { healthMs: 1_000 });
  const { channel } = await running(supervised);
  await supervised.supervisor.stop();
  const pings = channel.got("ping").length;
  await running(supervised);
  await supervised.pass(5_000);
  assert.equal(channel.got("ping").length, pings);
  assert.ok(!supervised.states.includes("unhealthy"), String(supervised.states));
});

test("a quiet instance is pinged, and a busy one is pinged only once after its start", async (t) => {
  const supervised = supervise(t, { healthMs: 1_000 });
  const { connection, channel } = await running(supervised);
  const busy = call(connection);
  await supervised.pass(5_000);
  assert.equal(channel.got("ping").length, 1);
  channel.emit({ id: channel.last("tools/call").id, result: {} });
  assert.deepEqual(busy.ends, ["answered"]);
  await supervised.pass(3_000);
  assert.ok(channel.got("ping").length > 1);
});

test("an instance that leaves a ping unanswered is unhealthy until it answers again", async (t) => {
  const supervised = supervise(t, { healthMs: 1_000 });
  const { channel } = await running(supervised);
  await turns();
  channel.mute = true;
  await supervised.pass(3_000);
  assert.equal(supervised.supervisor.state.kind, "unhealthy");
  channel.mute = false;
  await supervised.pass(3_000);
  assert.equal(supervised.supervisor.state.kind, "running");
});

test("an instance that never answered a ping but answers calls stays healthy until a call is late", async (t) => {
  const supervised = supervise(t, { healthMs: 1_000 });
  const { connection, channel } = await running(supervised, false);
  call(connection);
  channel.emit({ id: channel.last("tools/call").id, result: {} });
  await supervised.pass(10_000);
  assert.ok(!supervised.states.includes("unhealthy"), String(supervised.states));
  const late = call(connection, 500);
  await supervised.pass(5_000);
  assert.deepEqual(late.ends, ["request-timeout"]);
  assert.equal(supervised.supervisor.state.kind, "unhealthy");
});

test("an instance that answered one ping and no later one is unhealthy, whatever calls it answered", async (t) => {
  const supervised = supervise(t, { healthMs: 1_000 });
  const { connection, channel } = await running(supervised);
  await turns();
  call(connection);
  channel.emit({ id: channel.last("tools/call").id, result: {} });
  channel.mute = true;
  await supervised.pass(3_000);
  assert.equal(supervised.supervisor.state.kind, "unhealthy");
});

const npx: DownloadReader = {
  program: "npx",
  read: (line) => /^got (.+)/.exec(line)?.[1],
};

test("the time of a start counts from the latest progress of its download, which is shown", async (t) => {
  const supervised = supervise(t, { startMs: 1_000 });
  supervised.runtime.download = npx;
  const [connected] = await connecting(supervised);
  for (let n = 0; n < 5; n++) {
    await supervised.pass(900);
    supervised.runtime.latest.log(`got p${n}`);
  }
  assert.deepEqual(supervised.supervisor.state, {
    kind: "starting",
    progress: "npx downloads: p4 (5 so far)",
  });
  await supervised.pass(1_000);
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
      const supervised = supervise(t, { startMs: 1_000 });
      supervised.runtime.download = npx;
      const [connected] = await connecting(supervised);
      if (line !== undefined) supervised.runtime.latest.log(line);
      await supervised.pass(1_000);
      await assert.rejects(async () => connected, { message });
    });
});

test("a download extends the time of a start by ten minutes at most", async (t) => {
  const supervised = supervise(t, { startMs: 1_000 });
  supervised.runtime.download = npx;
  const [connected] = await connecting(supervised);
  for (let second = 0; second < 610; second++) {
    await supervised.pass(990);
    supervised.runtime.latest.log("got more");
  }
  await assert.rejects(async () => connected, { message: /^not ready within 1 s/ });
});

test("a process that could not be ended is the reason of the stopped state, and the next request starts a new instance", async (t) => {
  const supervised = supervise(t);
  const { channel } = await running(supervised);
  channel.stubborn = true;
  const stopping = supervised.supervisor.stop();
  await turns();
  channel.exit({ kind: "stopped", left: "process 7 could not be ended" });
  await stopping;
  const because = "not stopped cleanly: process 7 could not be ended";
  assert.deepEqual(supervised.supervisor.state, { kind: "failed", because });
  await running(supervised);
  assert.equal(supervised.supervisor.state.kind, "running");
});

test("a stop during a call does not count as a crash, so the call fails and nothing is restarted", async (t) => {
  const supervised = supervise(t);
  const { connection } = await running(supervised);
  const cut = call(connection);
  await supervised.supervisor.stop();
  await supervised.pass(60_000);
  assert.deepEqual(supervised.states, ["starting", "running", "stopping", "stopped"]);
  assert.deepEqual(cut.ends, ["server-ended"]);
  assert.deepEqual(supervised.counts, { start: 1, restart: 0 });
});

test("the end of an instance that accepts no more messages is awaited, and after a stop it is not replaced", async (t) => {
  const supervised = supervise(t);
  const { connection, channel } = await running(supervised);
  call(connection);
  channel.lose("tools/call");
  assert.equal(supervised.supervisor.ready, undefined);
  const connected = await connecting(supervised);
  assert.deepEqual([supervised.runtime.starts.length, channel.stops], [1, 0]);
  await supervised.supervisor.stop();
  const because = "stopped while waiting to restart";
  await assert.rejects(Promise.all(connected), { code: "start-failed", message: because });
  assert.equal(supervised.runtime.starts.length, 1);
});

test("a start waits until the previous instance has ended", async (t) => {
  const supervised = supervise(t);
  const { channel } = await running(supervised);
  channel.stubborn = true;
  const stopped = supervised.supervisor.stop();
  const connected = await connecting(supervised);
  assert.equal(supervised.runtime.starts.length, 1);
  channel.exit({ kind: "stopped" });
  await stopped;
  await turns();
  assert.equal(supervised.runtime.starts.length, 2);
  supervised.runtime.latest.up();
  await Promise.all(connected);
  assert.deepEqual(supervised.states, ["starting", "running", "stopping", "stopped", "starting", "running"]);
});

test("an idle instance is stopped, and a busy one is not", async (t) => {
  const supervised = supervise(t, { idleMs: 1_000 });
  const { connection, channel } = await running(supervised);
  call(connection);
  await supervised.pass(5_000);
  assert.equal(supervised.supervisor.state.kind, "running");
  channel.emit({ id: channel.last("tools/call").id, result: {} });
  await supervised.pass(1_000);
  assert.equal(supervised.supervisor.state.kind, "stopped");
});

test("the idle time of an instance that crashed during a call does not shorten its restart", async (t) => {
  const supervised = supervise(t, { idleMs: firstDelayMs / 2 });
  const { connection, channel } = await running(supervised);
  const cut = call(connection);
  await crash(channel);
  assert.deepEqual(cut.ends, ["server-ended"]);
  await supervised.pass(firstDelayMs - 10);
  assert.equal(supervised.supervisor.state.kind, "waiting");
  await supervised.pass(10);
  assert.equal(supervised.runtime.starts.length, 2);
});

test("a request that waits for a restart is served by the attempt that succeeds", async (t) => {
  const supervised = supervise(t);
  await crash((await running(supervised)).channel);
  const connected = await connecting(supervised);
  await supervised.pass(firstDelayMs);
  supervised.runtime.latest.fail(refused());
  await turns();
  assert.equal(supervised.supervisor.state.kind, "waiting");
  await supervised.pass(secondDelayMs);
  supervised.runtime.latest.up();
  const [connection] = await Promise.all(connected);
  assert.equal(connection, supervised.supervisor.ready);
  assert.deepEqual(supervised.counts, { start: 3, restart: 2 });
});

test("a request that waits for a restart is rejected when there will be no more restarts", async (t) => {
  const supervised = supervise(t);
  await crash((await running(supervised)).channel);
  const connected = await connecting(supervised);
  for (const delayMs of [firstDelayMs, secondDelayMs]) {
    await supervised.pass(delayMs);
    supervised.runtime.latest.fail(refused());
    await turns();
  }
  const because = "crashed 3 times within 60 s, last: no such command";
  await assert.rejects(Promise.all(connected), { code: "start-failed", message: because });
  assert.deepEqual(supervised.supervisor.state, { kind: "failed", because });
});

test("a request that waits for a restart is rejected when the instance is stopped instead", async (t) => {
  const supervised = supervise(t);
  await crash((await running(supervised)).channel);
  const connected = await connecting(supervised);
  await supervised.supervisor.stop();
  await assert.rejects(Promise.all(connected), { message: "stopped while waiting to restart" });
  await supervised.pass(60_000);
  assert.equal(supervised.runtime.starts.length, 1);
});

test("a start on demand that fails is failed at once and not tried again", async (t) => {
  const supervised = supervise(t);
  const connected = await connecting(supervised);
  supervised.runtime.latest.fail(refused());
  await assert.rejects(Promise.all(connected), { code: "start-failed", message: "no such command" });
  assert.deepEqual(supervised.supervisor.state, { kind: "failed", because: "no such command" });
  await supervised.pass(60_000);
  assert.equal(supervised.runtime.starts.length, 1);
  assert.deepEqual(supervised.counts, { start: 1, restart: 0 });
});

test("an instance that is not ready in time is ended, and the reason contains the time limit", async (t) => {
  const supervised = supervise(t, { startMs: 5_000 });
  const connected = await connecting(supervised);
  const channel = supervised.runtime.latest.up(true);
  await supervised.pass(4_990);
  assert.equal(supervised.supervisor.state.kind, "starting");
  await supervised.pass(10);
  await assert.rejects(Promise.all(connected), {
    code: "start-failed",
    message: "not ready within 5 s (start_timeout_seconds)",
  });
  assert.equal(channel.stops, 1);
  assert.deepEqual(supervised.supervisor.state, {
    kind: "failed",
    because: "not ready within 5 s (start_timeout_seconds)",
  });
});

test("the start of a runtime that takes too long is aborted", async (t) => {
  const supervised = supervise(t, { startMs: 5_000 });
  const connected = await connecting(supervised);
  await supervised.pass(5_000);
  assert.ok(supervised.runtime.latest.signal.aborted);
  await assert.rejects(Promise.all(connected), { message: "not ready within 5 s (start_timeout_seconds)" });
});

test("a second stop ends a start that waits for the first stop", async (t) => {
  const supervised = supervise(t);
  const { channel } = await running(supervised);
  channel.stubborn = true;
  const first = supervised.supervisor.stop();
  const connected = await connecting(supervised);
  const second = supervised.supervisor.stop();
  channel.exit({ kind: "stopped" });
  await Promise.all([first, second]);
  await turns();
  assert.equal(supervised.runtime.starts.length, 1);
  await assert.rejects(Promise.all(connected), { code: "start-failed" });
});

test("a request during a restart that fails also waits for the next restart", async (t) => {
  const supervised = supervise(t);
  await crash((await running(supervised)).channel);
  await supervised.pass(firstDelayMs);
  const connected = await connecting(supervised);
  supervised.runtime.latest.fail(refused());
  await turns();
  await supervised.pass(secondDelayMs);
  supervised.runtime.latest.up();
  assert.equal((await Promise.all(connected)).length, 1);
});
