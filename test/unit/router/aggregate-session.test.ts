/** Tests a session with all servers when servers are removed and clients cancel or leave. */

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Message } from "../../../src/jsonrpc/message.ts";
import type { AggregateLists } from "../../../src/router/aggregate/aggregate-lists.ts";
import { AggregateUpstream } from "../../../src/router/aggregate/aggregate-upstream.ts";
import { InitializeClientSession } from "../../../src/router/initialize-client-session.ts";
import { FrontEndRequest } from "../../../src/router/request-context.ts";
import type { ManagedServer } from "../../../src/supervisor/managed-server.ts";
import { fakeServer, RecordedReply } from "../fake-server.ts";
import { emptyListCache, message, turns } from "../fakes.ts";

/** A client of two servers of which the second one runs. All its calls go to the second server. */
async function joined(routed: Promise<unknown> = Promise.resolve()) {
  const [one, other] = [fakeServer({ id: "one" }), fakeServer({ id: "other" })];
  let served: ManagedServer[] = [one.server, other.server];
  let reload = () => {};
  const listCache = emptyListCache();
  const index = {
    listCache,
    served: () => served,
    onReload: (changed: () => void) => {
      reload = changed;
      return () => {};
    },
    introduction: () => ({ capabilities: {}, serverInfo: {} }),
    route: async () => {
      await routed;
      return { kind: "found", found: { server: other.server, name: "work" }, path: ["params", "name"] };
    },
  };
  const pushed: string[] = [];
  const sink = { push: (text: string) => void pushed.push(text) };
  const upstream = new AggregateUpstream(index as unknown as AggregateLists);
  const session = new InitializeClientSession(upstream, sink, { gatewayVersion: "1", listCache });
  const handle = (json: object, reply = new RecordedReply()) => {
    session.handle(message(json) as Message, new FrontEndRequest({ reply }));
    return reply;
  };
  const clientInfo = { name: "test", version: "1" };
  const capabilities = { elicitation: {} };
  handle({
    id: 0,
    method: "initialize",
    params: { protocolVersion: "2025-11-25", capabilities, clientInfo },
  });
  const started = other.server.start();
  await turns();
  const channel = other.runtime.latest.up();
  await started;
  const work = (id = 1) => handle({ id, method: "tools/call", params: { name: "other__work" } });
  /** The catalog has only these servers. */
  const serveOnly = (...servers: ManagedServer[]) => {
    served = servers;
    reload();
  };
  return { session, handle, work, channel, serveOnly, one, other: other.server, pushed };
}

test("a notification starts no server, and reaches the running servers", async () => {
  const { handle, channel, one } = await joined();
  handle({ method: "notifications/strange" });
  await turns();
  assert.deepEqual(one.runtime.starts, []);
  assert.equal(channel.got("notifications/strange").length, 1);
  const starting = one.server.start();
  await turns();
  handle({ method: "notifications/strange" });
  const started = one.runtime.latest.up();
  await starting;
  await turns();
  assert.equal(started.got("notifications/strange").length, 1);
});

test("a removed server leaves the requests of the other servers open", async () => {
  const { handle, work, channel, serveOnly, other } = await joined();
  const reply = work();
  await turns();
  channel.emit({ id: "q", method: "elicitation/create", params: { message: "Sure?" } });
  serveOnly(other);
  await turns();
  assert.deepEqual(channel.answers(), []);
  handle({ id: reply.pushed[0]?.id, result: { action: "accept" } });
  assert.deepEqual(channel.answers(), [{ jsonrpc: "2.0", id: "q", result: { action: "accept" } }]);
});

test("a removed server finishes the calls in flight, and the client can still cancel and answer", async () => {
  const { handle, work, channel, serveOnly } = await joined();
  const [finished, cancelled] = [work(1), work(2)];
  await turns();
  const [first, second] = channel.got("tools/call");
  serveOnly();
  await turns();
  channel.emit({ id: "q", method: "elicitation/create", params: { message: "Sure?" } });
  handle({ id: [...finished.pushed, ...cancelled.pushed][0]?.id, result: { action: "accept" } });
  assert.deepEqual(channel.answers(), [{ jsonrpc: "2.0", id: "q", result: { action: "accept" } }]);
  handle({ method: "notifications/cancelled", params: { requestId: 2 } });
  assert.equal(channel.last("notifications/cancelled").params?.["requestId"], second?.id);
  channel.emit({ id: first?.id, result: { content: [] } });
  assert.deepEqual([finished.ends.length, cancelled.drops], [1, 1]);
  const late = work(3);
  await turns();
  assert.deepEqual(late.failures, [{ code: "server-not-found", id: "3" }]);
});

test("a server that returns while it finishes its calls sends every notification to the client once", async () => {
  const { session, handle, work, channel, serveOnly, other, pushed } = await joined();
  const reply = work(1);
  await turns();
  serveOnly();
  serveOnly(other);
  channel.emit({ id: channel.last("tools/call").id, result: { content: [] } });
  await turns();
  assert.equal(reply.ends.length, 1);
  const again = work(1);
  await turns();
  serveOnly();
  await turns();
  channel.emit({ id: channel.last("tools/call").id, result: { content: [] } });
  assert.equal(again.ends.length, 1);
  serveOnly(other);
  pushed.length = 0;
  channel.emit({ method: "notifications/strange" });
  assert.equal(pushed.length, 1);
  assert.equal(handle({ id: 2, method: "ping" }).ends.length, 1);
  await session.close();
});

const endings = {
  cancelled: async ({ handle }: Awaited<ReturnType<typeof joined>>) =>
    void handle({ method: "notifications/cancelled", params: { requestId: 1 } }),
  "of a client that went away": ({ session }: Awaited<ReturnType<typeof joined>>) => session.close(),
};
for (const [how, end] of Object.entries(endings))
  test(`a call ${how} while its server is being found never reaches the server`, async () => {
    const routed = Promise.withResolvers<void>();
    const client = await joined(routed.promise);
    const reply = client.work();
    await end(client);
    routed.resolve();
    await turns();
    assert.deepEqual(client.channel.got("tools/call"), []);
    assert.deepEqual([reply.drops, reply.settled], [1, 1]);
  });
