/** Tests messages that are sent in parallel to a remote server and must not overtake each other. */

import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import type { Message } from "../../../../src/jsonrpc/message.ts";
import { RemoteRuntime } from "../../../../src/runtime/remote/remote-runtime.ts";
import { launch } from "../../fakes.ts";

/** Reads a `tools/call` only when the test allows it, and any other message at once. Reports which messages it has read. */
async function slowReader(t: TestContext) {
  const whole: string[] = [];
  const calling = Promise.withResolvers<void>();
  const read = Promise.withResolvers<void>();
  const cancelled = Promise.withResolvers<void>();
  const server = http.createServer(async (request, response) => {
    if (request.method !== "POST") return void response.writeHead(405).end();
    if (request.headers["content-length"] === String(callText.length)) {
      calling.resolve();
      await read.promise;
    }
    const { id, method } = JSON.parse(Buffer.concat(await request.toArray()).toString("utf8"));
    whole.push(method);
    if (method === "notifications/cancelled") cancelled.resolve();
    if (id === undefined) return void response.writeHead(202).end();
    response.setHeader("content-type", "application/json");
    const serverInfo = { name: "slow-reader", version: "1" };
    const result = { protocolVersion: "2025-06-18", capabilities: {}, serverInfo };
    response.end(JSON.stringify({ jsonrpc: "2.0", id, result }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/mcp`,
    whole,
    calling: calling.promise,
    cancelled: cancelled.promise,
    read: read.resolve,
  };
}

/** More than the system buffers while the server does not read. */
const params = { name: "x", arguments: { text: "x".repeat(30_000_000) } };
const callText = JSON.stringify({ jsonrpc: "2.0", id: "call", method: "tools/call", params });

test("a call is sent to its server before its cancellation is sent", { timeout: 60_000 }, async (t) => {
  const server = await slowReader(t);
  const answered = new Map<unknown, () => void>();
  const events = {
    message: ({ json }: Message) => answered.get(json.id)?.(),
    log: () => undefined,
    undelivered: (_: string, because: string) => assert.fail(because),
  };
  const runtime = { type: "remote-sse", url: server.url } as const;
  const instance = await new RemoteRuntime().start({ ...launch, runtime }, events, t.signal);
  t.after(() => instance.stop());
  const ask = (id: string, method: string) =>
    new Promise<void>((resolve) => {
      answered.set(id, resolve);
      instance.send(JSON.stringify({ jsonrpc: "2.0", id, method, params: {} }));
    });
  await ask("init", "initialize");
  const called = new Promise<void>((resolve) => answered.set("call", resolve));
  instance.send(callText);
  await server.calling;
  const cancelled = { method: "notifications/cancelled", params: { requestId: "call" } };
  instance.send(JSON.stringify({ jsonrpc: "2.0", ...cancelled }));
  // Later messages are not delayed.
  await ask("ping", "ping");
  assert.deepEqual(server.whole, ["initialize", "ping"]);
  server.read();
  await Promise.all([server.cancelled, called]);
});
