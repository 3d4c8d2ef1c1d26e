/* biome-ignore-all lint/suspicious/noTemplateCurlyInString: the syntax under test */
/**
 * The functions of both kinds of `Servers` that the view needs: those of this window's gateway and those behind an
 * address.
 */

import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { Log } from "../../src/base/log.ts";
import type { ResolveContext } from "../../src/gateway/host-services.ts";
import { PluginRegistry } from "../../src/runtime/plugin/plugin-registry.ts";
import type { Catalog } from "../../src/vscode/catalogs/find-catalogs.ts";
import { MergedCatalogs } from "../../src/vscode/catalogs/merged-catalogs.ts";
import { InProcessGateway } from "../../src/vscode/gateway/in-process-gateway.ts";
import { catalogSources } from "../../src/vscode/gateway/launch-review.ts";
import { windowServices } from "../../src/vscode/gateway/window-services.ts";
import { RemoteServers } from "../../src/vscode/servers/remote-servers.ts";
import type { ServerRow, Servers } from "../../src/vscode/servers/servers.ts";
import { fixture, temporaryFolder } from "../support/gateway.ts";
import { until } from "../support/until.ts";

const key = "the-key";
const env = { HERE: "${workspaceFolder}", FROM_FILE: "${FROM_FILE:-none}", SECRET: "${secret:ONE}" };

interface Opened {
  readonly servers: Servers;
  readonly gateway: InProcessGateway;
  readonly folders: readonly [string, string];
  write(folder: number, servers: unknown): Promise<void>;
}

/** Does the same as an approval: the catalog's own sources, and secrets of the editor. */
async function approved(catalog: Catalog | undefined): Promise<ResolveContext> {
  assert.ok(catalog);
  const secret = async (name: string) => `secret ${name}`;
  return { baseDir: dirname(catalog.file), sources: { ...catalogSources(catalog), secret } };
}

/** A gateway over two catalogs, each with a folder and a `.env` of its own. */
async function openGateway(t: TestContext): Promise<Omit<Opened, "servers">> {
  const base = await temporaryFolder(t);
  const folders = [join(base, "one"), join(base, "two")] as const;
  const write = (at: number, servers: unknown) =>
    writeFile(join(folders[at] ?? "", "catalog.yaml"), JSON.stringify({ servers }));
  for (const [at, folder] of folders.entries()) {
    await mkdir(folder);
    await writeFile(join(folder, ".env"), `FROM_FILE=file-${at}\n`);
    await write(at, [{ id: at === 0 ? "one" : "two", runtime: fixture("echo"), env }]);
  }
  const gateway = await InProcessGateway.open(
    {
      merged: new MergedCatalogs(folders.map((folder) => ({ file: join(folder, "catalog.yaml"), folder }))),
      services: windowServices({
        log: new Log("error", () => undefined),
        approval: {
          approve: async (_, catalog) => approved(catalog),
          approved: async (_, catalog) => approved(catalog),
        },
        hasSecret: async () => true,
      }),
      defaults: { idleSeconds: 0, requestSeconds: 30, healthSeconds: 0, maxInstances: 2 },
      hotReload: false,
      cacheDir: join(base, "cache"),
      plugins: new PluginRegistry(),
    },
    { host: "127.0.0.1", ports: [0], patienceMs: 0, keys: [key], origins: [] },
  );
  t.after(() => gateway.close());
  return { gateway, folders, write };
}

const kinds: Record<string, (t: TestContext) => Promise<Opened>> = {
  async "of this window"(t) {
    const opened = await openGateway(t);
    return { ...opened, servers: opened.gateway.servers };
  },
  async "behind an address"(t) {
    const opened = await openGateway(t);
    const servers = await RemoteServers.attach({ url: opened.gateway.url ?? "", key });
    t.after(() => servers.close());
    return { ...opened, servers };
  },
};

function rowOf(servers: Servers, id: string): ServerRow | undefined {
  return servers.overview.rows.find((row) => row.id === id);
}

/** Resolves once the overview fulfils the condition, which `changed` must announce. */
async function becomes(servers: Servers, fits: () => boolean | undefined): Promise<void> {
  if (fits()) return;
  const changed = Promise.withResolvers<void>();
  const stop = servers.changed.on(() => fits() && changed.resolve());
  await changed.promise;
  stop();
}

async function textOf(servers: Servers, id: string, name: string, args = {}): Promise<string | undefined> {
  const result = await servers.request(id, "tools/call", { name, arguments: args });
  return (result as { content: { text: string }[] }).content[0]?.text;
}

for (const [kind, open] of Object.entries(kinds)) {
  test(`servers ${kind}: start, stop and restart show`, async (t) => {
    const { servers } = await open(t);
    assert.deepEqual(
      servers.overview.rows.map(({ id, status }) => [id, status]),
      [
        ["one", "stopped"],
        ["two", "stopped"],
      ],
    );
    await servers.start("one");
    await becomes(servers, () => rowOf(servers, "one")?.status === "running");
    const before = await textOf(servers, "one", "who");
    await servers.restart("one");
    assert.notEqual(await textOf(servers, "one", "who"), before);
    await servers.stop("one");
    await becomes(servers, () => rowOf(servers, "one")?.status === "stopped");
    await assert.rejects(servers.start("none"), /Server 'none' not found/);
    await assert.rejects(servers.request("one", "no/such", {}), Error);
  });

  test(`servers ${kind}: each catalog has its folder and its .env, and the editor gives the secrets`, async (t) => {
    const { servers, folders } = await open(t);
    for (const [at, id] of (["one", "two"] as const).entries()) {
      assert.equal(await textOf(servers, id, "env", { name: "HERE" }), folders[at]);
      assert.equal(await textOf(servers, id, "env", { name: "FROM_FILE" }), `file-${at}`);
      assert.equal(await textOf(servers, id, "env", { name: "SECRET" }), "secret ONE");
    }
    const detail = await servers.detail("one");
    assert.deepEqual(detail.env, { HERE: "***", FROM_FILE: "***", SECRET: "***" });
    await servers.refresh();
    assert.equal(rowOf(servers, "one")?.request_count, 3);
    assert.equal((await servers.statistics()).total_requests, 6);
  });

  test(`servers ${kind}: a reload shows, also one that fails`, async (t) => {
    const { servers, write } = await open(t);
    const { revision } = rowOf(servers, "one") ?? {};
    await write(0, [
      { id: "one", runtime: fixture("echo", "changed"), env },
      { id: "more", runtime: fixture("echo") },
    ]);
    assert.deepEqual(await servers.reload(), { loaded: 3, added: 1, removed: 0, modified: 1 });
    await becomes(servers, () => servers.overview.rows.length === 3);
    assert.notEqual(rowOf(servers, "one")?.revision, revision);
    await write(1, [{ id: "one", runtime: fixture("echo") }]);
    await assert.rejects(servers.reload(), /Duplicate server ID: one \(also in/);
    await becomes(servers, () => servers.overview.problem !== undefined);
    assert.equal(servers.overview.rows.length, 3);
  });

  test(`servers ${kind}: a follower of a log gets old and new lines until it stops`, async (t) => {
    const { servers } = await open(t);
    await textOf(servers, "one", "log", { line: "before" });
    const lines: string[] = [];
    const unfollow = servers.followLog("one", (line) => lines.push(line));
    await until("the line before", () => lines.includes("before"));
    await textOf(servers, "one", "log", { line: "after" });
    await until("the line after", () => lines.includes("after"));
    unfollow();
    await textOf(servers, "one", "log", { line: "unheard" });
    await textOf(servers, "one", "who");
    assert.ok(!lines.includes("unheard"));
  });
}

test("servers behind an address report the end of the gateway, and a wrong key is refused", async (t) => {
  const { gateway } = await openGateway(t);
  const url = gateway.url ?? "";
  await assert.rejects(
    RemoteServers.attach({ url, key: "wrong" }),
    /did not prove that it knows the API key/,
  );
  const servers = await RemoteServers.attach({ url, key });
  await gateway.close();
  await servers.ended;
  await assert.rejects(RemoteServers.attach({ url, key }), /does not answer/);
});
