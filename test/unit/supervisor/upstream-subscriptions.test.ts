/**
 * Tests upstream subscriptions: an instance receives the combined subscriptions of its clients, each change
 * once, in its own era.
 */

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { BackendSession } from "../../../src/backend/backend-session.ts";
import type { Era } from "../../../src/backend/era.ts";
import { GatewayError } from "../../../src/base/errors.ts";
import { UpstreamSubscriptions } from "../../../src/supervisor/upstream-subscriptions.ts";
import { FakeChannel, handTurnedTime, turns } from "../fakes.ts";

const everything = {
  tools: { listChanged: true },
  prompts: { listChanged: true },
  resources: { listChanged: true, subscribe: true },
};
const allLists = { toolsListChanged: true, promptsListChanged: true, resourcesListChanged: true };
const subscriptionId = "io.modelcontextprotocol/subscriptionId";

/** An instance, the current subscriptions of its clients, and the object that sends them. */
class Told {
  readonly uris = new Set<string>();
  level: string | undefined;
  readonly channel: FakeChannel;
  readonly connection: BackendSession;
  readonly attunement: UpstreamSubscriptions;
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
    this.attunement = new UpstreamSubscriptions(
      this.connection,
      () => ({ uris: this.uris, level: this.level }),
      () => 0,
    );
  }

  static async open(t: TestContext, era: Era, capabilities: object = everything): Promise<Told> {
    const told = new Told(t, era, capabilities);
    await told.connection.open(told.channel, { eras: [era], initializeParams: "{}" });
    return told;
  }

  /** Begins an update. Returns whether it is done. */
  update(): () => boolean {
    let done = false;
    void this.attunement.update().then(() => {
      done = true;
    });
    return () => done;
  }

  asked(method: string): unknown[] {
    return this.channel.got(method).map(({ params }) => params?.["uri"] ?? params?.["level"]);
  }

  filters(): unknown[] {
    return this.channel.got("subscriptions/listen").map(({ params }) => params?.["notifications"]);
  }

  /** The instance acknowledges the newest subscription. */
  async acknowledge(): Promise<void> {
    const { id } = this.channel.last("subscriptions/listen");
    this.channel.say({
      method: "notifications/subscriptions/acknowledged",
      params: { _meta: { [subscriptionId]: id } },
    });
    await turns();
  }

  /** The instance answers all requests of this method. */
  async answer(method: string): Promise<void> {
    for (const { id } of this.channel.got(method)) this.channel.say({ id, result: {} });
    await turns();
  }

  async end(answer: object, index = -1): Promise<void> {
    this.channel.say({ id: this.channel.got("subscriptions/listen").at(index)?.id, ...answer });
    await turns();
  }

  /** The cancelled subscriptions, oldest first. */
  givenUp(): number[] {
    const ids = this.channel.got("subscriptions/listen").map(({ id }) => id);
    return this.channel
      .got("notifications/cancelled")
      .map(({ params }) => ids.indexOf(params?.["requestId"] as number));
  }
}

test("initialize era: changes of the same setting are sent one after the other, and an update is done when all are sent", async (t) => {
  const told = await Told.open(t, "initialize");
  told.level = "info";
  told.update();
  told.level = "debug";
  told.uris.add("a");
  const done = told.update();
  assert.deepEqual([told.asked("resources/subscribe"), told.asked("logging/setLevel")], [["a"], ["info"]]);
  await told.answer("resources/subscribe");
  const again = told.update();
  await told.answer("logging/setLevel");
  assert.deepEqual(told.asked("logging/setLevel"), ["info", "debug"]);
  assert.deepEqual([done(), again()], [false, false]);
  await told.answer("logging/setLevel");
  assert.deepEqual([done(), again()], [true, true]);
});

const refused = { error: { code: -32602, message: "no such resource" } };

test("initialize era: only changes are sent", async (t) => {
  const told = await Told.open(t, "initialize");
  told.uris.add("a").add("b");
  told.level = "info";
  told.update();
  told.update();
  assert.deepEqual(
    [told.asked("resources/subscribe"), told.asked("logging/setLevel")],
    [["a", "b"], ["info"]],
  );
  await told.answer("resources/subscribe");
  told.uris.delete("a");
  told.uris.add("c");
  told.level = undefined;
  told.update();
  assert.deepEqual(told.asked("resources/subscribe"), ["a", "b", "c"]);
  assert.deepEqual(told.asked("resources/unsubscribe"), ["a"]);
  assert.deepEqual(told.asked("logging/setLevel"), ["info"]);
});

test("initialize era: a client gets the answer of the backend, and an accepted request is sent once", async (t) => {
  const told = await Told.open(t, "initialize");
  told.uris.add("a");
  told.level = "debug";
  const both = [told.attunement.subscribe("a"), told.attunement.subscribe("a")];
  const level = told.attunement.setLevel("debug");
  told.update();
  assert.deepEqual([told.asked("resources/subscribe"), told.asked("logging/setLevel")], [["a"], ["debug"]]);
  told.channel.say({ id: told.channel.last("resources/subscribe").id, result: { own: 1 } });
  await told.answer("logging/setLevel");
  for (const answer of both) assert.deepEqual((await answer)?.json.result, { own: 1 });
  assert.deepEqual((await level)?.json.result, {});
  told.uris.delete("a");
  const ended = told.attunement.unsubscribe("a");
  told.update();
  await told.answer("resources/unsubscribe");
  assert.deepEqual((await ended)?.json.result, {});
  assert.deepEqual(told.asked("resources/unsubscribe"), ["a"]);
});

test("initialize era: a refused subscription is sent again for a client, and not by an update", async (t) => {
  const told = await Told.open(t, "initialize");
  told.uris.add("a");
  const first = told.attunement.subscribe("a");
  told.channel.say({ id: told.channel.last("resources/subscribe").id, ...refused });
  assert.ok((await first)?.json.error);
  await turns();
  told.update();
  assert.equal(told.asked("resources/subscribe").length, 1);
  void told.attunement.subscribe("a");
  assert.equal(told.asked("resources/subscribe").length, 2);
});

test("initialize era: an instance that answers nothing, or an error, does not block an update for ever", async (t) => {
  const told = await Told.open(t, "initialize");
  told.uris.add("a");
  const done = told.update();
  await told.pass(2_900);
  assert.equal(done(), false);
  await told.pass(200);
  assert.equal(done(), true);
  told.uris.add("b");
  const refusedNow = told.update();
  told.channel.say({ id: told.channel.last("resources/subscribe").id, ...refused });
  await turns();
  assert.equal(refusedNow(), true);
});

test("stateless era: one subscription covers all lists and all subscribed resources", async (t) => {
  const told = await Told.open(t, "stateless");
  told.uris.add("b").add("a");
  const done = told.update();
  assert.deepEqual(told.filters(), [{ ...allLists, resourceSubscriptions: ["a", "b"] }]);
  assert.equal(done(), false);
  await told.acknowledge();
  assert.equal(done(), true);
  told.update();
  assert.equal(told.filters().length, 1);
});

test("stateless era: a subscription contains only notifications that the instance offers", async (t) => {
  const told = await Told.open(t, "stateless", { tools: { listChanged: true }, resources: {}, prompts: {} });
  told.uris.add("a");
  told.update();
  assert.deepEqual(told.filters(), [{ toolsListChanged: true }]);
});

test("stateless era: no subscription is requested if the instance offers no notifications", async (t) => {
  const told = await Told.open(t, "stateless", { tools: {} });
  const done = told.update();
  await turns();
  assert.deepEqual([done(), told.filters()], [true, []]);
});

test("stateless era: the new subscription is confirmed before the old one is cancelled", async (t) => {
  const told = await Told.open(t, "stateless");
  told.update();
  await told.acknowledge();
  told.uris.add("a");
  told.update();
  assert.equal(told.filters().length, 2);
  assert.deepEqual(told.givenUp(), []);
  await told.acknowledge();
  assert.deepEqual(told.givenUp(), [0]);
});

test("stateless era: a subscription that is never confirmed counts as confirmed after 3 s", async (t) => {
  const told = await Told.open(t, "stateless");
  told.update();
  await told.acknowledge();
  told.uris.add("a");
  const done = told.update();
  await told.pass(2_900);
  assert.deepEqual([done(), told.givenUp()], [false, []]);
  await told.pass(200);
  assert.deepEqual([done(), told.givenUp()], [true, [0]]);
});

test("stateless era: a refused subscription is not requested again, and the current one stays", async (t) => {
  const told = await Told.open(t, "stateless");
  told.update();
  await told.acknowledge();
  told.uris.add("odd");
  const done = told.update();
  await told.end(refused);
  assert.deepEqual([done(), told.givenUp()], [true, []]);
  told.update();
  await told.pass(5_000);
  assert.equal(told.filters().length, 2);
  // Without the refused URI, the current subscription is replaced as any other.
  told.uris.delete("odd");
  told.uris.add("b");
  told.update();
  await told.acknowledge();
  assert.deepEqual([told.filters().length, told.givenUp()], [3, [0]]);
});

test("stateless era: a subscription that ends by itself is requested again a second later", async (t) => {
  const told = await Told.open(t, "stateless");
  told.update();
  await told.acknowledge();
  await told.end({ result: {} });
  await told.pass(900);
  assert.equal(told.filters().length, 1);
  await told.pass(200);
  assert.equal(told.filters().length, 2);
});

test("stateless era: a replaced subscription is not requested again", async (t) => {
  const told = await Told.open(t, "stateless");
  told.update();
  await told.acknowledge();
  told.uris.add("a");
  told.update();
  await told.acknowledge();
  await told.end({ result: {} }, 0);
  await told.pass(5_000);
  assert.equal(told.filters().length, 2);
});

test("stateless era: a subscription without subscribers is cancelled", async (t) => {
  const told = await Told.open(t, "stateless", { resources: { subscribe: true } });
  told.uris.add("a");
  told.update();
  await told.acknowledge();
  told.uris.clear();
  told.update();
  assert.deepEqual(told.givenUp(), [0]);
  told.uris.add("a");
  told.update();
  assert.equal(told.filters().length, 2);
});

test("a closed object sends no more subscriptions", async (t) => {
  const told = await Told.open(t, "stateless");
  told.update();
  await told.acknowledge();
  await told.end({ result: {} });
  told.attunement.close();
  await told.pass(5_000);
  told.uris.add("a");
  told.update();
  assert.equal(told.filters().length, 1);
});

test("an instance that has ended receives no requests", async (t) => {
  const told = await Told.open(t, "stateless");
  told.update();
  await told.acknowledge();
  told.connection.end(new GatewayError("server-ended", "it ended"));
  await told.pass(5_000);
  assert.equal(told.filters().length, 1);
});
