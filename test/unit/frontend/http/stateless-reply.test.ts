/** Tests that the answer to a POST without a session is JSON or a stream, as the client accepts it. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import { GatewayError } from "../../../../src/base/errors.ts";
import { StatelessReply } from "../../../../src/frontend/http/stateless-reply.ts";

const progress = '{"jsonrpc":"2.0","method":"notifications/progress"}';
const answer = '{"jsonrpc":"2.0","id":1,"result":{}}';
const error = (code: number) => `{"jsonrpc":"2.0","id":1,"error":{"code":${code},"message":"no"}}`;

/** The response that a client gets for an exchange processed by `work`. */
async function answered(t: TestContext, acceptsStream: boolean, work: (reply: StatelessReply) => void) {
  let finished = 0;
  const server = createServer((_, response) => {
    work(new StatelessReply(response, acceptsStream, () => void finished++));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.closeAllConnections());
  t.after(() => server.close());
  const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const body = await response.text();
  return { status: response.status, type: response.headers.get("content-type"), body, finished };
}

test("a single answer is JSON, with the status of its error", async (t) => {
  const table = [
    [answer, 200],
    [error(-32601), 404],
    [error(-32020), 400],
    [error(-32021), 400],
    [error(-32022), 400],
    [error(-32602), 200],
    ['{"jsonrpc":"2.0","id":1,"result":{"error":{"code":-32601}}}', 200],
  ] as const;
  for (const [text, status] of table) {
    const got = await answered(t, true, (reply) => reply.end(text));
    assert.deepEqual(got, { status, type: "application/json", body: text, finished: 1 }, text);
  }
});

test("messages before the answer make it a stream, and so does a long wait", async (t) => {
  const got = await answered(t, true, (reply) => {
    reply.push(progress);
    reply.end(error(-32601));
  });
  assert.deepEqual(got, {
    status: 200,
    type: "text/event-stream",
    body: `data: ${progress}\n\ndata: ${error(-32601)}\n\n`,
    finished: 1,
  });
  const long = await answered(t, true, (reply) => {
    reply.takesLong();
    reply.keepAlive();
    reply.end(answer);
  });
  assert.equal(long.type, "text/event-stream");
  assert.ok(long.body.endsWith(`data: ${answer}\n\n`));
});

test("a client that does not accept a stream gets the answer as JSON, whatever precedes it and however long it takes", async (t) => {
  const got = await answered(t, false, (reply) => {
    reply.takesLong();
    reply.push(progress);
    reply.keepAlive();
    reply.end(answer);
  });
  assert.deepEqual(got, { status: 200, type: "application/json", body: answer, finished: 1 });
});

test("a reply ends once", async (t) => {
  const got = await answered(t, true, (reply) => {
    reply.fail(new GatewayError("start-failed", "no such file"), "1");
    reply.end(answer);
    reply.drop();
    reply.push(progress);
  });
  assert.equal(got.finished, 1);
  assert.equal(JSON.parse(got.body).error.message, "Failed to start server: no such file");
});
