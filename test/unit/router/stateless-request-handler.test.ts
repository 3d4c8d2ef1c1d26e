/** Tests a request without a session: at most one answer, and nothing of it is kept afterwards. */

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { Entry } from "../../../src/catalog/entry.ts";
import { RequestStateStore } from "../../../src/router/bridge/request-state-store.ts";
import type { StatelessToSessionCall } from "../../../src/router/bridge/stateless-to-session-call.ts";
import { FrontEndRequest } from "../../../src/router/request-context.ts";
import { ServerUpstream } from "../../../src/router/server-upstream.ts";
import { StatelessRequestHandler } from "../../../src/router/stateless-request-handler.ts";
import { RecordedReply, serverFixture } from "../fake-server.ts";
import { emptyListCache, type FakeChannel, message, turns } from "../fakes.ts";

const prefix = "io.modelcontextprotocol/";
const everything = {
  tools: { listChanged: true },
  resources: { subscribe: true, listChanged: true },
};

function exchanging(t: TestContext, more: Partial<Entry> = {}) {
  const { pass, server, runtime } = serverFixture(t, more);
  const parked = new RequestStateStore<StatelessToSessionCall>();
  t.after(() => parked.close());
  const listCache = emptyListCache();
  const options = { gatewayVersion: "1.0.0", listCache, parked };
  const request = (method: string, params: object = {}, meta: object = {}, principal = "local") => {
    const session = new StatelessRequestHandler(new ServerUpstream(server, listCache), options);
    const reply = new RecordedReply();
    const envelope = {
      [`${prefix}protocolVersion`]: "2026-07-28",
      [`${prefix}clientCapabilities`]: { elicitation: {} },
      ...meta,
    };
    const asked = message({ id: 1, method, params: { ...params, _meta: envelope } });
    session.handle(asked, new FrontEndRequest({ principal, reply }));
    return { session, reply };
  };
  /** The backend, once it has started. */
  const up = async (): Promise<FakeChannel> => {
    await turns();
    const channel = runtime.latest.up();
    channel.capabilities = everything;
    await turns();
    return channel;
  };
  return { pass, server, runtime, parked, request, up };
}

function stateOf({ ends: [end] }: RecordedReply): unknown {
  return (end?.result as { requestState?: unknown } | undefined)?.requestState;
}

const listen = { notifications: { toolsListChanged: true, resourceSubscriptions: ["u"] } };

test("a subscription is confirmed with the supported notifications, receives them, and is removed when its client leaves", async (t) => {
  const { server, request, up } = exchanging(t);
  const { session, reply } = request("subscriptions/listen", {
    notifications: { ...listen.notifications, promptsListChanged: true },
  });
  const channel = await up();
  // The acknowledgement must wait until the server has confirmed the subscription.
  assert.equal(reply.pushed.length, 0);
  channel.emit({ id: channel.last("resources/subscribe").id, result: {} });
  await turns();
  assert.deepEqual(reply.pushed[0]?.params?.["notifications"], listen.notifications);
  channel.emit({ method: "notifications/prompts/list_changed" });
  channel.emit({ method: "notifications/tools/list_changed" });
  channel.emit({ method: "notifications/resources/updated", params: { uri: "u" } });
  assert.deepEqual(
    reply.pushed.map(({ method }) => method),
    [
      "notifications/subscriptions/acknowledged",
      "notifications/tools/list_changed",
      "notifications/resources/updated",
    ],
  );
  void session.close();
  assert.equal(server.subscriptions.subscriberCount, 0);
  assert.equal(channel.got("resources/unsubscribe").length, 1);
  assert.deepEqual([reply.drops, reply.settled], [1, 1]);
});

for (const how of ["close", "finish"] as const) {
  test(`a subscription that ends while the server starts (${how}) is removed completely`, async (t) => {
    const { server, request, up } = exchanging(t);
    const { session, reply } = request("subscriptions/listen", listen);
    await turns();
    void session[how]();
    await up();
    assert.equal(server.subscriptions.subscriberCount, 0);
    assert.deepEqual([reply.pushed, reply.settled], [[], 1]);
  });

  test(`a subscription that ends while the server fails to start (${how}) has one answer`, async (t) => {
    const { runtime, request } = exchanging(t);
    const { session, reply } = request("subscriptions/listen", listen);
    await turns();
    void session[how]();
    runtime.latest.fail(new Error("no such file"));
    await turns();
    assert.equal(reply.settled, 1);
  });
}

test("a subscription to a removed server is orphaned, and a call under way is not", async (t) => {
  const { server, request, up } = exchanging(t);
  const listener = request("subscriptions/listen", { notifications: { toolsListChanged: true } });
  await up();
  const call = request("tools/call", { name: "work" });
  assert.deepEqual([listener.session.orphaned, call.session.orphaned], [false, false]);
  void server.remove();
  assert.deepEqual([listener.session.orphaned, call.session.orphaned], [true, false]);
});

test("a call receives the logs it requests, and only while it is under way", async (t) => {
  const { server, request, up } = exchanging(t);
  const { reply } = request("tools/call", { name: "work" }, { [`${prefix}logLevel`]: "warning" });
  const channel = await up();
  // Over HTTP the call could overtake the level, and its first log messages would be lost.
  assert.deepEqual(channel.got("tools/call"), []);
  channel.emit({ id: channel.last("logging/setLevel").id, result: {} });
  await turns();
  for (const level of ["info", "error"])
    channel.emit({ method: "notifications/message", params: { level, data: level } });
  assert.deepEqual(
    reply.pushed.map(({ params }) => params?.["level"]),
    ["error"],
  );
  channel.emit({ id: channel.last("tools/call").id, result: {} });
  assert.deepEqual([server.subscriptions.subscriberCount, reply.settled], [0, 1]);
});

test("a call with another log level than its server waits until the server has that level, and is never sent if it is cancelled before", async (t) => {
  const { server, request, up } = exchanging(t);
  request("prompts/get", { name: "wakes it" });
  const channel = await up();
  const debug = { [`${prefix}logLevel`]: "debug" };
  const gone = request("tools/call", { name: "gone" }, debug);
  const call = request("tools/call", { name: "work" }, debug);
  await turns();
  assert.deepEqual(channel.got("tools/call"), []);
  void gone.session.close();
  channel.emit({ id: channel.last("logging/setLevel").id, result: {} });
  await turns();
  const called = () => channel.got("tools/call").map(({ params }) => params?.["name"]);
  assert.deepEqual(called(), ["work"]);
  assert.deepEqual([gone.reply.drops, gone.reply.settled, call.reply.settled], [1, 1, 0]);
  request("tools/call", { name: "next" }, debug);
  await turns();
  assert.deepEqual(called(), ["work", "next"]);
  assert.equal(server.subscriptions.subscriberCount, 2);
});

test("a call that is cancelled before its server is running never reaches the server", async (t) => {
  const { server, request, up } = exchanging(t);
  const { session, reply } = request("tools/call", { name: "work" }, { [`${prefix}logLevel`]: "info" });
  await turns();
  void session.close();
  const channel = await up();
  assert.deepEqual(channel.got("tools/call"), []);
  assert.deepEqual([reply.drops, reply.settled, server.subscriptions.subscriberCount], [1, 1, 0]);
});

test("a request to the client is answered by the same request only, and once", async (t) => {
  const { request, up } = exchanging(t);
  const { reply } = request("tools/call", { name: "work" });
  const channel = await up();
  channel.emit({ id: "x", method: "elicitation/create", params: {} });
  await turns();
  const retry = { name: "work", requestState: stateOf(reply), inputResponses: { "question-1": {} } };
  const wrong = request("tools/call", { ...retry, name: "other" });
  const foreign = request("tools/call", retry, {}, "key 1");
  assert.equal(foreign.reply.ends[0]?.error?.code, -32602);
  assert.equal(wrong.reply.ends[0]?.error?.code, -32602);
  const [right, again] = [request("tools/call", retry), request("tools/call", retry)];
  assert.deepEqual([right.reply.settled, again.reply.ends[0]?.error?.code], [0, -32602]);
  assert.deepEqual(
    channel.answers().map(({ id }) => id),
    ["x"],
  );
  channel.emit({ id: channel.last("tools/call").id, result: { content: [] } });
  assert.equal(right.reply.settled, 1);
});

test("a hidden tool is not called, not even with the state of another call", async (t) => {
  const { request, up } = exchanging(t, { tools: { deny: ["secret"] } });
  const { reply } = request("tools/call", { name: "work" });
  const channel = await up();
  channel.emit({ id: "x", method: "elicitation/create", params: {} });
  await turns();
  const hidden = request("tools/call", { name: "secret", requestState: stateOf(reply) });
  assert.equal(hidden.reply.ends[0]?.error?.message, "Unknown tool: secret");
  assert.equal(channel.got("tools/call").length, 1);
});
