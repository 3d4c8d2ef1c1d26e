/** Holds a session with all servers to what it promises when servers are taken away and clients change their minds. */

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Message } from "../../../src/connection/message.ts";
import { AggregateSession } from "../../../src/router/aggregate/aggregate-session.ts";
import type { Directory } from "../../../src/router/aggregate/directory.ts";
import type { Server } from "../../../src/supervisor/server.ts";
import { fakeServer, RecordedReply } from "../fake-server.ts";
import { forgetfulListings, message, turns } from "../fakes.ts";

/** A client of two servers of which the second one runs; all its calls go there. */
async function joined(routed: Promise<unknown> = Promise.resolve()) {
  const [one, other] = [fakeServer({ id: "one" }), fakeServer({ id: "other" })];
  let served: Server[] = [one.server, other.server];
  let reload = () => {};
  const directory = {
    listings: forgetfulListings(),
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
  const session = new AggregateSession(directory as unknown as Directory, "1", { push: () => undefined });
  const handle = (json: object, reply = new RecordedReply()) => {
    session.handle(message(json) as Message, reply);
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
  const work = () => handle({ id: 1, method: "tools/call", params: { name: "other__work" } });
  const remove = () => {
    served = [other.server];
    reload();
  };
  return { session, handle, work, channel, remove };
}

test("a server that is taken away leaves the questions of the others open", async () => {
  const { handle, work, channel, remove } = await joined();
  const reply = work();
  await turns();
  channel.say({ id: "q", method: "elicitation/create", params: { message: "Sure?" } });
  remove();
  await turns();
  assert.deepEqual(channel.answers(), []);
  handle({ id: reply.pushed[0]?.id, result: { action: "accept" } });
  assert.deepEqual(channel.answers(), [{ jsonrpc: "2.0", id: "q", result: { action: "accept" } }]);
});

const endings = {
  cancelled: async ({ handle }: Awaited<ReturnType<typeof joined>>) =>
    void handle({ method: "notifications/cancelled", params: { requestId: 1 } }),
  "of a client that went away": ({ session }: Awaited<ReturnType<typeof joined>>) => session.close(),
};
for (const [how, end] of Object.entries(endings))
  test(`a call ${how} while its server is looked for never reaches it`, async () => {
    const routed = Promise.withResolvers<void>();
    const client = await joined(routed.promise);
    const reply = client.work();
    await end(client);
    routed.resolve();
    await turns();
    assert.deepEqual(client.channel.got("tools/call"), []);
    assert.deepEqual([reply.drops, reply.settled], [1, 1]);
  });
