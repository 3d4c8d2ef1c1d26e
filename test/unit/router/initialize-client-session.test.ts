/**
 * Tests client sessions: the messages that reach the server, the answers to the client, and the messages that
 * are not forwarded.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import type { JsonRpc } from "../../../src/jsonrpc/message.ts";
import { InitializeClientSession } from "../../../src/router/initialize-client-session.ts";
import { FrontEndRequest } from "../../../src/router/request-context.ts";
import { answerText } from "../../../src/router/response-filter.ts";
import { ServerUpstream } from "../../../src/router/server-upstream.ts";
import { SessionAttachment } from "../../../src/router/session-attachment.ts";
import type { ManagedServer } from "../../../src/supervisor/managed-server.ts";
import { RecordedReply, type ServerFixture, serverFixture } from "../fake-server.ts";
import { emptyListCache, type FakeChannel, message, turns } from "../fakes.ts";

/** One client, as a front end has it. */
class Caller {
  readonly received: JsonRpc[] = [];
  readonly session: InitializeClientSession;

  constructor(server: ManagedServer) {
    const sink = { push: (text: string) => void this.received.push(JSON.parse(text)) };
    const listCache = emptyListCache();
    const upstream = new ServerUpstream(server, listCache);
    this.session = new InitializeClientSession(upstream, sink, { gatewayVersion: "1.0.0", listCache });
  }

  request(id: number | string, method: string, params: object = {}): RecordedReply {
    const reply = new RecordedReply();
    this.session.handle(message({ id, method, params }), new FrontEndRequest({ reply }));
    return reply;
  }

  notify(method: string, params: object = {}): void {
    this.session.handle(message({ method, params }), new FrontEndRequest({ reply: new RecordedReply() }));
  }

  answer(id: JsonRpc["id"], result: object): void {
    this.session.handle(message({ id, result }), new FrontEndRequest({ reply: new RecordedReply() }));
  }

  initialize(capabilities: object = {}): RecordedReply {
    const clientInfo = { name: "test", version: "1" };
    return this.request("init", "initialize", { protocolVersion: "2025-06-18", capabilities, clientInfo });
  }

  work(id: number | string): RecordedReply {
    return this.request(id, "tools/call", { name: "work" });
  }
}

/** A client whose instance is running and whose `initialize` was answered. */
async function joined(
  { server, runtime }: ServerFixture,
  capabilities: object = {},
): Promise<{ caller: Caller; channel: FakeChannel }> {
  const caller = new Caller(server);
  const initialized = caller.initialize(capabilities);
  await turns();
  const channel = runtime.latest.up();
  await turns();
  assert.equal(initialized.ends.length, 1);
  return { caller, channel };
}

/** Another client of the same instance. */
async function joinedToo(server: ManagedServer): Promise<Caller> {
  const caller = new Caller(server);
  caller.initialize();
  await turns();
  return caller;
}

const serverName = ({ result }: JsonRpc) => (result as { serverInfo: { name: string } }).serverInfo.name;

test("an unknown notification of the server reaches the only client with a call in flight, otherwise all clients", async (t) => {
  const fixture = serverFixture(t);
  const { caller, channel } = await joined(fixture);
  const other = await joinedToo(fixture.server);
  caller.work(1);
  channel.emit({ method: "notifications/strange", params: { n: 1 } });
  channel.emit({ id: channel.last("tools/call").id, result: {} });
  channel.emit({ method: "notifications/strange", params: { n: 2 } });
  const numbers = (one: Caller) => one.received.map(({ params }) => params?.["n"]);
  assert.deepEqual([numbers(caller), numbers(other)], [[1, 2], [2]]);
});

test("a call that is cancelled while its server starts never reaches the server and gets no answer", async (t) => {
  const { server, runtime } = serverFixture(t);
  const caller = new Caller(server);
  const cancelled = caller.work(1);
  const other = caller.work(2);
  await turns();
  caller.notify("notifications/cancelled", { requestId: 1 });
  const channel = runtime.latest.up();
  await turns();
  assert.equal(channel.got("tools/call").length, 1);
  channel.emit({ id: channel.last("tools/call").id, result: {} });
  assert.deepEqual([cancelled.drops, cancelled.ends, cancelled.failures], [1, [], []]);
  assert.deepEqual([other.drops, other.ends.map(({ id }) => id)], [0, [2]]);
});

/** Ends the server. Resolves with the instance that is started in its place. */
async function replaced({ runtime, pass }: ServerFixture, channel: FakeChannel): Promise<FakeChannel> {
  channel.crash();
  await pass(1_000);
  const next = runtime.latest.up();
  await turns();
  return next;
}

test("a call that has not reached an instance is sent once more, to the next instance", async (t) => {
  const fixture = serverFixture(t);
  const { caller, channel } = await joined(fixture);
  const [lost, lostToo] = [caller.work(1), caller.work(2)];
  channel.lose("tools/call");
  await turns();
  // The other call may have reached the server, so the server is not replaced yet.
  assert.equal(channel.got("tools/call").length, 2);
  const late = caller.work(3);
  await turns();
  assert.equal(channel.got("tools/call").length, 2);
  const next = await replaced(fixture, channel);
  for (const { id } of next.got("tools/call")) next.emit({ id, result: {} });
  assert.equal(channel.got("tools/call").length, 2);
  assert.deepEqual(lost.failures, [{ code: "server-ended", id: "1" }]);
  assert.deepEqual([lostToo.ends.length, late.ends.length, next.got("tools/call").length], [1, 1, 2]);
});

test("a call that is lost twice fails", async (t) => {
  const fixture = serverFixture(t);
  const { caller, channel } = await joined(fixture);
  const reply = caller.work(1);
  channel.lose("tools/call");
  const next = await replaced(fixture, channel);
  next.lose("tools/call");
  await turns();
  assert.deepEqual(reply.failures, [{ code: "not-delivered", id: "1" }]);
});

test("a client that leaves ends its calls, and the server's request is answered with an error", async (t) => {
  const { caller, channel } = await joined(serverFixture(t), { sampling: {} });
  const reply = caller.work(1);
  channel.emit({ id: "q", method: "sampling/createMessage", params: { messages: [] } });
  assert.equal(reply.pushed.length, 1);
  await caller.session.close();
  assert.deepEqual(
    channel.answers().map(({ id, error }) => [id, error?.code]),
    [["q", -32603]],
  );
  const { id } = channel.last("tools/call");
  assert.equal(channel.last("notifications/cancelled").params?.["requestId"], id);
  assert.equal(reply.drops, 1);
});

test("a client with an open request receives a cancellation under the request's id when its server crashes", async (t) => {
  const { caller, channel } = await joined(serverFixture(t), { sampling: {} });
  const reply = caller.work(1);
  channel.emit({ id: "q", method: "sampling/createMessage", params: { messages: [] } });
  channel.crash();
  await turns();
  const [question, cancelled] = reply.pushed;
  assert.notEqual(question?.id, "q");
  assert.equal(cancelled?.method, "notifications/cancelled");
  assert.equal(cancelled?.params?.["requestId"], question?.id);
  assert.deepEqual(reply.failures, [{ code: "server-ended", id: "1" }]);
});

test("a client's answer goes to the server under the server's id", async (t) => {
  const { caller, channel } = await joined(serverFixture(t), { sampling: {} });
  const reply = caller.work(1);
  channel.emit({ id: "q", method: "sampling/createMessage", params: { messages: [] } });
  for (let n = 0; n < 2; n++) caller.answer(reply.pushed[0]?.id, { text: "hello" });
  assert.deepEqual(channel.answers(), [{ jsonrpc: "2.0", id: "q", result: { text: "hello" } }]);
});

test("an instance is notified of changed roots of a client, whether it is the client's own or a shared one", async (t) => {
  const changed = "notifications/roots/list_changed";
  for (const instances of ["shared", "session"] as const) {
    await t.test(instances, async (t) => {
      const { caller, channel } = await joined(serverFixture(t, { instances }), { roots: {} });
      caller.notify(changed);
      await turns();
      assert.equal(channel.got(changed).length, 1);
    });
  }
});

test("a notification to a sleeping server starts it, and later messages do not overtake it", async (t) => {
  const { server, runtime } = serverFixture(t);
  const caller = new Caller(server);
  caller.notify("notifications/strange", { n: 1 });
  await turns();
  caller.notify("notifications/strange", { n: 2 });
  const channel = runtime.latest.up();
  await turns();
  caller.notify("notifications/strange", { n: 3 });
  caller.work(1);
  const methods = channel.sent.map((text) => JSON.parse(text).method);
  assert.deepEqual(methods.slice(-2), ["notifications/strange", "tools/call"]);
  assert.deepEqual(
    channel.got("notifications/strange").map(({ params }) => params?.["n"]),
    [1, 2, 3],
  );
});

test("a request of a client that has left is refused", async (t) => {
  const { caller, channel } = await joined(serverFixture(t));
  await caller.session.close();
  const reply = caller.work(1);
  await turns();
  assert.deepEqual(reply.failures, [{ code: "session-not-found", id: "1" }]);
  assert.deepEqual(channel.got("tools/call"), []);
});

test("a log level is kept for later and starts no server", async (t) => {
  const { server, runtime } = serverFixture(t);
  const caller = new Caller(server);
  const reply = caller.request(1, "logging/setLevel", { level: "debug" });
  await turns();
  assert.deepEqual(reply.ends, [{ jsonrpc: "2.0", id: 1, result: {} }]);
  assert.equal(runtime.starts.length, 0);
  caller.work(2);
  await turns();
  const channel = runtime.latest.up();
  await turns();
  assert.deepEqual(channel.last("logging/setLevel").params, { level: "debug" });
});

test("a disabled server is not started, and initialize and calls fail", async (t) => {
  const { server, runtime } = serverFixture(t, { enabled: false });
  const caller = new Caller(server);
  const replies = [caller.initialize(), caller.work(1)];
  await turns();
  assert.deepEqual(
    replies.map(({ failures }) => failures),
    [[{ code: "start-failed", id: '"init"' }], [{ code: "start-failed", id: "1" }]],
  );
  assert.equal(runtime.starts.length, 0);
});

test("the stored handshake of a stopped server answers initialize without starting it", async (t) => {
  const fixture = serverFixture(t);
  await joined(fixture);
  await fixture.server.stop();
  const reply = new Caller(fixture.server).initialize();
  await turns();
  assert.deepEqual(reply.ends.map(serverName), ["backend 1"]);
  assert.equal(fixture.runtime.starts.length, 1);
});

test("once the entry has changed, the handshake comes from the new instance", async (t) => {
  const fixture = serverFixture(t);
  await joined(fixture);
  await fixture.server.stop();
  fixture.server.update({ ...fixture.server.entry, env: { MODE: "other" } });
  const reply = new Caller(fixture.server).initialize();
  await turns();
  assert.deepEqual(reply.ends, []);
  fixture.runtime.latest.up();
  await turns();
  assert.deepEqual(reply.ends.map(serverName), ["backend 2"]);
});

test("a client that calls and leaves while its own instance is ending leaves no instance running", async (t) => {
  const fixture = serverFixture(t, { instances: "session" });
  const { caller, channel } = await joined(fixture);
  channel.stubborn = true;
  const stopped = fixture.server.stop();
  caller.work(1);
  await turns();
  const closed = caller.session.close();
  channel.exit({ kind: "stopped" });
  await Promise.all([stopped, closed]);
  await turns();
  assert.equal(fixture.runtime.starts.length, 1);
});

test("requests about tasks that come as notifications, or name no task, reach no server", async (t) => {
  const { caller, channel } = await joined(serverFixture(t));
  for (const method of ["tasks/cancel", "tasks/get", "tasks/result"]) {
    caller.notify(method, { taskId: "of another" });
    const { ends } = caller.request(method, method, { task: "of another" });
    assert.equal(ends[0]?.error?.code, -32602);
    assert.deepEqual(channel.got(method), []);
  }
});

test("tasks with unknown owners belong to no client", async (t) => {
  const { server } = serverFixture(t);
  const client = new SessionAttachment(new Caller(server).session, server);
  const request = message({ id: 1, method: "tasks/list" });
  const answer = message({ id: 1, result: { tasks: [{ taskId: "of another" }] } });
  const outcome = { kind: "answered", text: answer.text, message: answer } as const;
  const text = answerText({ server, client, request, outcome, isPromised: false }, emptyListCache());
  assert.deepEqual(JSON.parse(text).result, { tasks: [] });
});

test("endless notifications to a starting server wait in bounded number", async (t) => {
  const { server, runtime } = serverFixture(t);
  const caller = new Caller(server);
  const large = "x".repeat(600_000);
  for (let n = 0; n < 50; n++) caller.notify("notifications/large", { n, large });
  await turns();
  const channel = runtime.latest.up();
  await turns();
  caller.notify("notifications/large", { n: "last" });
  assert.deepEqual(
    channel.got("notifications/large").map(({ params }) => params?.["n"]),
    [0, 1, "last"],
  );
});

test("a client cannot report progress of a request that another client received", async (t) => {
  const shared = serverFixture(t);
  const { caller, channel } = await joined(shared, { sampling: {} });
  const other = new Caller(shared.server);
  other.initialize();
  await turns();
  caller.work(1);
  const params = { messages: [], _meta: { progressToken: "q" } };
  channel.emit({ id: "q", method: "sampling/createMessage", params });
  for (const [n, one] of [other, caller].entries())
    for (const progressToken of ["q", "another's own"])
      one.notify("notifications/progress", { progressToken, progress: n });
  assert.deepEqual(
    channel
      .got("notifications/progress")
      .map(({ params }) => [params?.["progressToken"], params?.["progress"]]),
    [
      ["another's own", 0],
      ["q", 1],
      ["another's own", 1],
    ],
  );
});
