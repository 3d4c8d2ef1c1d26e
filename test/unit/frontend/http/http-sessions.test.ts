import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import type { ServerResponse } from "node:http";
import { test } from "node:test";
import { HttpSessions } from "../../../../src/frontend/http/http-sessions.ts";
import { WriteBudget } from "../../../../src/frontend/http/write-budget.ts";
import type { ClientHandler, SessionTarget } from "../../../../src/router/client-handler.ts";
import { InitializeClientSession } from "../../../../src/router/initialize-client-session.ts";
import type { NotificationSink } from "../../../../src/router/reply.ts";
import { ServerUpstream } from "../../../../src/router/server-upstream.ts";
import { ManagedServer } from "../../../../src/supervisor/managed-server.ts";
import { emptyListCache, turns } from "../../fakes.ts";

function server(): ManagedServer {
  const defaults = { idleSeconds: 0, requestSeconds: 0, healthSeconds: 0, maxInstances: 1 };
  const prepare = async () => ({ kind: "misconfigured", because: "never started here" }) as const;
  const entry = { id: "a", runtime: { type: "local-process", command: "x" } } as const;
  return new ManagedServer(
    entry,
    {
      defaults,
      planLaunch: prepare,
      onStateChanged: () => undefined,
      onNotification: () => undefined,
      log: () => undefined,
    },
    "1",
  );
}

const core = {
  openSession(target: SessionTarget, sink: NotificationSink): ClientHandler {
    assert.ok(target instanceof ManagedServer);
    const listCache = emptyListCache();
    return new InitializeClientSession(new ServerUpstream(target, listCache), sink, {
      gatewayVersion: "1",
      listCache,
    });
  },
};

const anonymous = { key: undefined, principal: "local" };
const keyOwner = (key: number) => ({ key, principal: `key ${key}` });

const hour = 60 * 60 * 1000;

test("a session without use for twelve hours ends, and a session in use continues", (t) => {
  let now = 0;
  t.mock.method(performance, "now", () => now);
  const [sessions, one] = [new HttpSessions(core), server()];
  const [unused, used] = [sessions.open(one, anonymous), sessions.open(one, anonymous)];
  now = 11 * hour;
  sessions.find(used.id, one, undefined);
  now = 12.5 * hour;
  sessions.sweep();
  assert.equal(sessions.find(used.id, one, undefined), used);
  assert.throws(() => sessions.find(unused.id, one, undefined), /Session not found/);
  assert.equal(one.subscriptions.subscriberCount, 1);
});

test("sessions of a removed server end", async () => {
  const [sessions, one] = [new HttpSessions(core), server()];
  sessions.open(one, anonymous);
  await one.remove();
  sessions.sweep();
  await turns();
  assert.equal(sessions.size, 0);
});

test("a session of a removed server ends after its calls", async () => {
  const settled = Promise.withResolvers<void>();
  const client = { orphaned: true, settled: () => settled.promise, close: async () => undefined };
  const sessions = new HttpSessions({ openSession: () => client as unknown as ClientHandler });
  sessions.open(server(), anonymous);
  sessions.sweep();
  sessions.sweep();
  await turns();
  assert.equal(sessions.size, 1);
  settled.resolve();
  await turns();
  assert.equal(sessions.size, 0);
});

test("over the limit, the session that was idle longest is closed", (t) => {
  let now = 0;
  t.mock.method(performance, "now", () => now);
  const [sessions, one] = [new HttpSessions(core, 3), server()];
  const ids = [1, 2, 3].map((at) => {
    now = at;
    return sessions.open(one, anonymous).id;
  });
  now = 10;
  sessions.find(ids[0], one, undefined);
  now = 11;
  sessions.open(one, anonymous);
  assert.equal(sessions.size, 3);
  assert.throws(() => sessions.find(ids[1], one, undefined), /Session not found/);
  assert.ok(sessions.find(ids[0], one, undefined));
});

test("a key that opens sessions without end loses only its own sessions", (t) => {
  let now = 0;
  t.mock.method(performance, "now", () => now);
  const [sessions, one] = [new HttpSessions(core, 3), server()];
  const { id: ofOther } = sessions.open(one, keyOwner(1));
  const first = sessions.open(one, keyOwner(0)).id;
  for (let n = 0; n < 20; n++) {
    now++;
    sessions.open(one, keyOwner(0));
  }
  assert.equal(sessions.size, 4);
  assert.ok(sessions.find(ofOther, one, 1));
  assert.throws(() => sessions.find(first, one, 0), /Session not found/);
});

test("a session is found only by its server and its key", () => {
  const [sessions, one, other] = [new HttpSessions(core), server(), server()];
  const { id } = sessions.open(one, keyOwner(0));
  assert.ok(sessions.find(id, one, 0));
  for (const [where, key] of [
    [other, 0],
    [one, 1],
    [one, undefined],
  ] as const) {
    assert.throws(() => sessions.find(id, where, key), /Session not found/);
  }
  assert.throws(() => sessions.find(undefined, one, 0), /Mcp-Session-Id header is required/);
});

test("streams that no client can resume do not count, so other clients may leave as much unread as before", async () => {
  const reported: string[] = [];
  const budget = new WriteBudget((line) => void reported.push(line), 1_000_000);
  const session = new HttpSessions(core, 10, budget).open(server(), anonymous);
  const gone = () => Object.assign(new EventEmitter(), { writableLength: 2_000_000, write: () => false });
  for (let n = 0; n < 200; n++) {
    const response = gone() as unknown as ServerResponse;
    const stream = session.openCallStream(response);
    stream.push("x".repeat(20_000));
    response.emit("close");
    stream.end();
  }
  const reader = { unreadBytes: 300_000, cut: () => assert.fail("a reader that is there was cut off") };
  for (let n = 0; n < 100; n++) budget.wrote(reader, 10_000);
  assert.deepEqual(reported, []);
});
