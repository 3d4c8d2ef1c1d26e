/** Tests that a connection keeps its promises to clients and backend: ids, timeouts, requests of the server, and the end. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { BackendSession } from "../../../src/backend/backend-session.ts";
import type { Client } from "../../../src/backend/call.ts";
import { GatewayError } from "../../../src/base/errors.ts";
import {
  FakeCall,
  FakeChannel,
  FakeClient,
  handTurnedTime,
  handTurnedTimeout,
  message,
  turns,
} from "../fakes.ts";

interface Opened {
  readonly connection: BackendSession;
  readonly channel: FakeChannel;
  readonly lines: string[];
}

async function open(sole?: Client, roots?: () => Promise<string>): Promise<Opened> {
  const lines: string[] = [];
  const connection = new BackendSession(
    { notification: () => undefined, idle: () => undefined, ...(roots && { roots }) },
    {
      own: { capabilities: {}, clientInfo: { name: "gateway", version: "1" } },
      server: "fake",
      log: (line) => lines.push(line),
      sole,
    },
  );
  const channel = new FakeChannel(connection);
  await connection.open(channel, { eras: ["initialize"], initializeParams: "{}" });
  return { connection, channel, lines };
}

const toolCall = (id: number | string, token?: string) => {
  const meta = token === undefined ? {} : { _meta: { progressToken: token } };
  return { id, method: "tools/call", params: { name: "work", ...meta } };
};

const sampling = (id: number | string) => ({
  id,
  method: "sampling/createMessage",
  params: { messages: [] },
});
const crashed = () => new GatewayError("server-ended", "Server ended during the call: exited with code 1");

test("an answer comes back under the client's own id, even when other clients use the same id", async () => {
  const { connection, channel } = await open();
  const calls = [new FakeCall(new FakeClient(), toolCall(7)), new FakeCall(new FakeClient(), toolCall(7))];
  for (const call of calls) connection.call(call, 0);
  const ids = channel.got("tools/call").map(({ id }) => id);
  assert.equal(new Set(ids).size, 2);
  ids.forEach((id, n) => {
    channel.emit({ id, result: { n } });
  });
  calls.forEach(({ outcomes: [outcome] }, n) => {
    assert.ok(outcome?.kind === "answered");
    assert.deepEqual(JSON.parse(outcome.text), { jsonrpc: "2.0", id: 7, result: { n } });
  });
});

test("an id that comes back as text counts as the number it spells, in answers and in progress", async () => {
  const { connection, channel, lines } = await open();
  const call = new FakeCall(new FakeClient(), toolCall("mine", "token"));
  connection.call(call, 0);
  const { id } = channel.last("tools/call");
  channel.emit({ method: "notifications/progress", params: { progressToken: String(id), progress: 1 } });
  channel.emit({ id: String(id), result: { n: 1 } });
  assert.deepEqual(JSON.parse(call.pushed[0] ?? "{}").params, { progressToken: "token", progress: 1 });
  const [outcome] = call.outcomes;
  assert.ok(outcome?.kind === "answered");
  assert.deepEqual(JSON.parse(outcome.text), { jsonrpc: "2.0", id: "mine", result: { n: 1 } });
  assert.deepEqual(lines, []);
});

test("an id that only resembles an id of the gateway answers no request", async () => {
  const { connection, channel } = await open();
  const call = new FakeCall(new FakeClient(), toolCall(1));
  connection.call(call, 0);
  const { id } = channel.last("tools/call");
  for (const odd of [`0${id}`, ` ${id}`, `${id}.0`, `+${id}`, `${id}e0`, ""])
    channel.emit({ id: odd, result: {} });
  assert.deepEqual(call.ends, []);
});

test("an answer that matches no request is logged, once for each kind", async () => {
  const { connection, channel, lines } = await open();
  const call = new FakeCall(new FakeClient(), toolCall(1));
  connection.call(call, 0);
  const { id } = channel.last("tools/call");
  for (const text of ["first", "again"]) channel.emit({ id: `x\u202e${text}`, result: {} });
  for (const text of ["Parse error", "again"])
    channel.emit({ id: null, error: { code: -32700, message: text } });
  for (let time = 0; time < 3; time++) channel.emit({ id, result: {} });
  assert.deepEqual(call.ends, ["answered"]);
  assert.equal(lines.length, 3, lines.join("\n"));
  assert.match(lines[0] ?? "", /id "x\\u\{202e\}first", which matches no request/);
  assert.match(lines[1] ?? "", /without an id.*-32700 Parse error/);
  assert.match(lines[2] ?? "", new RegExp(`answer to request ${id}, which had already`));
});

test("an error without an id during the handshake counts as the answer to the handshake", async () => {
  const fresh = new BackendSession(
    { notification: () => undefined, idle: () => undefined },
    {
      own: { capabilities: {}, clientInfo: { name: "gateway", version: "1" } },
      server: "x",
      log: () => undefined,
    },
  );
  const channel = new FakeChannel(fresh);
  channel.mute = true;
  const opening = fresh.open(channel, { eras: ["initialize"], initializeParams: "{}" });
  channel.emit({ id: null, error: { code: -32700, message: "Parse error" } });
  await assert.rejects(opening, /Parse error/);
});

test("progress restarts the timeout of a call and reaches the call under its own token", async (t) => {
  const pass = handTurnedTimeout(t);
  const { connection, channel } = await open();
  const call = new FakeCall(new FakeClient(), toolCall(1, "mine"));
  connection.call(call, 1_000);
  const { id } = channel.last("tools/call");
  pass(600);
  channel.emit({ method: "notifications/progress", params: { progressToken: id, progress: 1 } });
  pass(600);
  assert.deepEqual(call.ends, []);
  assert.deepEqual(
    call.pushed.map((text) => JSON.parse(text).params),
    [{ progressToken: "mine", progress: 1 }],
  );
  pass(400);
  assert.deepEqual(call.ends, ["request-timeout"]);
});

test("a call that takes too long fails once, and the backend receives a cancellation", async (t) => {
  const pass = handTurnedTime(t);
  const { connection, channel } = await open();
  const call = new FakeCall(new FakeClient(), toolCall("c"));
  connection.call(call, 1_000);
  const { id } = channel.last("tools/call");
  await pass(990);
  assert.deepEqual(channel.got("notifications/cancelled"), []);
  await pass(10);
  assert.deepEqual(
    channel.got("notifications/cancelled").map(({ params }) => params?.["requestId"]),
    [id],
  );
  channel.emit({ id, result: {} });
  assert.deepEqual(call.ends, ["request-timeout"]);
});

test("the end of a connection withdraws the open requests to clients, once, and fails the calls in flight", async () => {
  const { connection, channel } = await open();
  const client = new FakeClient("sampling");
  const call = new FakeCall(client, toolCall(1));
  connection.call(call, 0);
  channel.emit(sampling("q"));
  connection.end(crashed());
  assert.deepEqual(client.question.withdrawn, [undefined]);
  assert.deepEqual(call.ends, ["server-ended"]);
});

test("a cancellation by the server reaches the client that has the server's request", async () => {
  const { connection, channel } = await open();
  const client = new FakeClient("sampling");
  connection.call(new FakeCall(client, toolCall(1)), 0);
  channel.emit(sampling("q"));
  channel.emit({ method: "notifications/cancelled", params: { requestId: "other" } });
  assert.equal(client.question.withdrawn.length, 0);
  channel.emit({ method: "notifications/cancelled", params: { requestId: "q", reason: "late" } });
  assert.deepEqual(
    client.question.withdrawn.map((cancelled) => cancelled?.json.params),
    [{ requestId: "q", reason: "late" }],
  );
});

test("an answer reaches the server under its id, but not after a withdrawal and not a second time", async () => {
  const { connection, channel } = await open();
  const client = new FakeClient("sampling");
  connection.call(new FakeCall(client, toolCall(1)), 0);
  channel.emit(sampling("answered"));
  for (const text of ["first", "again"]) client.question.answer(message({ id: 1, result: { text } }));
  channel.emit(sampling("withdrawn"));
  channel.emit({ method: "notifications/cancelled", params: { requestId: "withdrawn" } });
  client.question.answer(message({ id: 2, result: {} }));
  assert.deepEqual(channel.answers(), [{ jsonrpc: "2.0", id: "answered", result: { text: "first" } }]);
});

test("a request of the server goes to the latest call whose client is able to answer it", async () => {
  const { connection, channel } = await open();
  const [first, latest, unable] = [new FakeClient("sampling"), new FakeClient("sampling"), new FakeClient()];
  const calls = [first, latest, unable].map((client) => new FakeCall(client, toolCall(1)));
  for (const call of calls) connection.call(call, 0);
  channel.emit(sampling("q"));
  assert.deepEqual(
    [first, latest, unable].map(({ questions }) => questions.length),
    [0, 1, 0],
  );
  assert.equal(latest.question.call, calls[1]);
});

test("a call on a connection that has ended fails at once", async () => {
  const { connection, channel } = await open();
  connection.end(crashed());
  const call = new FakeCall(new FakeClient(), toolCall(1));
  connection.call(call, 0);
  assert.deepEqual(call.ends, ["server-ended"]);
  assert.equal(connection.inFlight, 0);
  assert.deepEqual(channel.got("tools/call"), []);
  await assert.rejects(connection.request("ping", {}, 0), { code: "server-ended" });
});

test("the only client receives a request of the server without a call in flight, but only if it supports the request", async () => {
  const sole = new FakeClient("roots");
  const { channel } = await open(sole);
  channel.emit({ id: "r", method: "roots/list" });
  assert.deepEqual(
    sole.questions.map(({ call }) => call),
    [undefined],
  );
  channel.emit(sampling("s"));
  assert.equal(sole.questions.length, 1);
  assert.deepEqual(
    channel.answers().map(({ id, error }) => [id, error?.code]),
    [["s", -32601]],
  );
});

test("a call that the client cancels ends as cancelled, under the backend's id, and a late answer is dropped", async () => {
  const { connection, channel } = await open();
  const call = new FakeCall(new FakeClient(), toolCall("c"));
  connection.call(call, 0);
  const { id } = channel.last("tools/call");
  connection.cancel(call, message({ method: "notifications/cancelled", params: { requestId: "c" } }));
  assert.deepEqual(channel.last("notifications/cancelled").params, { requestId: id });
  channel.emit({ id, result: {} });
  assert.deepEqual(call.ends, ["cancelled"]);
});

test("a server request that is also an answer reaches no client, because it could be taken for an answer to the client's own call", async () => {
  const { connection, channel } = await open();
  const client = new FakeClient("sampling");
  connection.call(new FakeCall(client, toolCall(1)), 0);
  channel.emit({ ...sampling("q"), result: { content: [] } });
  assert.equal(client.questions.length, 0);
  assert.equal(channel.all().at(-1)?.error?.code, -32600);
});

test("a notification with a method of the server's own may use any parameter names", async () => {
  const received: unknown[] = [];
  const connection = new BackendSession(
    { notification: ({ json }) => void received.push(json.params), idle: () => undefined },
    { own: { capabilities: {}, clientInfo: {} }, server: "fake", log: () => undefined },
  );
  const channel = new FakeChannel(connection);
  await connection.open(channel, { eras: ["initialize"], initializeParams: "{}" });
  channel.emit({ method: "notifications/of-its-own", params: { Name: "a", task_id: "b" } });
  channel.emit({ method: "notifications/message", params: { Level: "error" } });
  assert.deepEqual(received, [{ Name: "a", task_id: "b" }]);
});

test("a backend that sends requests again and again under one id has one request open", async () => {
  const { connection, channel } = await open();
  const client = new FakeClient("sampling");
  connection.call(new FakeCall(client, toolCall(1)), 0);
  for (let n = 0; n < 3; n++) channel.emit(sampling("same"));
  assert.deepEqual(
    client.questions.map(({ withdrawn }) => withdrawn.length),
    [1, 1, 0],
  );
  client.question.answer(message({ id: 3, result: { n: "newest" } }));
  assert.deepEqual(
    channel.answers().map(({ id, result }) => [id, result]),
    [["same", { n: "newest" }]],
  );
});

test("unanswered requests of a server wait in bounded number, also when they are few and large", async () => {
  const { connection, channel } = await open();
  const client = new FakeClient("sampling");
  connection.call(new FakeCall(client, toolCall(1)), 0);
  const large = "x".repeat(40_000_000);
  for (let n = 0; n < 4; n++)
    channel.emit({ id: `q${n}`, method: "sampling/createMessage", params: { messages: [], large } });
  assert.equal(client.questions.length, 2);
  assert.deepEqual(
    channel.answers().map(({ id, error }) => [id, error?.message]),
    [
      ["q2", "Too many requests are waiting for an answer"],
      ["q3", "Too many requests are waiting for an answer"],
    ],
  );
});

test("a backend that was notified of new roots receives those of all clients, even when the call of one client is in flight", async () => {
  const { connection, channel } = await open(undefined, async () => '{"roots":["all"]}');
  const caller = new FakeClient("roots");
  connection.call(new FakeCall(caller, toolCall(1)), 0);
  connection.notifyRootsChanged();
  channel.emit({ id: "roots", method: "roots/list" });
  await turns();
  assert.deepEqual(
    channel.answers().map(({ id, result }) => [id, result]),
    [["roots", { roots: ["all"] }]],
  );
  assert.equal(caller.questions.length, 0);
  channel.emit({ id: "own", method: "roots/list" });
  assert.equal(caller.questions.length, 1);
  connection.notifyRootsChanged();
  // The backend has still not reacted to the notification when it answers a ping.
  await turns();
  channel.emit({ id: "own", method: "roots/list" });
  assert.equal(caller.questions.length, 2);
});
