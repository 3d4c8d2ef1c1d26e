/* biome-ignore-all lint/suspicious/noTemplateCurlyInString: the syntax under test */
import assert from "node:assert/strict";
import { resolve } from "node:path";
import { type TestContext, test } from "node:test";
import { pathToFileURL } from "node:url";
import type * as vscode from "vscode";
import { notifications, type StatesParams } from "../../../../language-server/protocol.ts";
import { Emitter } from "../../../../src/base/emitter.ts";
import type { PluginType } from "../../../../src/catalog/plugin-types.ts";
import type { Catalog } from "../../../../src/vscode/catalogs/find-catalogs.ts";
import { secretsNamedIn } from "../../../../src/vscode/gateway/command-line.ts";
import { SecretVault } from "../../../../src/vscode/gateway/secret-vault.ts";
import { LanguageServerSync } from "../../../../src/vscode/language/language-server-sync.ts";
import type { ServerRow, Servers } from "../../../../src/vscode/servers/servers.ts";
import { rowOf } from "../server-row.ts";

const running = (id: string, more: Partial<ServerRow> = {}) =>
  rowOf(id, { status: "running", upSinceMs: 0, ...more });

/** Servers whose rows are those of `rows` once they are requested. */
function serversOf(...rows: ServerRow[]) {
  let seen: readonly ServerRow[] = rows;
  const changed = new Emitter<void>();
  const counts = { refreshed: 0 };
  const refresh = async () => {
    counts.refreshed++;
    seen = [...rows];
    changed.fire();
  };
  const servers = {
    changed,
    get overview() {
      return { rows: seen };
    },
    refresh,
  } as unknown as Servers;
  return { servers, rows, counts };
}

function window(t: TestContext, first?: Servers) {
  const sent: [method: string, params: object][] = [];
  const onServers = new Emitter<void>();
  const onSecrets = new Emitter<void>();
  const state = {
    servers: first,
    catalogs: [] as Catalog[],
    texts: [""],
    types: new Map<string, PluginType>(),
    secretNames: async (_texts: () => readonly string[]): Promise<readonly string[]> => [],
  };
  const sync = new LanguageServerSync(
    {
      servers: () => state.servers,
      catalogs: () => state.catalogs,
      onServers: (changed) => onServers.on(changed),
      secretNames: (texts) => state.secretNames(texts),
      onSecrets: (changed) => ({ dispose: onSecrets.on(changed) }),
      types: state.types,
      onTypes: () => () => undefined,
    },
    () => state.texts,
    (method, params) => sent.push([method, params]),
  );
  t.after(() => sync.close());
  const since = () => sent.splice(0);
  const states = () =>
    since().flatMap(([method, params]) => (method === notifications.states ? [params as StatesParams] : []));
  const names = () =>
    since().flatMap(([method, params]) => (method === notifications.secretNames ? [params] : []));
  return { sync, state, since, states, names, onServers, onSecrets };
}

test("a language server that restarts receives everything again", async (t) => {
  const { servers } = serversOf(rowOf("a"), rowOf("b"));
  const { sync, state, since } = window(t, servers);
  state.secretNames = async () => ["ONE"];
  state.types.set("own", { type: "own", schema: {} } as PluginType);
  const sendAll = async () => {
    sync.sendAll();
    await sync.sendSecretNames();
    return since().map(([method, params]) => [method, JSON.stringify(params)]);
  };
  const first = await sendAll();
  assert.deepEqual(
    first.map(([method]) => method).sort(),
    [notifications.catalogs, notifications.runtimes, notifications.secretNames, notifications.states].sort(),
  );
  assert.deepEqual(await sendAll(), first);
});

test("names of secrets are read again when they may have changed, and sent only if they differ", async (t) => {
  const { sync, state, names, onServers, onSecrets } = window(t);
  let known = ["TWO", "ONE"];
  state.secretNames = async () => known;
  sync.sendAll();
  await sync.sendSecretNames();
  assert.deepEqual(names(), [{ names: ["ONE", "TWO"] }]);
  await sync.sendSecretNames();
  assert.deepEqual(names(), []);
  known = ["ONE"];
  onServers.fire();
  await new Promise(setImmediate);
  assert.deepEqual(names(), [{ names: ["ONE"] }]);
  known = ["THREE"];
  onSecrets.fire();
  await new Promise(setImmediate);
  assert.deepEqual(names(), [{ names: ["THREE"] }]);
});

test("catalogs are sent with their folders, and again when they change", async (t) => {
  const { sync, state, since, onServers } = window(t);
  const catalogs = () =>
    since().flatMap(([method, params]) => (method === notifications.catalogs ? [params] : []));
  sync.sendAll();
  assert.deepEqual(catalogs(), [{ catalogs: [] }]);
  const [file, folder] = [resolve("/elsewhere/team.yaml"), resolve("/work")];
  state.catalogs = [{ file, folder }, { file: resolve("/own.yaml") }];
  onServers.fire();
  onServers.fire();
  const uri = (path: string) => pathToFileURL(path).href;
  assert.deepEqual(catalogs(), [
    { catalogs: [{ uri: uri(file), folder: uri(folder) }, { uri: uri(resolve("/own.yaml")) }] },
  ]);
});

test("an outdated answer is not sent", async (t) => {
  const { sync, state, names } = window(t);
  const slow = Promise.withResolvers<readonly string[]>();
  state.secretNames = () => slow.promise;
  const outdated = sync.sendSecretNames();
  state.secretNames = async () => ["NEW"];
  await sync.sendSecretNames();
  slow.resolve(["OLD"]);
  await outdated;
  assert.deepEqual(names(), [{ names: ["NEW"] }]);
});

test("uptimes and requests are sent while they are visible", async (t) => {
  t.mock.timers.enable({ apis: ["setInterval"] });
  let nowMs = 0;
  t.mock.method(performance, "now", () => nowMs);
  const pass = (ms: number) => {
    nowMs += ms;
    t.mock.timers.tick(ms);
  };
  const { servers, rows, counts } = serversOf(running("a"), rowOf("b"));
  const { sync, states } = window(t, servers);
  sync.sendAll();
  assert.deepEqual(states()[0]?.servers[0]?.facts, ["up 0s"]);
  pass(60_000);
  assert.deepEqual(states(), []);
  sync.watch(true);
  assert.deepEqual(states()[0]?.servers, [
    { id: "a", label: "running", facts: ["up 1m"], actions: ["stop", "restart"] },
  ]);
  rows[0] = running("a", { request_count: 2 });
  pass(5_000);
  assert.deepEqual(states()[0]?.servers[0]?.facts, ["up 1m", "2 requests"]);
  pass(5_000);
  assert.deepEqual(states(), []);
  const { refreshed } = counts;
  sync.watch(false);
  pass(60_000);
  rows[0] = rowOf("a");
  assert.equal(counts.refreshed, refreshed);
});

test("no gateway is asked while no server runs", (t) => {
  t.mock.timers.enable({ apis: ["setInterval"] });
  const { servers, counts } = serversOf(rowOf("a"));
  const { sync } = window(t, servers);
  sync.watch(true);
  t.mock.timers.tick(60_000);
  assert.equal(counts.refreshed, 0);
});

test("an editor that cannot list its secrets finds those that a catalog names and those that were set here", async () => {
  const stored = new Map([["secret:NAMED", "a"]]);
  const storage = {
    get: async (key: string) => stored.get(key),
    store: async (key: string, value: string) => void stored.set(key, value),
    delete: async (key: string) => void stored.delete(key),
  };
  const vault = new SecretVault(storage as unknown as vscode.SecretStorage);
  const named = async () => secretsNamedIn("# ${secret:NAMED}\nx: ${secret:MISSING:-d} $${secret:TEXT}");
  assert.deepEqual(await vault.names(named), ["NAMED"]);
  await vault.set("HERE", "b");
  assert.deepEqual(await vault.names(named), ["NAMED", "HERE"]);
  await vault.delete("HERE");
  assert.deepEqual(await vault.names(named), ["NAMED"]);
});
