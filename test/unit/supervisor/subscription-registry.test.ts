/** Tests the subscription registry: each client receives what it requested, whatever the other clients requested. */

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Client } from "../../../src/backend/call.ts";
import type { Era } from "../../../src/backend/era.ts";
import {
  type Filter,
  type Subscriber,
  SubscriptionRegistry,
} from "../../../src/supervisor/subscription-registry.ts";
import { cpuMsOf } from "../../support/cpu-time.ts";
import { message } from "../fakes.ts";

/** Records the messages it received. */
class Listener implements Subscriber {
  readonly era: Era;
  readonly principal = "local";
  readonly envelope = { capabilities: {}, clientInfo: undefined };
  readonly initializeParams = undefined;
  readonly received: string[] = [];

  constructor(era: Era) {
    this.era = era;
  }

  can(): boolean {
    return false;
  }

  push(text: string): void {
    this.received.push(text);
  }

  ask(): never {
    throw new Error("is not asked");
  }
}

const everyClient = () => true;
const noCallers = new Set<Client>();
const changed = (list: string) => message({ method: `notifications/${list}/list_changed` });
const updated = (uri: unknown) => message({ method: "notifications/resources/updated", params: { uri } });
const log = (level: unknown) => message({ method: "notifications/message", params: { level, data: "x" } });

function joined(registry: SubscriptionRegistry, era: Era, filter?: Filter): Listener {
  const listener = new Listener(era);
  registry.add(listener, filter);
  return listener;
}

test("a client with a session receives changes of every list, and a client without one only those it requested", () => {
  const registry = new SubscriptionRegistry();
  const session = joined(registry, "initialize");
  const tools = joined(registry, "stateless", { toolsListChanged: true });
  const prompts = joined(registry, "stateless", { promptsListChanged: true, toolsListChanged: false });
  const all = [changed("tools"), changed("prompts"), changed("resources")];
  for (const one of all) registry.notify(one, noCallers, everyClient);
  assert.deepEqual(
    session.received,
    all.map(({ text }) => text),
  );
  assert.deepEqual(tools.received, [changed("tools").text]);
  assert.deepEqual(prompts.received, [changed("prompts").text]);
});

test("an update reaches the clients that subscribed to that resource or one above it, until they unsubscribe", () => {
  const registry = new SubscriptionRegistry();
  const session = joined(registry, "initialize");
  const listener = joined(registry, "stateless", { resourceSubscriptions: ["file:///a/"] });
  registry.subscribe(session, "file:///a/b");
  for (const uri of ["file:///a/b", "file:///a/b/c", "file:///a/bc", "file:///a/", "file:///", 5])
    registry.notify(updated(uri), noCallers, everyClient);
  assert.deepEqual(session.received, [updated("file:///a/b").text, updated("file:///a/b/c").text]);
  assert.deepEqual(
    listener.received,
    ["file:///a/b", "file:///a/b/c", "file:///a/bc", "file:///a/"].map((uri) => updated(uri).text),
  );
  registry.unsubscribe(session, "file:///a/b");
  registry.notify(updated("file:///a/b/c"), noCallers, everyClient);
  assert.equal(session.received.length, 2);
});

test("the subscription to a resource ends when the last client unsubscribes", () => {
  const registry = new SubscriptionRegistry();
  const [a, b] = [joined(registry, "initialize"), joined(registry, "initialize")];
  for (const client of [a, b]) registry.subscribe(client, "u");
  registry.unsubscribe(a, "u");
  assert.equal(registry.isSubscribed("u", everyClient), true);
  assert.equal(
    registry.isSubscribed("u", (one) => one === a),
    false,
  );
  registry.unsubscribe(b, "u");
  assert.equal(registry.isSubscribed("u", everyClient), false);
});

test("each client receives logs from its own level on, and without a level a session receives all logs and other clients none", () => {
  const registry = new SubscriptionRegistry();
  const session = joined(registry, "initialize");
  const caller = joined(registry, "stateless", {});
  for (const level of ["debug", "emergency"]) registry.notify(log(level), noCallers, everyClient);
  assert.deepEqual([session.received.length, caller.received.length], [2, 0]);
  registry.setLevel(caller, "warning");
  assert.equal(registry.levelOf(caller), "warning");
  for (const level of ["debug", "info", "warning", "emergency", "odd"])
    registry.notify(log(level), noCallers, everyClient);
  assert.deepEqual(
    caller.received,
    ["warning", "emergency", "odd"].map((level) => log(level).text),
  );
  // The level of one client does not keep a session from receiving info and above.
  assert.deepEqual(
    session.received.slice(2),
    ["info", "warning", "emergency", "odd"].map((level) => log(level).text),
  );
});

test("the level of a client that has left does not apply to the other clients", () => {
  const registry = new SubscriptionRegistry();
  const session = joined(registry, "initialize");
  const caller = joined(registry, "stateless", {});
  registry.setLevel(caller, "debug");
  registry.remove(caller);
  // The instance still logs at that level.
  registry.notify(log("debug"), noCallers, everyClient);
  assert.deepEqual(session.received, []);
  registry.notify(log("info"), noCallers, everyClient);
  assert.equal(session.received.length, 1);
});

test("an unknown notification reaches the client with a call in flight, otherwise every session", () => {
  const registry = new SubscriptionRegistry();
  const session = joined(registry, "initialize");
  const other = joined(registry, "initialize");
  const listener = joined(registry, "stateless", { toolsListChanged: true });
  const news = message({ method: "notifications/news" });
  registry.notify(news, new Set([other]), everyClient);
  assert.deepEqual(
    [session, other, listener].map(({ received }) => received.length),
    [0, 1, 0],
  );
  registry.notify(news, new Set([session, other]), everyClient);
  assert.deepEqual(
    [session, other, listener].map(({ received }) => received.length),
    [1, 2, 0],
  );
});

test("the wanted subscriptions are the union of those of all attached clients", () => {
  const registry = new SubscriptionRegistry();
  const a = joined(registry, "initialize");
  const b = joined(registry, "stateless", { resourceSubscriptions: ["u", "v"] });
  const c = joined(registry, "initialize");
  registry.subscribe(a, "w");
  registry.setLevel(a, "error");
  registry.setLevel(b, "notice");
  registry.setLevel(c, "debug");
  assert.deepEqual(
    registry.wanted((client) => client !== c),
    { uris: new Set(["w", "u", "v"]), level: "notice" },
  );
  assert.deepEqual(registry.wanted((client) => client === b).uris, new Set(["u", "v"]));
  for (const client of [a, b, c]) registry.remove(client);
  assert.deepEqual(registry.wanted(everyClient), { uris: new Set(), level: undefined });
  assert.equal(registry.size, 0);
});

test("a client that is not attached to the instance receives nothing from it, and a client that never joined has no subscriptions", () => {
  const registry = new SubscriptionRegistry();
  const [a, b] = [joined(registry, "initialize"), joined(registry, "initialize")];
  registry.notify(changed("tools"), noCallers, (client) => client === b);
  assert.deepEqual([a.received.length, b.received.length], [0, 1]);
  const unknown = new Listener("initialize");
  registry.subscribe(unknown, "u");
  registry.setLevel(unknown, "debug");
  assert.deepEqual(registry.wanted(everyClient), { uris: new Set(), level: undefined });
});

test("the subscriptions of one client are bounded in number and in length, and a URI without a subscription costs little", () => {
  const registry = new SubscriptionRegistry();
  const [many, long] = [new Listener("initialize"), new Listener("initialize")];
  for (const client of [many, long]) registry.add(client);
  for (let n = 0; n < 10_000; n++) assert.ok(registry.subscribe(many, `item://${n}`));
  assert.equal(registry.subscribe(many, "item://more"), false);
  const uri = (n: number) => `item://${n}/${"x".repeat(1_500_000)}`;
  assert.deepEqual(
    [1, 2, 3, 2].map((n) => registry.subscribe(long, uri(n))),
    [true, true, false, true],
  );
  registry.unsubscribe(long, uri(1));
  assert.equal(registry.subscribe(long, uri(3)), true);
  const cpuMs = cpuMsOf(() => {
    for (let n = 0; n < 5_000; n++) registry.unsubscribe(long, `other://${n}`);
  });
  assert.ok(cpuMs < 1_000);
});
