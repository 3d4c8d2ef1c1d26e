/** Tests which eras a server uses, and what it keeps for clients that have left. */

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Era } from "../../../src/backend/era.ts";
import type { Subscriber } from "../../../src/supervisor/subscription-registry.ts";
import { type ServerFixture, serverFixture } from "../fake-server.ts";
import { type FakeChannel, turns } from "../fakes.ts";

function member(era: Era, principal = "local"): Subscriber {
  return {
    era,
    principal,
    envelope: { capabilities: {}, clientInfo: undefined },
    initializeParams: undefined,
    can: () => false,
    push: () => undefined,
    ask: () => assert.fail("is not asked"),
  };
}

/** Connects the client. The backend that is started for it supports that era. */
async function connected({ server, runtime }: ServerFixture, client: Subscriber, speaks: Era) {
  const connecting = server.connect(client);
  await turns();
  const channel: FakeChannel = runtime.latest.up();
  channel.era = speaks;
  await connecting;
  return channel;
}

const first = (channel: FakeChannel) => channel.all()[0]?.method;

test("nothing of a client's own instance is kept when the client has left", async (t) => {
  const fixture = serverFixture(t, { instances: "session" });
  const client = member("initialize");
  fixture.server.join(client);
  await connected(fixture, client, "initialize");
  assert.equal(fixture.server.instanceCount, 1);
  await fixture.server.leave(client);
  assert.equal(fixture.server.instanceCount, 0);
  assert.equal(fixture.server.subscriptions.subscriberCount, 0);
});

test("a backend is contacted first in the era of its client, and later in the era that it was found to support", async (t) => {
  const fixture = serverFixture(t);
  const client = member("stateless");
  const before = await connected(fixture, client, "initialize");
  assert.equal(first(before), "server/discover");
  await fixture.server.stop();
  const after = await connected(fixture, client, "initialize");
  assert.equal(first(after), "initialize");
});

test("a backend that has been replaced by one of the other era starts all the same", async (t) => {
  for (const [era, other] of [
    ["initialize", "stateless"],
    ["stateless", "initialize"],
  ] as const) {
    const fixture = serverFixture(t);
    const client = member(other);
    await connected(fixture, client, era);
    await fixture.server.stop();
    await connected(fixture, client, other);
    assert.equal(fixture.server.lastHandshake?.era, other);
    t.mock.reset();
    t.mock.timers.reset();
  }
});

test("clients of both eras share one process, and a remote backend has a connection for each era", async (t) => {
  const one = serverFixture(t);
  await connected(one, member("initialize"), "initialize");
  await one.server.connect(member("stateless"));
  assert.equal(one.runtime.starts.length, 1);
  t.mock.reset();
  t.mock.timers.reset();
  const two = serverFixture(t, { runtime: { type: "remote-sse", url: "http://fake.example/mcp" } });
  for (const era of ["initialize", "stateless"] as const) await connected(two, member(era), era);
  assert.equal(two.runtime.starts.length, 2);
  assert.deepEqual(
    (["initialize", "stateless"] as const).map((era) => two.server.lastHandshakeIn(era)?.era),
    ["initialize", "stateless"],
  );
});

test("a backend of the initialize era that ends at another first message is started again, and gets an initialize request", async (t) => {
  const { server, runtime } = serverFixture(t);
  const connecting = server.connect(member("stateless"));
  await turns();
  runtime.latest.up(true).crash("odd message");
  await turns();
  assert.equal(runtime.starts.length, 2);
  const again = runtime.latest.up();
  await connecting;
  assert.deepEqual(
    again.all().map(({ method }) => method),
    ["initialize", "notifications/initialized"],
  );
});

test("a server that cannot be started is not tried in another era", async (t) => {
  const { server, runtime } = serverFixture(t);
  const connecting = server.connect(member("stateless"));
  await turns();
  runtime.latest.fail(new Error("no such file"));
  await assert.rejects(connecting, /no such file/);
  assert.equal(runtime.starts.length, 1);
});

test("of a restart and a stop the later request counts", async (t) => {
  const { server, runtime } = serverFixture(t);
  const starting = server.start();
  await turns();
  const channel = runtime.latest.up();
  await starting;
  channel.stubborn = true;
  const overtaken = assert.rejects(server.restart(), /stopped while restarting/);
  await turns();
  const stopped = server.stop();
  channel.exit({ kind: "stopped" });
  await Promise.all([overtaken, stopped]);
  assert.equal(server.state.kind, "stopped");
  assert.equal(runtime.starts.length, 1);

  const last = server.restart();
  await turns();
  runtime.latest.up();
  await last;
  assert.equal(server.state.kind, "running");
});

test("two simultaneous requests for a restart cause one restart", async (t) => {
  const { server, runtime } = serverFixture(t);
  const both = Promise.all([server.restart(), server.restart()]);
  await turns();
  runtime.latest.up();
  await both;
  assert.equal(runtime.starts.length, 1);
});

test("a client that opens instance after instance ends its own instances, and not those of another client", async (t) => {
  const fixture = serverFixture(t, { instances: "session" });
  const owner = member("initialize", "owner");
  await connected(fixture, owner, "initialize");
  await fixture.pass(60_000);
  for (let n = 0; n < 9; n++) await connected(fixture, member("initialize", "flood"), "initialize");
  await assert.rejects(fixture.server.connect(member("initialize", "flood")), /maximum of 10 instances/);
  assert.ok(fixture.server.ready(owner));
  await fixture.pass(60_000);
  for (let n = 0; n < 5; n++) await connected(fixture, member("initialize", "flood"), "initialize");
  assert.ok(fixture.server.ready(owner));
});
