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
  readonly heard: string[] = [];

  constructor(era: Era) {
    this.era = era;
  }

  can(): boolean {
    return false;
  }

  push(text: string): void {
    this.heard.push(text);
  }

  ask(): never {
    throw new Error("is not asked");
  }
}

const everybody = () => true;
const nobodyCalls = new Set<Client>();
const changed = (list: string) => message({ method: `notifications/${list}/list_changed` });
const updated = (uri: unknown) => message({ method: "notifications/resources/updated", params: { uri } });
const log = (level: unknown) => message({ method: "notifications/message", params: { level, data: "x" } });

function joined(audience: SubscriptionRegistry, era: Era, filter?: Filter): Listener {
  const listener = new Listener(era);
  audience.add(listener, filter);
  return listener;
}

test("a client with a session receives changes of every list, and a client without one only those it requested", () => {
  const audience = new SubscriptionRegistry();
  const session = joined(audience, "initialize");
  const tools = joined(audience, "stateless", { toolsListChanged: true });
  const prompts = joined(audience, "stateless", { promptsListChanged: true, toolsListChanged: false });
  const all = [changed("tools"), changed("prompts"), changed("resources")];
  for (const one of all) audience.notify(one, nobodyCalls, everybody);
  assert.deepEqual(
    session.heard,
    all.map(({ text }) => text),
  );
  assert.deepEqual(tools.heard, [changed("tools").text]);
  assert.deepEqual(prompts.heard, [changed("prompts").text]);
});

test("an update reaches the clients that subscribed to that resource or one above it, until they unsubscribe", () => {
  const audience = new SubscriptionRegistry();
  const session = joined(audience, "initialize");
  const listener = joined(audience, "stateless", { resourceSubscriptions: ["file:///a/"] });
  audience.subscribe(session, "file:///a/b");
  for (const uri of ["file:///a/b", "file:///a/b/c", "file:///a/bc", "file:///a/", "file:///", 5])
    audience.notify(updated(uri), nobodyCalls, everybody);
  assert.deepEqual(session.heard, [updated("file:///a/b").text, updated("file:///a/b/c").text]);
  assert.deepEqual(
    listener.heard,
    ["file:///a/b", "file:///a/b/c", "file:///a/bc", "file:///a/"].map((uri) => updated(uri).text),
  );
  audience.unsubscribe(session, "file:///a/b");
  audience.notify(updated("file:///a/b/c"), nobodyCalls, everybody);
  assert.equal(session.heard.length, 2);
});

test("the subscription to a resource ends when the last client unsubscribes", () => {
  const audience = new SubscriptionRegistry();
  const [a, b] = [joined(audience, "initialize"), joined(audience, "initialize")];
  for (const member of [a, b]) audience.subscribe(member, "u");
  audience.unsubscribe(a, "u");
  assert.equal(audience.isSubscribed("u", everybody), true);
  assert.equal(
    audience.isSubscribed("u", (one) => one === a),
    false,
  );
  audience.unsubscribe(b, "u");
  assert.equal(audience.isSubscribed("u", everybody), false);
});

test("each client receives logs from its own level on, and without a level a session receives all logs and other clients none", () => {
  const audience = new SubscriptionRegistry();
  const session = joined(audience, "initialize");
  const caller = joined(audience, "stateless", {});
  for (const level of ["debug", "emergency"]) audience.notify(log(level), nobodyCalls, everybody);
  assert.deepEqual([session.heard.length, caller.heard.length], [2, 0]);
  audience.setLevel(caller, "warning");
  assert.equal(audience.levelOf(caller), "warning");
  for (const level of ["debug", "info", "warning", "emergency", "odd"])
    audience.notify(log(level), nobodyCalls, everybody);
  assert.deepEqual(
    caller.heard,
    ["warning", "emergency", "odd"].map((level) => log(level).text),
  );
  // The level of one client does not keep a session from receiving info and above.
  assert.deepEqual(
    session.heard.slice(2),
    ["info", "warning", "emergency", "odd"].map((level) => log(level).text),
  );
});

test("the level of a client that has left does not apply to the other clients", () => {
  const audience = new SubscriptionRegistry();
  const session = joined(audience, "initialize");
  const caller = joined(audience, "stateless", {});
  audience.setLevel(caller, "debug");
  audience.remove(caller);
  // The instance still logs at that level.
  audience.notify(log("debug"), nobodyCalls, everybody);
  assert.deepEqual(session.heard, []);
  audience.notify(log("info"), nobodyCalls, everybody);
  assert.equal(session.heard.length, 1);
});

test("an unknown notification reaches the client with a call in flight, otherwise every session", () => {
  const audience = new SubscriptionRegistry();
  const session = joined(audience, "initialize");
  const other = joined(audience, "initialize");
  const listener = joined(audience, "stateless", { toolsListChanged: true });
  const news = message({ method: "notifications/news" });
  audience.notify(news, new Set([other]), everybody);
  assert.deepEqual(
    [session, other, listener].map(({ heard }) => heard.length),
    [0, 1, 0],
  );
  audience.notify(news, new Set([session, other]), everybody);
  assert.deepEqual(
    [session, other, listener].map(({ heard }) => heard.length),
    [1, 2, 0],
  );
});

test("the wanted subscriptions are the union of those of all attached clients", () => {
  const audience = new SubscriptionRegistry();
  const a = joined(audience, "initialize");
  const b = joined(audience, "stateless", { resourceSubscriptions: ["u", "v"] });
  const c = joined(audience, "initialize");
  audience.subscribe(a, "w");
  audience.setLevel(a, "error");
  audience.setLevel(b, "notice");
  audience.setLevel(c, "debug");
  assert.deepEqual(
    audience.wanted((member) => member !== c),
    { uris: new Set(["w", "u", "v"]), level: "notice" },
  );
  assert.deepEqual(audience.wanted((member) => member === b).uris, new Set(["u", "v"]));
  for (const member of [a, b, c]) audience.remove(member);
  assert.deepEqual(audience.wanted(everybody), { uris: new Set(), level: undefined });
  assert.equal(audience.size, 0);
});

test("a client that is not attached to the instance receives nothing from it, and a client that never joined has no subscriptions", () => {
  const audience = new SubscriptionRegistry();
  const [a, b] = [joined(audience, "initialize"), joined(audience, "initialize")];
  audience.notify(changed("tools"), nobodyCalls, (member) => member === b);
  assert.deepEqual([a.heard.length, b.heard.length], [0, 1]);
  const stranger = new Listener("initialize");
  audience.subscribe(stranger, "u");
  audience.setLevel(stranger, "debug");
  assert.deepEqual(audience.wanted(everybody), { uris: new Set(), level: undefined });
});

test("the subscriptions of one client are bounded in number and in length, and a URI without a subscription costs little", () => {
  const audience = new SubscriptionRegistry();
  const [many, long] = [new Listener("initialize"), new Listener("initialize")];
  for (const member of [many, long]) audience.add(member);
  for (let n = 0; n < 10_000; n++) assert.ok(audience.subscribe(many, `item://${n}`));
  assert.equal(audience.subscribe(many, "item://more"), false);
  const uri = (n: number) => `item://${n}/${"x".repeat(1_500_000)}`;
  assert.deepEqual(
    [1, 2, 3, 2].map((n) => audience.subscribe(long, uri(n))),
    [true, true, false, true],
  );
  audience.unsubscribe(long, uri(1));
  assert.equal(audience.subscribe(long, uri(3)), true);
  const cpuMs = cpuMsOf(() => {
    for (let n = 0; n < 5_000; n++) audience.unsubscribe(long, `other://${n}`);
  });
  assert.ok(cpuMs < 1_000);
});
