/** Holds an instance's attunement to what it promises: it is told what its clients want, each change once, in its own era. */

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

/** An instance, what its clients want now, and who tells it. */
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

  /** Begins to tell; returns whether it is done. */
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

  /** The newest subscription is taken in. */
  async acknowledge(): Promise<void> {
    const { id } = this.channel.last("subscriptions/listen");
    this.channel.say({
      method: "notifications/subscriptions/acknowledged",
      params: { _meta: { [subscriptionId]: id } },
    });
    await turns();
  }

  /** What was asked by this method is taken in. */
  async answer(method: string): Promise<void> {
    for (const { id } of this.channel.got(method)) this.channel.say({ id, result: {} });
    await turns();
  }

  async end(answer: object, index = -1): Promise<void> {
    this.channel.say({ id: this.channel.got("subscriptions/listen").at(index)?.id, ...answer });
    await turns();
  }

  /** Which subscriptions were given up, oldest first. */
  givenUp(): number[] {
    const ids = this.channel.got("subscriptions/listen").map(({ id }) => id);
    return this.channel
      .got("notifications/cancelled")
      .map(({ params }) => ids.indexOf(params?.["requestId"] as number));
  }
}

test("initialize era: what is about the same is told one after the other, and all of it before one is told", async (t) => {
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

test("initialize era: only what has changed is told", async (t) => {
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

test("initialize era: what a client says itself is not said again", async (t) => {
  const told = await Told.open(t, "initialize");
  told.uris.add("a");
  told.level = "debug";
  told.attunement.markSubscribed("resources/subscribe", "a");
  told.attunement.markLevel("debug");
  told.update();
  assert.deepEqual(told.channel.got("resources/subscribe"), []);
  assert.deepEqual(told.channel.got("logging/setLevel"), []);
  told.uris.delete("a");
  told.attunement.markSubscribed("resources/unsubscribe", "a");
  told.update();
  assert.deepEqual(told.channel.got("resources/unsubscribe"), []);
});

test("initialize era: an instance that answers nothing, or an error, holds nobody up for ever", async (t) => {
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

test("stateless era: one subscription for all that may change and all that somebody listens to", async (t) => {
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

test("stateless era: nothing is asked for that the instance does not offer", async (t) => {
  const told = await Told.open(t, "stateless", { tools: { listChanged: true }, resources: {}, prompts: {} });
  told.uris.add("a");
  told.update();
  assert.deepEqual(told.filters(), [{ toolsListChanged: true }]);
});

test("stateless era: where there is nothing to ask for, nothing is asked", async (t) => {
  const told = await Told.open(t, "stateless", { tools: {} });
  const done = told.update();
  await turns();
  assert.deepEqual([done(), told.filters()], [true, []]);
});

test("stateless era: the new subscription stands before the old one is given up", async (t) => {
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

test("stateless era: one that is never confirmed is taken to stand after 3 s", async (t) => {
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

test("stateless era: a refused subscription is not asked for again, and costs nobody the one that stands", async (t) => {
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
  // Without what was refused, the one that stands is replaced as any other.
  told.uris.delete("odd");
  told.uris.add("b");
  told.update();
  await told.acknowledge();
  assert.deepEqual([told.filters().length, told.givenUp()], [3, [0]]);
});

test("stateless era: a subscription that ends by itself is asked for again a second later", async (t) => {
  const told = await Told.open(t, "stateless");
  told.update();
  await told.acknowledge();
  await told.end({ result: {} });
  await told.pass(900);
  assert.equal(told.filters().length, 1);
  await told.pass(200);
  assert.equal(told.filters().length, 2);
});

test("stateless era: one that was replaced is not asked for again", async (t) => {
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

test("stateless era: a subscription that nobody wants any more is given up", async (t) => {
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

test("closed, it tells nothing any more", async (t) => {
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

test("an instance that has ended is asked nothing", async (t) => {
  const told = await Told.open(t, "stateless");
  told.update();
  await told.acknowledge();
  told.connection.end(new GatewayError("server-ended", "it ended"));
  await told.pass(5_000);
  assert.equal(told.filters().length, 1);
});
