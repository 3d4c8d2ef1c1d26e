/** Tests the list of all servers: every item once, page by page, whatever happens to other servers meanwhile. */

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Entry } from "../../../../src/catalog/entry.ts";
import { AggregateLists } from "../../../../src/router/aggregate/aggregate-lists.ts";
import type { ListCache } from "../../../../src/router/lists/list-cache.ts";
import { ManagedServer } from "../../../../src/supervisor/managed-server.ts";

function server(id: string, more: Partial<Entry> = {}): ManagedServer {
  const defaults = { idleSeconds: 0, requestSeconds: 0, healthSeconds: 0, maxInstances: 1 };
  const prepare = async () => ({ kind: "misconfigured", because: "never started here" }) as const;
  const host = {
    defaults,
    planLaunch: prepare,
    onStateChanged: () => undefined,
    onNotification: () => undefined,
    log: () => undefined,
  };
  return new ManagedServer({ id, runtime: { type: "local-process", command: "x" }, ...more }, host, "1");
}

const tools = (count: number, prefix = "t") =>
  Array.from({ length: count }, (_, n) => JSON.stringify({ name: `${prefix}${n}` }));

/** Servers that list the items of `lists`. Servers that are not in it are missing. */
function indexOf(ids: string[], lists: Map<string, string[]>, more: Record<string, Partial<Entry>> = {}) {
  const all = ids.map((id) => server(id, more[id]));
  const listCache = {
    get: async ({ id }: ManagedServer) => {
      const items = lists.get(id);
      return items ? { kind: "listed", items } : { kind: "missing", because: "it is slow" };
    },
    membersOf: () => undefined,
  } as unknown as ListCache;
  return new AggregateLists({
    version: "1",
    listCache,
    servers: () => all,
    server: (id) => all.find((one) => one.id === id),
    onReload: () => () => undefined,
  });
}

const names = (items: readonly string[]) => items.map((item) => JSON.parse(item).name as string);

test("every item of every server is listed once, a thousand on a page", async () => {
  const counts = { a: 999, b: 1_001, c: 0, d: 1_500 };
  const lists = new Map(Object.entries(counts).map(([id, count]) => [id, tools(count)]));
  const all = indexOf([...lists.keys()], lists);
  const seen: string[] = [];
  const sizes: number[] = [];
  let cursor: string | undefined;
  do {
    const page = await all.list("tools", cursor, "initialize");
    seen.push(...names(page.items));
    sizes.push(page.items.length);
    cursor = page.nextCursor;
    assert.ok(sizes.length < 10, "it goes on for ever");
  } while (cursor !== undefined);
  assert.deepEqual(sizes, [1_000, 1_000, 1_000, 500]);
  assert.deepEqual(
    seen,
    Object.entries(counts).flatMap(([id, count]) => Array.from({ length: count }, (_, n) => `${id}__t${n}`)),
  );
});

test("a full page that is the last one has no cursor", async () => {
  const page = await indexOf(["a"], new Map([["a", tools(1_000)]])).list("tools", undefined, "initialize");
  assert.deepEqual([page.items.length, page.nextCursor], [1_000, undefined]);
});

test("a cursor stays valid when servers before it and after it change", async () => {
  const lists = new Map([
    ["a", tools(600)],
    ["b", tools(600)],
    ["c", tools(10)],
  ]);
  const all = indexOf(["a", "b", "c"], lists);
  const { nextCursor } = await all.list("tools", undefined, "initialize");
  lists.set("a", tools(5));
  lists.set("c", tools(20));
  const next = names((await all.list("tools", nextCursor, "initialize")).items);
  assert.deepEqual([next[0], next.length], ["b__t400", 220]);
});

test("a server whose list became shorter or is missing does not hide items of the next server", async () => {
  const lists = new Map([
    ["a", tools(1_500)],
    ["b", tools(10)],
  ]);
  const all = indexOf(["a", "b"], lists);
  const { nextCursor } = await all.list("tools", undefined, "initialize");
  const expected = Array.from({ length: 10 }, (_, n) => `b__t${n}`);
  lists.set("a", tools(900));
  assert.deepEqual(names((await all.list("tools", nextCursor, "initialize")).items), expected);
  lists.delete("a");
  assert.deepEqual(names((await all.list("tools", nextCursor, "initialize")).items), expected);
});

test("hidden tools do not count on any page", async () => {
  const lists = new Map([["a", [...tools(700, "hidden"), ...tools(1_200)]]]);
  const all = indexOf(["a"], lists, { a: { tools: { deny: ["hidden*"] } } });
  const first = await all.list("tools", undefined, "initialize");
  const second = await all.list("tools", first.nextCursor, "initialize");
  assert.deepEqual([names(first.items)[0], names(first.items).length], ["a__t0", 1_000]);
  assert.deepEqual([names(second.items)[0], names(second.items).length], ["a__t1000", 200]);
});

test("an invalid cursor is refused, whatever it is", async () => {
  const all = indexOf(["a"], new Map([["a", tools(1)]]));
  const written = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const cursors = [
    "",
    "?",
    5,
    null,
    {},
    ...[5, null, "a", {}, [], ["a"], ["a", -1], ["a", 1.5], ["a", "x"], ["gone", 0]].map(written),
  ];
  for (const cursor of cursors)
    await assert.rejects(
      all.list("tools", cursor, "initialize"),
      { code: "invalid-params" },
      JSON.stringify(cursor),
    );
});

test("missing servers are named on the first page, and a disabled server is not", async () => {
  const lists = new Map([["a", tools(1_001)]]);
  const all = indexOf(["a", "slow", "off"], lists, { off: { enabled: false } });
  const first = await all.list("tools", undefined, "initialize");
  assert.deepEqual(
    first.missing.map(({ server: { id } }) => id),
    ["slow"],
  );
  assert.deepEqual((await all.list("tools", first.nextCursor, "initialize")).missing, []);
});
