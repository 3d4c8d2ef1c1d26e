/** Tests the cache of servers' lists: each list is requested once, and is never older than the server's last notification. */

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { Entry } from "../../../../src/catalog/entry.ts";
import type { JsonRpc } from "../../../../src/jsonrpc/message.ts";
import { ListCache } from "../../../../src/router/lists/list-cache.ts";
import { launchKey } from "../../../../src/supervisor/launch-key.ts";
import { ManagedServer } from "../../../../src/supervisor/managed-server.ts";
import type { Subscriber } from "../../../../src/supervisor/subscription-registry.ts";
import { type FakeChannel, FakeRuntime, handTurnedTime, launch, message, turns } from "../../fakes.ts";

const tool = (name: string) => ({ name });
const item = (name: string) => JSON.stringify(tool(name));
const changed = "notifications/tools/list_changed";

function listing(
  t: TestContext,
  more: Partial<Entry> = {},
  afterWrite: () => Promise<void> = async () => undefined,
) {
  const pass = handTurnedTime(t);
  const entry: Entry = { id: "fake", runtime: { type: "local-process", command: "fake" }, ...more };
  const runtime = new FakeRuntime();
  const written: string[] = [];
  const listCache = new ListCache({
    read: async () => undefined,
    write: (_, { lists }) => {
      written.push(String(lists.tools));
      return afterWrite();
    },
  });
  const host = {
    defaults: { idleSeconds: 0, requestSeconds: 0, healthSeconds: 0, maxInstances: 10 },
    planLaunch: async (now: Entry) => ({
      kind: "ready" as const,
      launch,
      runtime,
      launchKey: launchKey(now),
    }),
    onStateChanged: () => undefined,
    onNotification: (one: ManagedServer, { json }: { json: JsonRpc }) => {
      if (json.method === changed) listCache.onListChanged(one, "tools");
    },
    log: () => undefined,
  };
  const server = new ManagedServer(entry, host, "1.0.0");
  const notified: unknown[] = [];
  const client: Subscriber = {
    era: "initialize",
    principal: "local",
    envelope: { capabilities: {}, clientInfo: undefined },
    initializeParams: undefined,
    can: () => false,
    push: (text) => void notified.push(JSON.parse(text).method),
    ask: () => assert.fail("is not asked"),
  };
  server.join(client);
  const up = async (capabilities: object = { tools: { listChanged: true } }): Promise<FakeChannel> => {
    const connecting = server.connect(client);
    await turns();
    const channel = runtime.latest.up();
    channel.capabilities = capabilities;
    await connecting;
    return channel;
  };
  const answer = async (channel: FakeChannel, names: string[], nextCursor?: string) => {
    const result = { tools: names.map(tool), ...(nextCursor !== undefined && { nextCursor }) };
    channel.emit({ id: channel.last("tools/list").id, result });
    await turns();
  };
  /** The current list, or `asking` while the server is asked. */
  const get = async () => {
    let listed: unknown = "asking";
    void listCache.get(server, "tools", 5_000).then((one) => {
      listed = one.kind === "listed" ? one.items : one.because;
    });
    await turns();
    return () => listed;
  };
  /** A client has requested the list itself. */
  const storeListed = async (names: string[], more: { cursor?: string; nextCursor?: string } = {}) => {
    const { cursor, nextCursor } = more;
    const request = message({ id: 1, method: "tools/list", params: cursor === undefined ? {} : { cursor } });
    const result = { tools: names.map(tool), ...(nextCursor !== undefined && { nextCursor }) };
    const list = { server, kind: "tools", era: "initialize" } as const;
    listCache.store(list, request.json, message({ id: 1, result }));
    await turns();
  };
  const asked = (channel: FakeChannel) => channel.got("tools/list").map(({ params }) => params?.["cursor"]);
  return { pass, listCache, server, runtime, notified, written, up, answer, get, storeListed, asked };
}

test("a list is requested once, page by page, for all that need it", async (t) => {
  const { up, get, answer, asked, written } = listing(t);
  const channel = await up();
  const [one, two] = [await get(), await get()];
  await answer(channel, ["a"], "more");
  await answer(channel, ["b"]);
  assert.deepEqual(
    [one(), two()],
    [
      [item("a"), item("b")],
      [item("a"), item("b")],
    ],
  );
  assert.deepEqual((await get())(), [item("a"), item("b")]);
  assert.deepEqual([asked(channel), written], [[undefined, "more"], [`${item("a")},${item("b")}`]]);
});

test("the cache is stored one write at a time, the newest last, and completely before the gateway ends", async (t) => {
  const afterWrite = Promise.withResolvers<void>();
  const { up, storeListed, listCache, written } = listing(t, {}, () => afterWrite.promise);
  await up();
  for (const name of ["a", "b", "c"]) await storeListed([name]);
  let closed = false;
  const closing = listCache.close().then(() => (closed = true));
  await turns();
  assert.deepEqual([written, closed], [[item("a")], false]);
  afterWrite.resolve();
  await closing;
  assert.deepEqual(written, [item("a"), item("c")]);
});

test("a list that has changed is requested again, and so is a list that changed during the request", async (t) => {
  const { up, get, answer, asked } = listing(t);
  const channel = await up();
  await get();
  channel.emit({ method: changed });
  await answer(channel, ["old"]);
  const again = await get();
  assert.equal(again(), "asking");
  await answer(channel, ["new"]);
  assert.deepEqual(again(), [item("new")]);
  assert.deepEqual((await get())(), [item("new")]);
  assert.equal(asked(channel).length, 2);
});

test("a server that does not notify of changes is asked each time, and a server without tools never", async (t) => {
  const silent = listing(t);
  const channel = await silent.up({ tools: {} });
  for (const name of ["a", "b"]) {
    const listed = await silent.get();
    await silent.answer(channel, [name]);
    assert.deepEqual(listed(), [item(name)]);
  }
  t.mock.reset();
  t.mock.timers.reset();
  const bare = listing(t);
  const none = await bare.up({ prompts: {} });
  assert.deepEqual([(await bare.get())(), bare.asked(none)], [[], []]);
});

test("a start requests each list that the server declares, once, even if no client has requested it", async (t) => {
  const { up, listCache, server, answer, asked, get } = listing(t);
  const channel = await up({ tools: { listChanged: true }, prompts: {} });
  void listCache.onServerStarted(server);
  await turns();
  assert.deepEqual([asked(channel), channel.got("prompts/list").length], [[undefined], 0]);
  await answer(channel, ["a"]);
  assert.equal(channel.got("prompts/list").length, 1);
  assert.equal(channel.got("resources/list").length, 0);
  assert.deepEqual((await get())(), [item("a")]);
  assert.equal(asked(channel).length, 1);
});

test("a list that a client received is stored if it was complete", async (t) => {
  const { up, get, storeListed, asked } = listing(t);
  const channel = await up();
  await storeListed(["a", "b"]);
  assert.deepEqual([(await get())(), asked(channel)], [[item("a"), item("b")], []]);
  await storeListed(["c"], { cursor: "more" });
  assert.deepEqual((await get())(), [item("a"), item("b")]);
});

test("a list of which a client received only one page is requested as a whole", async (t) => {
  const { up, get, storeListed, answer, asked } = listing(t);
  const channel = await up();
  await storeListed(["a"], { nextCursor: "more" });
  await answer(channel, ["a"], "more");
  await answer(channel, ["b"]);
  assert.deepEqual((await get())(), [item("a"), item("b")]);
  assert.deepEqual(asked(channel), [undefined, "more"]);
});

test("a slow server is not waited for, and the arrival of its list is reported", async (t) => {
  const { pass, listCache, up, get, answer } = listing(t);
  const arrived: string[] = [];
  listCache.lateLists.settled.on(({ method, hasNew }) => hasNew && arrived.push(method));
  const channel = await up();
  const listed = await get();
  await pass(5_010);
  assert.equal(listed(), "it is still starting, or slow to answer");
  assert.deepEqual(arrived, []);
  await answer(channel, ["a"]);
  assert.deepEqual([arrived, (await get())()], [["notifications/tools/list_changed"], [item("a")]]);
});

test("the list of a sleeping server comes from the cache, and its readers are notified when it turns out to differ", async (t) => {
  for (const [now, expected] of [
    [["a"], []],
    [["a", "b"], [changed]],
  ] as const) {
    const { listCache, server, notified, up, get, answer } = listing(t);
    const before = await up();
    await get();
    await answer(before, ["a"]);
    assert.equal(await listCache.cachedList(server, "tools", "initialize"), undefined);
    await server.stop();
    assert.deepEqual(await listCache.cachedList(server, "tools", "initialize"), [item("a")]);
    const after = await up();
    void listCache.onServerStarted(server);
    await turns();
    await answer(after, [...now]);
    assert.deepEqual(notified, expected);
    // There is not a second notification.
    void listCache.onServerStarted(server);
    await turns();
    assert.equal(after.got("tools/list").length, 1);
    t.mock.reset();
    t.mock.timers.reset();
  }
});

test("the cache has no list of a sleeping server whose list had changed before it slept, or that was removed", async (t) => {
  const { listCache, server, up, get, answer } = listing(t);
  const channel = await up();
  await get();
  await answer(channel, ["a"]);
  channel.emit({ method: changed });
  await server.stop();
  assert.equal(await listCache.cachedList(server, "tools", "initialize"), undefined);
  t.mock.reset();
  t.mock.timers.reset();
  const removed = listing(t);
  const other = await removed.up();
  await removed.get();
  await removed.answer(other, ["a"]);
  await removed.server.remove();
  assert.equal(await removed.listCache.cachedList(removed.server, "tools", "initialize"), undefined);
});

test("the cached list of one configuration is not used for another", async (t) => {
  const { listCache, server, up, get, answer } = listing(t);
  const channel = await up();
  await get();
  await answer(channel, ["a"]);
  await server.stop();
  server.update({ id: "fake", runtime: { type: "local-process", command: "other" } });
  assert.equal(await listCache.cachedList(server, "tools", "initialize"), undefined);
  assert.equal(await listCache.cachedHandshake(server, "initialize"), undefined);
});

test("a list of very many items in one page is accepted, and a list whose pages never end is given up in time", async (t) => {
  const { up, get, answer, asked } = listing(t);
  const channel = await up();
  const many = await get();
  await answer(
    channel,
    Array.from({ length: 300_000 }, (_, n) => `${n}`),
  );
  assert.equal((many() as string[]).length, 300_000);
  channel.emit({ method: changed });
  const endless = await get();
  const large = "x".repeat(12_000_000);
  while (asked(channel).length < 20 && !Array.isArray(endless())) {
    const before = asked(channel).length;
    await answer(channel, [`${large}${before}`], `more ${before}`);
    if (asked(channel).length === before) break;
  }
  assert.equal(asked(channel).length, 1 + 6);
});
