/** Tests the stdio front end where both eras share one connection. */

import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import { Log } from "../../../../src/base/log.ts";
import type { GatewayApi } from "../../../../src/frontend/gateway-api.ts";
import { StdioFrontEnd } from "../../../../src/frontend/stdio/stdio-front-end.ts";
import type { Message } from "../../../../src/jsonrpc/message.ts";
import type { Reply } from "../../../../src/router/reply.ts";
import type { RequestContext } from "../../../../src/router/request-context.ts";
import { handTurnedTime, turns } from "../../fakes.ts";

const _meta = { "io.modelcontextprotocol/protocolVersion": "2026-07-28" };

/** Records the messages of each session. */
function frontEnd() {
  const got: string[] = [];
  const replies = new Map<unknown, Reply>();
  const session = (era: string) => ({
    version: undefined as string | undefined,
    congested: undefined,
    orphaned: false,
    handle({ json }: Message, { reply }: RequestContext) {
      got.push(`${era} ${json.method ?? json.id}`);
      replies.set(json.id, reply);
      if (era === "session" && json.method === "initialize")
        this.version = String(json.params?.["protocolVersion"] ?? "2025-11-25");
    },
    finish: () => void got.push(`${era} finish`),
    close: async () => undefined,
  });
  const core = {
    log: new Log("error", () => undefined),
    openSession: () => session("session"),
    openStateless: () => session("stateless"),
  } as unknown as GatewayApi;
  const [input, output] = [new PassThrough(), new PassThrough()];
  const done = new StdioFrontEnd(core, "all", { input, output, initializeGraceMs: 0 }).serve();
  const write = async (text: string) => {
    input.write(`${text}\n`);
    await turns();
  };
  const send = async (...messages: object[]) => {
    for (const one of messages) await write(JSON.stringify({ jsonrpc: "2.0", ...one }));
  };
  const written = () => String(output.read() ?? "");
  return { got, replies, send, write, written, input, output, done };
}

test("each request is routed by its envelope, and a session may begin after requests without one", async () => {
  const { got, send } = frontEnd();
  await send({ id: 1, method: "server/discover", params: { _meta } });
  await send({ id: 2, method: "initialize", params: {} }, { method: "notifications/initialized" });
  await send({ id: 3, method: "tools/list" }, { id: 4, method: "tools/list", params: { _meta } });
  assert.deepEqual(got, [
    "stateless server/discover",
    "session initialize",
    "session notifications/initialized",
    "session tools/list",
    "stateless tools/list",
  ]);
});

test("a cancellation reaches its request, whichever era the request belongs to", async () => {
  const { got, send } = frontEnd();
  await send({ id: 1, method: "initialize", params: {} }, { id: 2, method: "tools/call", params: { _meta } });
  got.length = 0;
  await send({ method: "notifications/cancelled", params: { requestId: 2 } });
  assert.deepEqual(got.sort(), ["session notifications/cancelled", "stateless notifications/cancelled"]);
});

test("the end of the input ends subscriptions, and every other request gets its answer first", async () => {
  const { got, replies, send, input, done } = frontEnd();
  await send({ id: 1, method: "subscriptions/listen", params: { _meta } });
  await send({ id: 2, method: "tools/call", params: { _meta } });
  let ended = false;
  void done.then(() => {
    ended = true;
  });
  input.end();
  await turns();
  assert.equal(got.at(-1), "stateless finish");
  replies.get(1)?.end("{}");
  await turns();
  assert.equal(ended, false);
  replies.get(2)?.drop();
  await turns();
  assert.equal(ended, true);
});

test("a client that reads nothing is checked again and again, and no check leaves anything in memory", async (t) => {
  const pass = handTurnedTime(t);
  const { send, output } = frontEnd();
  output.write("x".repeat(2_000_000));
  for (let id = 1; id <= 12; id++) {
    await send({ id, method: "tools/list" });
    await pass(5_000);
  }
  await send({ id: 13, method: "tools/list" });
  const drainListeners = output.listeners("drain").filter(({ name }) => name.includes("resume"));
  assert.equal(drainListeners.length, 1);
});

test("a batch of 2025-03-26 has its answers on one line, and the end of the input waits for them", async () => {
  const { got, replies, send, write, written, input, done } = frontEnd();
  await send({ id: 1, method: "initialize", params: { protocolVersion: "2025-03-26" } });
  const batch = [
    { jsonrpc: "2.0", id: 2, method: "tools/list" },
    { jsonrpc: "2.0", method: "notifications/x" },
    { jsonrpc: "2.0", id: 3, method: "tools/call" },
  ];
  replies.get(1)?.end("{}");
  await write(JSON.stringify(batch));
  assert.deepEqual(got.slice(1), ["session tools/list", "session notifications/x", "session tools/call"]);
  input.end();
  replies.get(3)?.end('{"id":3}');
  assert.equal(written(), "{}\n");
  replies.get(2)?.end('{"id":2}');
  assert.equal(written(), '[{"id":3},{"id":2}]\n');
  await done;
});

test("a batch is refused as a whole in any other version, with initialize, or with two readings", async () => {
  const { got, replies, send, write, written } = frontEnd();
  const ping = '{"jsonrpc":"2.0","id":2,"method":"ping"}';
  const refused = async (text: string) => {
    await write(text);
    return JSON.parse(written()).error.message;
  };
  assert.match(await refused(`[${ping}]`), /2025-03-26 only/);
  await send({ id: 1, method: "initialize", params: { protocolVersion: "2025-03-26" } });
  replies.get(1)?.drop();
  assert.match(await refused("[]"), /Not a JSON-RPC 2.0 message/);
  assert.match(await refused('[{"jsonrpc":"2.0","id":3,"method":"initialize"}]'), /initialize/);
  assert.match(await refused(`[${ping},{"jsonrpc":"2.0","id":3,"id":4,"method":"ping"}]`), /id/);
  assert.deepEqual(got, ["session initialize"]);
});
