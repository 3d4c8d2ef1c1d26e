/**
 * Tests the calls of clients without a session in a backend that sends requests: each request reaches the right
 * client, once.
 */

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { BackendSession } from "../../../../src/backend/backend-session.ts";
import { GatewayError } from "../../../../src/base/errors.ts";
import type { JsonRpc } from "../../../../src/jsonrpc/message.ts";
import { RequestStateStore } from "../../../../src/router/bridge/request-state-store.ts";
import { StatelessToSessionCall } from "../../../../src/router/bridge/stateless-to-session-call.ts";
import { FakeCall, FakeChannel, FakeClient, handTurnedTime, message, turns } from "../../fakes.ts";

const prefix = "io.modelcontextprotocol/";
const everything = { sampling: {}, elicitation: {}, roots: {} };
const gone = message({ method: "notifications/cancelled", params: { requestId: 1 } });

interface Params {
  readonly capabilities?: object;
  readonly token?: string | number;
  readonly inputResponses?: object;
}

/** One round of a client: its request and the answer it gets. */
class Turn extends FakeCall {
  constructor(id: number | string, { capabilities = everything, token, ...params }: Params = {}) {
    const _meta = {
      [`${prefix}protocolVersion`]: "2026-07-28",
      [`${prefix}clientCapabilities`]: capabilities,
      ...(token !== undefined && { progressToken: token }),
    };
    super(new FakeClient(), { id, method: "tools/call", params: { name: "work", ...params, _meta } });
  }

  get answer(): JsonRpc & { readonly result?: { readonly [key: string]: unknown } } {
    const [outcome, second] = this.outcomes;
    assert.equal(second, undefined, "answered twice");
    assert.ok(outcome?.kind === "answered");
    assert.deepEqual(JSON.parse(outcome.text), outcome.message.json);
    return JSON.parse(outcome.text);
  }

  /** The requested methods, by their keys. */
  get asked(): Record<string, string> {
    assert.equal(this.answer.result?.["resultType"], "input_required");
    const requests = this.answer.result?.["inputRequests"] as Record<string, { method: string }>;
    return Object.fromEntries(Object.entries(requests).map(([key, { method }]) => [key, method]));
  }

  get state(): unknown {
    return this.answer.result?.["requestState"];
  }

  notified(): unknown[] {
    return this.pushed.map((text) => JSON.parse(text).params);
  }
}

async function staging(t: TestContext) {
  const pass = handTurnedTime(t);
  const connection = new BackendSession(
    { notification: () => undefined, idle: () => undefined },
    {
      own: { capabilities: {}, clientInfo: { name: "gateway", version: "1" } },
      server: "fake",
      log: () => undefined,
    },
  );
  const channel = new FakeChannel(connection);
  await connection.open(channel, { eras: ["initialize"], initializeParams: "{}" });
  const stateStore = new RequestStateStore<StatelessToSessionCall>();
  t.after(async () => {
    await turns();
    stateStore.close();
  });
  const server = { isRemoved: false };
  const begin = (turn: Turn, timeoutMs = 0) =>
    new StatelessToSessionCall(turn, connection, { parked: stateStore, server, what: "work" }).start(
      timeoutMs,
    );
  const resume = (before: Turn, turn: Turn) => {
    const call = stateStore.take(before.state, "work", "local");
    assert.ok(call, "it does not wait");
    return call.resume(turn);
  };
  const ask = async (id: number | string, method = "elicitation/create") => {
    channel.emit({ id, method, params: { n: id } });
    await turns();
  };
  const answered = () => channel.answers().map(({ id, result, error }) => [id, result ?? error?.code]);
  return { pass, connection, channel, stateStore, server, begin, resume, ask, answered };
}

test("the backend gets the call without an envelope, and the client gets a complete answer under its own id", async (t) => {
  const { channel, begin } = await staging(t);
  const turn = new Turn("a");
  begin(turn);
  const { id, params } = channel.last("tools/call");
  assert.deepEqual(params, { name: "work", _meta: {} });
  channel.emit({ id, result: { content: [] } });
  assert.deepEqual(turn.answer, { jsonrpc: "2.0", id: "a", result: { resultType: "complete", content: [] } });
});

test("requests that come together are sent to the client together, and each answer reaches its own request", async (t) => {
  const { channel, begin, resume, ask, answered } = await staging(t);
  const first = new Turn(1);
  begin(first);
  channel.emit({ id: "x", method: "elicitation/create", params: { n: 1 } });
  await ask(8, "roots/list");
  assert.deepEqual(first.asked, { "question-1": "elicitation/create", "question-2": "roots/list" });
  const inputResponses = { "question-2": { roots: [] }, "question-1": { action: "decline" }, odd: {} };
  const second = new Turn(2, { inputResponses });
  resume(first, second);
  assert.deepEqual(answered(), [
    ["x", { action: "decline" }],
    [8, { roots: [] }],
  ]);
  channel.emit({ id: channel.last("tools/call").id, result: { content: [] } });
  assert.deepEqual(second.answer.id, 2);
  assert.equal(channel.got("tools/call").length, 1);
});

test("a request that the client leaves unanswered is sent again, under a new state", async (t) => {
  const { begin, resume, ask, stateStore, answered } = await staging(t);
  const first = new Turn(1);
  begin(first);
  await ask("x");
  const second = new Turn(2, { inputResponses: {} });
  resume(first, second);
  await turns();
  assert.deepEqual(second.asked, { "question-1": "elicitation/create" });
  assert.equal(stateStore.take(first.state, "work", "local"), undefined);
  assert.deepEqual(answered(), []);
});

test("a request that comes while the client is away is sent when the client returns", async (t) => {
  const { begin, resume, ask } = await staging(t);
  const first = new Turn(1);
  begin(first);
  await ask("x");
  await ask("y", "sampling/createMessage");
  const second = new Turn(2, { inputResponses: { "question-1": {} } });
  resume(first, second);
  await turns();
  assert.deepEqual(second.asked, { "question-2": "sampling/createMessage" });
});

test("a withdrawn request is not sent any more", async (t) => {
  const { channel, begin, ask } = await staging(t);
  const turn = new Turn(1);
  begin(turn);
  channel.emit({ id: "x", method: "elicitation/create", params: {} });
  channel.emit({ method: "notifications/cancelled", params: { requestId: "x" } });
  await ask("y");
  assert.deepEqual(turn.asked, { "question-2": "elicitation/create" });
});

test("a client that does not support a method does not receive it", async (t) => {
  const { begin, ask, answered } = await staging(t);
  const turn = new Turn(1, { capabilities: { roots: {} } });
  begin(turn);
  await ask("x");
  assert.deepEqual(turn.outcomes, []);
  assert.deepEqual(answered(), [["x", -32601]]);
});

test("a request moves to another call at once when the call it was sent to has its answer, and is not sent twice to any client", async (t) => {
  const { channel, begin, ask } = await staging(t);
  const [caller, other] = [new Turn(1), new Turn(2)];
  begin(caller);
  begin(other);
  // The request goes to the latest call.
  await ask("x");
  assert.deepEqual(other.asked, { "question-1": "elicitation/create" });
  channel.emit({ id: channel.last("tools/call").id, result: { content: [] } });
  await turns();
  assert.deepEqual(caller.asked, { "question-1": "elicitation/create" });
});

test("a client that returns for a call that has its answer gets that answer, and its own answer is dropped", async (t) => {
  const { channel, begin, resume, ask, answered } = await staging(t);
  const [caller, other] = [new Turn(1), new Turn(2)];
  begin(caller);
  begin(other);
  await ask("x");
  channel.emit({ id: channel.last("tools/call").id, result: { content: [] } });
  const back = new Turn(3, { inputResponses: { "question-1": { wrong: true } } });
  resume(other, back);
  assert.deepEqual([back.answer.id, back.answer.result?.["resultType"]], [3, "complete"]);
  assert.deepEqual(answered(), []);
});

test("the request of a cancelled call is not sent to another client", async (t) => {
  const { channel, begin, answered } = await staging(t);
  const [other, caller] = [new Turn(1), new Turn(2)];
  begin(other);
  const sent = begin(caller);
  channel.emit({ id: "x", method: "elicitation/create", params: { secret: true } });
  sent.cancel(gone);
  await turns();
  assert.deepEqual([other.outcomes, caller.ends], [[], ["cancelled"]]);
  assert.deepEqual(answered(), [["x", -32603]]);
});

test("a call that the client cancels after it returned is cancelled in the backend", async (t) => {
  const { channel, begin, resume, ask } = await staging(t);
  const first = new Turn(1);
  begin(first);
  await ask("x");
  const second = new Turn(2);
  resume(first, second).cancel(gone);
  await turns();
  assert.deepEqual(second.ends, ["cancelled"]);
  const { id } = channel.last("tools/call");
  assert.deepEqual(
    channel.got("notifications/cancelled").map(({ params }) => params?.["requestId"]),
    [id],
  );
});

test("a client that returns gets the outcome that its call had meanwhile", async (t) => {
  const { connection, begin, resume, ask, answered } = await staging(t);
  const first = new Turn(1);
  begin(first);
  await ask("x");
  connection.end(new GatewayError("server-ended", "it crashed"));
  const second = new Turn(2, { inputResponses: { "question-1": {} } });
  resume(first, second);
  await turns();
  assert.deepEqual([second.ends, answered()], [["server-ended"], []]);
});

test("a call to which its client does not return is cancelled, and the backend's request is refused", async (t) => {
  const { channel, connection, stateStore, begin, ask, answered } = await staging(t);
  begin(new Turn(1));
  await ask("x");
  assert.equal(connection.inFlight, 1);
  stateStore.close();
  assert.deepEqual(answered(), [["x", -32603]]);
  assert.equal(channel.got("notifications/cancelled").length, 1);
  assert.equal(connection.inFlight, 0);
});

test("a call of a removed server is ended, although it waits for a client", async (t) => {
  const { connection, stateStore, server, begin, ask } = await staging(t);
  begin(new Turn(1));
  await ask("x");
  stateStore.sweep();
  assert.equal(connection.inFlight, 1);
  server.isRemoved = true;
  stateStore.sweep();
  assert.equal(connection.inFlight, 0);
});

test("the timeout of the backend does not run while a request to the client is open, and continues afterwards", async (t) => {
  const { pass, begin, resume, ask } = await staging(t);
  const first = new Turn(1);
  begin(first, 1_000);
  await pass(900);
  await ask("x");
  await pass(5_000);
  const second = new Turn(2, { inputResponses: { "question-1": {} } });
  resume(first, second);
  await pass(900);
  assert.deepEqual(second.ends, []);
  await pass(200);
  assert.deepEqual(second.ends, ["request-timeout"]);
});

test("progress has the token of the current request, and is not sent for a request without a token", async (t) => {
  const { channel, begin, resume, ask } = await staging(t);
  const [first, second, third] = [new Turn(1, { token: "a" }), new Turn(2, { token: 12345 }), new Turn(3)];
  begin(first);
  const { id } = channel.last("tools/call");
  const step = (progress: number) =>
    channel.emit({ method: "notifications/progress", params: { progressToken: id, progress } });
  step(1);
  await ask("x");
  step(2);
  resume(first, second);
  await turns();
  step(3);
  resume(second, third);
  step(4);
  assert.deepEqual(first.notified(), [{ progressToken: "a", progress: 1 }]);
  assert.deepEqual(second.notified(), [{ progressToken: 12345, progress: 2 }]);
  assert.deepEqual(third.notified(), []);
});

test("an error of the backend reaches the client unchanged", async (t) => {
  const { channel, begin } = await staging(t);
  const turn = new Turn(1);
  begin(turn);
  channel.emit({ id: channel.last("tools/call").id, error: { code: -32000, message: "no", data: { a: 1 } } });
  assert.deepEqual(turn.answer, {
    jsonrpc: "2.0",
    id: 1,
    error: { code: -32000, message: "no", data: { a: 1 } },
  });
});
