/** Tests that a client gets the backend's answer to its subscriptions, and that clients of one instance share them. */

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Subscriber } from "../../../src/supervisor/subscription-registry.ts";
import { fakeServer, serverFixture } from "../fake-server.ts";
import { type FakeChannel, turns } from "../fakes.ts";

const uri = "file:///a";

function member(): Subscriber {
  return {
    era: "initialize",
    principal: "local",
    envelope: { capabilities: {}, clientInfo: undefined },
    initializeParams: undefined,
    can: () => false,
    push: () => undefined,
    ask: () => assert.fail("is not asked"),
  };
}

/** A running shared server with two clients. */
async function twoClients() {
  const { server, runtime } = fakeServer();
  const clients = [member(), member()] as const;
  for (const client of clients) server.join(client);
  const starting = server.start();
  await turns();
  const channel: FakeChannel = runtime.latest.up();
  await starting;
  return { server, runtime, clients, channel, subscriptions: server.subscriptions };
}

const answer = (channel: FakeChannel, method: string, how: object = { result: {} }) =>
  channel.emit({ id: channel.last(method).id, ...how });

test("two clients share one subscription, which ends with the last of them", async () => {
  const { subscriptions, clients, channel } = await twoClients();
  const both = clients.map((client) => subscriptions.subscribe(client, uri));
  answer(channel, "resources/subscribe");
  for (const one of await Promise.all(both)) assert.deepEqual(one?.json.result, {});
  assert.equal(channel.got("resources/subscribe").length, 1);
  assert.equal(await subscriptions.unsubscribe(clients[0], uri), undefined);
  assert.equal(channel.got("resources/unsubscribe").length, 0);
  const last = subscriptions.unsubscribe(clients[1], uri);
  answer(channel, "resources/unsubscribe");
  assert.deepEqual((await last)?.json.result, {});
});

test("a subscription that the backend refuses is not requested again at the next start", async () => {
  const { server, runtime, subscriptions, clients, channel } = await twoClients();
  const one = subscriptions.subscribe(clients[0], uri);
  answer(channel, "resources/subscribe", { error: { code: -32002, message: "no such resource" } });
  assert.equal((await one)?.json.error?.message, "no such resource");
  await server.stop();
  const starting = server.start();
  await turns();
  const next = runtime.latest.up();
  await starting;
  assert.deepEqual(next.got("resources/subscribe"), []);
});

test("a subscription at a sleeping server starts it, and is sent once", async () => {
  const { server, runtime } = fakeServer();
  const client = member();
  server.join(client);
  const one = server.subscriptions.subscribe(client, uri);
  await turns();
  const channel = runtime.latest.up();
  await turns();
  answer(channel, "resources/subscribe");
  assert.deepEqual((await one)?.json.result, {});
  assert.equal(channel.got("resources/subscribe").length, 1);
});

test("a subscription that did not reach the backend reaches its next instance, once", async (t) => {
  const { server, runtime, pass } = serverFixture(t);
  const client = member();
  server.join(client);
  const starting = server.start();
  await turns();
  const channel = runtime.latest.up();
  await starting;
  const one = server.subscriptions.subscribe(client, uri);
  channel.lose("resources/subscribe");
  channel.crash();
  await pass(1_000);
  const next = runtime.latest.up();
  await turns();
  answer(next, "resources/subscribe");
  assert.deepEqual((await one)?.json.result, {});
  assert.equal(next.got("resources/subscribe").length, 1);
});

test("the backend gets the lowest level of all clients, and an unknown level is refused", async () => {
  const { subscriptions, clients, channel } = await twoClients();
  const info = subscriptions.setLevel(clients[0], "info");
  answer(channel, "logging/setLevel");
  await info;
  assert.deepEqual((await subscriptions.setLevel(clients[1], "error"))?.json.result, {});
  const debug = subscriptions.setLevel(clients[1], "debug");
  await turns();
  answer(channel, "logging/setLevel");
  await debug;
  assert.deepEqual(
    channel.got("logging/setLevel").map(({ params }) => params?.["level"]),
    ["info", "debug"],
  );
  await assert.rejects(subscriptions.setLevel(clients[0], "loud"), { code: "invalid-params" });
});

test("a client that changes its level at a server that is not running does not start it", async () => {
  const { server, runtime } = fakeServer();
  const client = member();
  server.join(client);
  assert.equal(await server.subscriptions.setLevel(client, "info"), undefined);
  assert.equal(await server.subscriptions.unsubscribe(client, uri), undefined);
  assert.equal(runtime.starts.length, 0);
});
