/**
 * Tests upstream subscriptions: an instance receives the combined subscriptions of its clients, each change
 * once, in its own era.
 */

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { BackendSession } from "../../../src/backend/backend-session.ts";
import type { Era } from "../../../src/backend/era.ts";
import { GatewayError } from "../../../src/base/errors.ts";
import { BackendSubscriptions } from "../../../src/supervisor/backend-subscriptions.ts";
import { FakeChannel, handTurnedTime, turns } from "../fakes.ts";

const everything = {
  tools: { listChanged: true },
  prompts: { listChanged: true },
  resources: { listChanged: true, subscribe: true },
};
const allLists = { toolsListChanged: true, promptsListChanged: true, resourcesListChanged: true };
const subscriptionId = "io.modelcontextprotocol/subscriptionId";

/** An instance, the current subscriptions of its clients, and the object that sends them. */
class FakeUpstream {
  readonly uris = new Set<string>();
  level: string | undefined;
  readonly channel: FakeChannel;
  readonly connection: BackendSession;
  readonly subscriptions: BackendSubscriptions;
  readonly pass: (ms: number) => Promise<void>;

  constructor(t: TestContext, era: Era, capabilities: object) {
    this.pass = handTurnedTime(t);
    this.connection = new BackendSession(
      { notification: () => undefined, idle: () => undefined },
      {
        own: { capabilities: {}, clientInfo: { name: "gateway", version: "1" } },
        server: "fake",
        log: () => undefined,
      },
    );
    this.channel = new FakeChannel(this.connection);
    this.channel.era = era;
    this.channel.capabilities = capabilities;
    this.subscriptions = new BackendSubscriptions(
      this.connection,
      () => ({ uris: this.uris, level: this.level }),
      () => 0,
    );
  }

  static async open(t: TestContext, era: Era, capabilities: object = everything): Promise<FakeUpstream> {
    const upstream = new FakeUpstream(t, era, capabilities);
    await upstream.connection.open(upstream.channel, { eras: [era], initializeParams: "{}" });
    return upstream;
  }

  /** Begins an update. Returns whether it is done. */
  update(): () => boolean {
    let done = false;
    void this.subscriptions.update().then(() => {
      done = true;
    });
    return () => done;
  }

  requested(method: string): unknown[] {
    return this.channel.got(method).map(({ params }) => params?.["uri"] ?? params?.["level"]);
  }

  filters(): unknown[] {
    return this.channel.got("subscriptions/listen").map(({ params }) => params?.["notifications"]);
  }

  /** The instance acknowledges the newest subscription. */
  async acknowledge(): Promise<void> {
    const { id } = this.channel.last("subscriptions/listen");
    this.channel.emit({
      method: "notifications/subscriptions/acknowledged",
      params: { _meta: { [subscriptionId]: id } },
    });
    await turns();
  }

  /** The instance answers all requests of this method. */
  async answer(method: string): Promise<void> {
    for (const { id } of this.channel.got(method)) this.channel.emit({ id, result: {} });
    await turns();
  }

  async end(answer: object, index = -1): Promise<void> {
    this.channel.emit({ id: this.channel.got("subscriptions/listen").at(index)?.id, ...answer });
    await turns();
  }

  /** The cancelled subscriptions, oldest first. */
  cancelled(): number[] {
    const ids = this.channel.got("subscriptions/listen").map(({ id }) => id);
    return this.channel
      .got("notifications/cancelled")
      .map(({ params }) => ids.indexOf(params?.["requestId"] as number));
  }
}

test("initialize era: changes of the same setting are sent one after the other, and an update is done when all are sent", async (t) => {
  const upstream = await FakeUpstream.open(t, "initialize");
  upstream.level = "info";
  upstream.update();
  upstream.level = "debug";
  upstream.uris.add("a");
  const done = upstream.update();
  assert.deepEqual(
    [upstream.requested("resources/subscribe"), upstream.requested("logging/setLevel")],
    [["a"], ["info"]],
  );
  await upstream.answer("resources/subscribe");
  const again = upstream.update();
  await upstream.answer("logging/setLevel");
  assert.deepEqual(upstream.requested("logging/setLevel"), ["info", "debug"]);
  assert.deepEqual([done(), again()], [false, false]);
  await upstream.answer("logging/setLevel");
  assert.deepEqual([done(), again()], [true, true]);
});

const refused = { error: { code: -32602, message: "no such resource" } };

test("initialize era: only changes are sent", async (t) => {
  const upstream = await FakeUpstream.open(t, "initialize");
  upstream.uris.add("a").add("b");
  upstream.level = "info";
  upstream.update();
  upstream.update();
  assert.deepEqual(
    [upstream.requested("resources/subscribe"), upstream.requested("logging/setLevel")],
    [["a", "b"], ["info"]],
  );
  await upstream.answer("resources/subscribe");
  upstream.uris.delete("a");
  upstream.uris.add("c");
  upstream.level = undefined;
  upstream.update();
  assert.deepEqual(upstream.requested("resources/subscribe"), ["a", "b", "c"]);
  assert.deepEqual(upstream.requested("resources/unsubscribe"), ["a"]);
  assert.deepEqual(upstream.requested("logging/setLevel"), ["info"]);
});

test("initialize era: a client gets the answer of the backend, and an accepted request is sent once", async (t) => {
  const upstream = await FakeUpstream.open(t, "initialize");
  upstream.uris.add("a");
  upstream.level = "debug";
  const both = [upstream.subscriptions.subscribe("a"), upstream.subscriptions.subscribe("a")];
  const level = upstream.subscriptions.setLevel("debug");
  upstream.update();
  assert.deepEqual(
    [upstream.requested("resources/subscribe"), upstream.requested("logging/setLevel")],
    [["a"], ["debug"]],
  );
  upstream.channel.emit({ id: upstream.channel.last("resources/subscribe").id, result: { own: 1 } });
  await upstream.answer("logging/setLevel");
  for (const answer of both) assert.deepEqual((await answer)?.json.result, { own: 1 });
  assert.deepEqual((await level)?.json.result, {});
  upstream.uris.delete("a");
  const ended = upstream.subscriptions.unsubscribe("a");
  upstream.update();
  await upstream.answer("resources/unsubscribe");
  assert.deepEqual((await ended)?.json.result, {});
  assert.deepEqual(upstream.requested("resources/unsubscribe"), ["a"]);
});

test("initialize era: a refused subscription is sent again for a client, and not by an update", async (t) => {
  const upstream = await FakeUpstream.open(t, "initialize");
  upstream.uris.add("a");
  const first = upstream.subscriptions.subscribe("a");
  upstream.channel.emit({ id: upstream.channel.last("resources/subscribe").id, ...refused });
  assert.ok((await first)?.json.error);
  await turns();
  upstream.update();
  assert.equal(upstream.requested("resources/subscribe").length, 1);
  void upstream.subscriptions.subscribe("a");
  assert.equal(upstream.requested("resources/subscribe").length, 2);
});

test("initialize era: an instance that answers nothing, or an error, does not block an update for ever", async (t) => {
  const upstream = await FakeUpstream.open(t, "initialize");
  upstream.uris.add("a");
  const done = upstream.update();
  await upstream.pass(2_900);
  assert.equal(done(), false);
  await upstream.pass(200);
  assert.equal(done(), true);
  upstream.uris.add("b");
  const refusedNow = upstream.update();
  upstream.channel.emit({ id: upstream.channel.last("resources/subscribe").id, ...refused });
  await turns();
  assert.equal(refusedNow(), true);
});

test("stateless era: one subscription covers all lists and all subscribed resources", async (t) => {
  const upstream = await FakeUpstream.open(t, "stateless");
  upstream.uris.add("b").add("a");
  const done = upstream.update();
  assert.deepEqual(upstream.filters(), [{ ...allLists, resourceSubscriptions: ["a", "b"] }]);
  assert.equal(done(), false);
  await upstream.acknowledge();
  assert.equal(done(), true);
  upstream.update();
  assert.equal(upstream.filters().length, 1);
});

test("stateless era: a subscription contains only notifications that the instance offers", async (t) => {
  const upstream = await FakeUpstream.open(t, "stateless", {
    tools: { listChanged: true },
    resources: {},
    prompts: {},
  });
  upstream.uris.add("a");
  upstream.update();
  assert.deepEqual(upstream.filters(), [{ toolsListChanged: true }]);
});

test("stateless era: no subscription is requested if the instance offers no notifications", async (t) => {
  const upstream = await FakeUpstream.open(t, "stateless", { tools: {} });
  const done = upstream.update();
  await turns();
  assert.deepEqual([done(), upstream.filters()], [true, []]);
});

test("stateless era: the new subscription is confirmed before the old one is cancelled", async (t) => {
  const upstream = await FakeUpstream.open(t, "stateless");
  upstream.update();
  await upstream.acknowledge();
  upstream.uris.add("a");
  upstream.update();
  assert.equal(upstream.filters().length, 2);
  assert.deepEqual(upstream.cancelled(), []);
  await upstream.acknowledge();
  assert.deepEqual(upstream.cancelled(), [0]);
});

test("stateless era: a subscription that is never confirmed counts as confirmed after 3 s", async (t) => {
  const upstream = await FakeUpstream.open(t, "stateless");
  upstream.update();
  await upstream.acknowledge();
  upstream.uris.add("a");
  const done = upstream.update();
  await upstream.pass(2_900);
  assert.deepEqual([done(), upstream.cancelled()], [false, []]);
  await upstream.pass(200);
  assert.deepEqual([done(), upstream.cancelled()], [true, [0]]);
});

test("stateless era: a refused subscription is not requested again, and the current one stays", async (t) => {
  const upstream = await FakeUpstream.open(t, "stateless");
  upstream.update();
  await upstream.acknowledge();
  upstream.uris.add("odd");
  const done = upstream.update();
  await upstream.end(refused);
  assert.deepEqual([done(), upstream.cancelled()], [true, []]);
  upstream.update();
  await upstream.pass(5_000);
  assert.equal(upstream.filters().length, 2);
  // Without the refused URI, the current subscription is replaced as any other.
  upstream.uris.delete("odd");
  upstream.uris.add("b");
  upstream.update();
  await upstream.acknowledge();
  assert.deepEqual([upstream.filters().length, upstream.cancelled()], [3, [0]]);
});

test("stateless era: a subscription that ends by itself is requested again a second later", async (t) => {
  const upstream = await FakeUpstream.open(t, "stateless");
  upstream.update();
  await upstream.acknowledge();
  await upstream.end({ result: {} });
  await upstream.pass(900);
  assert.equal(upstream.filters().length, 1);
  await upstream.pass(200);
  assert.equal(upstream.filters().length, 2);
});

test("stateless era: a replaced subscription is not requested again", async (t) => {
  const upstream = await FakeUpstream.open(t, "stateless");
  upstream.update();
  await upstream.acknowledge();
  upstream.uris.add("a");
  upstream.update();
  await upstream.acknowledge();
  await upstream.end({ result: {} }, 0);
  await upstream.pass(5_000);
  assert.equal(upstream.filters().length, 2);
});

test("stateless era: a subscription without subscribers is cancelled", async (t) => {
  const upstream = await FakeUpstream.open(t, "stateless", { resources: { subscribe: true } });
  upstream.uris.add("a");
  upstream.update();
  await upstream.acknowledge();
  upstream.uris.clear();
  upstream.update();
  assert.deepEqual(upstream.cancelled(), [0]);
  upstream.uris.add("a");
  upstream.update();
  assert.equal(upstream.filters().length, 2);
});

test("a closed object sends no more subscriptions", async (t) => {
  const upstream = await FakeUpstream.open(t, "stateless");
  upstream.update();
  await upstream.acknowledge();
  await upstream.end({ result: {} });
  upstream.subscriptions.close();
  await upstream.pass(5_000);
  upstream.uris.add("a");
  upstream.update();
  assert.equal(upstream.filters().length, 1);
});

test("an instance that has ended receives no requests", async (t) => {
  const upstream = await FakeUpstream.open(t, "stateless");
  upstream.update();
  await upstream.acknowledge();
  upstream.connection.end(new GatewayError("server-ended", "it ended"));
  await upstream.pass(5_000);
  assert.equal(upstream.filters().length, 1);
});
