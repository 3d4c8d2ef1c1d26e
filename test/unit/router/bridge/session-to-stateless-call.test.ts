/**
 * Tests the calls of clients with a session in a stateless backend: input is requested from the client, and the
 * call is sent again with the answers.
 */

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { BackendSession } from "../../../../src/backend/backend-session.ts";
import { GatewayError } from "../../../../src/base/errors.ts";
import type { JsonRpc } from "../../../../src/jsonrpc/message.ts";
import { SessionToStatelessCall } from "../../../../src/router/bridge/session-to-stateless-call.ts";
import { FakeCall, FakeChannel, FakeClient, handTurnedTime, message, turns } from "../../fakes.ts";

const cancelled = message({ method: "notifications/cancelled", params: { requestId: 7 } });
const elicit = { method: "elicitation/create", params: { message: "who?" } };
const sample = { method: "sampling/createMessage", params: { messages: [] } };

async function staging(t: TestContext, ...capabilities: string[]) {
  const pass = handTurnedTime(t);
  let idleCount = 0;
  const connection = new BackendSession(
    { notification: () => undefined, idle: () => void idleCount++ },
    {
      own: { capabilities: {}, clientInfo: { name: "gateway", version: "1" } },
      server: "fake",
      log: () => undefined,
    },
  );
  const channel = new FakeChannel(connection);
  channel.era = "stateless";
  await connection.open(channel, { eras: ["stateless"], initializeParams: "{}" });
  const client = new FakeClient(...capabilities);
  const call = new FakeCall(client, {
    id: 7,
    method: "tools/call",
    params: { name: "work", arguments: { big: 1 }, _meta: { progressToken: "mine" } },
  });
  const sent = new SessionToStatelessCall(call, connection, 0).start();
  const toolCalls = () => channel.got("tools/call");
  const answer = async (result: object) => {
    channel.emit({ id: toolCalls().at(-1)?.id, result });
    await turns();
  };
  const requireInput = (inputRequests: object, requestState?: string) =>
    answer({
      resultType: "input_required",
      inputRequests,
      ...(requestState !== undefined && { requestState }),
    });
  const reply = async (json: object, index = -1) => {
    client.questions.at(index)?.answer(message({ id: 0, ...json }));
    await turns();
  };
  const final = (): JsonRpc => {
    const [outcome, second] = call.outcomes;
    assert.equal(second, undefined, "settled twice");
    assert.ok(outcome?.kind === "answered");
    return JSON.parse(outcome.text);
  };
  return {
    pass,
    connection,
    channel,
    client,
    call,
    sent,
    toolCalls,
    answer,
    requireInput,
    reply,
    final,
    idleCount: () => idleCount,
  };
}

test("the call has the client information of its client, and its answer has the client's id", async (t) => {
  const { toolCalls, answer, final } = await staging(t);
  const meta = toolCalls()[0]?.params?.["_meta"] as Record<string, unknown>;
  assert.equal(meta["io.modelcontextprotocol/protocolVersion"], "2026-07-28");
  assert.deepEqual(meta["io.modelcontextprotocol/clientInfo"], { name: "fake", version: "1" });
  await answer({ resultType: "complete", content: [] });
  assert.deepEqual(final(), { jsonrpc: "2.0", id: 7, result: { resultType: "complete", content: [] } });
});

test("the input that the backend needs is requested, and reaches it with its own state and nothing of earlier rounds", async (t) => {
  const { toolCalls, answer, requireInput, reply, client, final } = await staging(
    t,
    "elicitation",
    "sampling",
  );
  await requireInput({ a: elicit, b: sample }, "state 1");
  assert.deepEqual(
    client.questions.map(({ request }) => [request.json.method, request.json.params]),
    [
      [elicit.method, elicit.params],
      [sample.method, sample.params],
    ],
  );
  await reply({ result: { model: "m" } }, 1);
  assert.equal(toolCalls().length, 1);
  await reply({ result: { action: "accept" } }, 0);
  const [, second] = toolCalls();
  assert.deepEqual(second?.params?.["inputResponses"], { a: { action: "accept" }, b: { model: "m" } });
  assert.equal(second?.params?.["requestState"], "state 1");
  assert.deepEqual(second?.params?.["arguments"], { big: 1 });
  await requireInput({ c: elicit }, "state 2");
  await reply({ result: { action: "decline" } });
  const [, , third] = toolCalls();
  assert.deepEqual(third?.params?.["inputResponses"], { c: { action: "decline" } });
  assert.equal(third?.params?.["requestState"], "state 2");
  await answer({ content: [] });
  assert.equal(final().id, 7);
});

test("each round has its own token, and progress reaches the client under the client's token", async (t) => {
  const { channel, toolCalls, requireInput, reply, call } = await staging(t, "elicitation");
  await requireInput({ a: elicit });
  await reply({ result: {} });
  for (const { id } of toolCalls())
    channel.emit({ method: "notifications/progress", params: { progressToken: id, progress: 1 } });
  assert.deepEqual(
    call.pushed.map((text) => JSON.parse(text).params),
    [{ progressToken: "mine", progress: 1 }],
  );
});

test("a backend that requests only a repeated call receives it a little later", async (t) => {
  const { pass, toolCalls, requireInput } = await staging(t);
  await requireInput({}, "later");
  await pass(490);
  assert.equal(toolCalls().length, 1);
  await pass(20);
  assert.equal(toolCalls()[1]?.params?.["requestState"], "later");
});

test("a backend that requests input for ever is ended after a limited number of rounds", async (t) => {
  const { toolCalls, requireInput, reply, call } = await staging(t, "elicitation");
  for (let round = 0; round <= 100; round++) {
    await requireInput({ a: elicit });
    await reply({ result: {} });
  }
  assert.deepEqual(call.ends, ["server-ended"]);
  assert.equal(toolCalls().length, 101);
});

test("an error from the client ends its call with that error", async (t) => {
  const { toolCalls, requireInput, reply, final, connection } = await staging(t, "elicitation");
  await requireInput({ a: elicit });
  await reply({ error: { code: -1, message: "not now" } });
  assert.deepEqual(final().error, { code: -1, message: "The client's answer to the server: not now" });
  assert.deepEqual([toolCalls().length, connection.inFlight], [1, 0]);
});

test("a request that the client does not support ends its call, and no other request stays open", async (t) => {
  const { requireInput, client, call, connection } = await staging(t, "elicitation");
  await requireInput({ a: elicit, b: sample, c: { method: "odd/method" } });
  assert.deepEqual(call.ends, ["capability-missing"]);
  assert.deepEqual(
    client.questions.map(({ withdrawn }) => withdrawn.length),
    [1],
  );
  assert.equal(connection.inFlight, 0);
});

test("a cancelled call is cancelled at its current place, which is the backend or the client", async (t) => {
  const early = await staging(t, "elicitation");
  early.sent.cancel(cancelled);
  assert.deepEqual(early.call.ends, ["cancelled"]);
  assert.equal(early.channel.last("notifications/cancelled").params?.["requestId"], early.toolCalls()[0]?.id);
  t.mock.reset();
  t.mock.timers.reset();
  const late = await staging(t, "elicitation");
  await late.requireInput({ a: elicit });
  late.sent.cancel(cancelled);
  assert.equal(late.client.question.withdrawn.length, 1);
  await late.reply({ result: {} });
  assert.deepEqual(
    [late.call.ends, late.toolCalls().length, late.connection.inFlight],
    [["cancelled"], 1, 0],
  );
});

test("a call that is cancelled before it is sent again is not sent again", async (t) => {
  const { pass, sent, call, toolCalls, requireInput } = await staging(t);
  await requireInput({});
  sent.cancel(cancelled);
  await pass(550);
  assert.deepEqual([call.ends, toolCalls().length], [["cancelled"], 1]);
});

test("the instance counts as in use, once, while a request to the client is open", async (t) => {
  const { connection, requireInput, reply, answer, idleCount } = await staging(t, "elicitation");
  assert.equal(connection.inFlight, 1);
  await requireInput({ a: elicit });
  assert.deepEqual([connection.inFlight, idleCount()], [1, 0]);
  await reply({ result: {} });
  await answer({ content: [] });
  assert.deepEqual([connection.inFlight, idleCount()], [0, 1]);
});

test("the gateway waits an hour for a client that never answers", async (t) => {
  const { pass, requireInput, call, client, connection } = await staging(t, "elicitation");
  await requireInput({ a: elicit });
  await pass(59 * 60_000);
  assert.deepEqual(call.ends, []);
  await pass(61_000);
  assert.deepEqual([call.ends, client.question.withdrawn.length], [["request-timeout"], 1]);
  assert.equal(connection.inFlight, 0);
});

test("an instance that ends while a request to the client is open fails the call at once, and the request is withdrawn", async (t) => {
  const { connection, client, requireInput, reply, call } = await staging(t, "elicitation");
  await requireInput({ a: elicit });
  connection.end(new GatewayError("server-ended", "it crashed"));
  assert.deepEqual([call.ends, client.question.withdrawn.length], [["server-ended"], 1]);
  await reply({ result: {} });
  assert.deepEqual([call.ends.length, connection.inFlight], [1, 0]);
});

test("an instance that ends while it works on a call fails the call once", async (t) => {
  const { connection, call } = await staging(t);
  connection.end(new GatewayError("server-ended", "it crashed"));
  assert.deepEqual([call.ends, connection.inFlight], [["server-ended"], 0]);
});

test("an elicitation by URL has an id, its own or a new one", async (t) => {
  const { requireInput, client } = await staging(t, "elicitation");
  await requireInput({
    a: { ...elicit, params: { mode: "url", url: "u" } },
    b: { ...elicit, params: { mode: "url", elicitationId: "own" } },
    c: elicit,
  });
  const [a, b, c] = client.questions.map(({ request }) => request.json.params?.["elicitationId"]);
  assert.match(String(a), /^[0-9a-f-]{36}$/);
  assert.deepEqual([b, c], ["own", undefined]);
});

test("a backend that needs too many inputs at once gets none, and its call fails", async (t) => {
  const { requireInput, client, call } = await staging(t, "elicitation");
  await requireInput(Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`${n}`, elicit])));
  assert.equal(client.questions.length, 0);
  assert.deepEqual(call.ends, ["server-ended"]);
});
