/**
 * Tests on which catalogs the gateway of a window is opened. The workspace is not trusted, so that nothing
 * listens or starts.
 */

import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { Log } from "../../../../src/base/log.ts";
import { PluginRegistry } from "../../../../src/runtime/plugin/plugin-registry.ts";
import type { Catalog } from "../../../../src/vscode/catalogs/find-catalogs.ts";
import { GatewayConnection } from "../../../../src/vscode/gateway/gateway-connection.ts";
import { GatewayRecords } from "../../../../src/vscode/gateway/gateway-records.ts";
import { windowServices } from "../../../../src/vscode/gateway/window-services.ts";
import { temporaryFolder } from "../../../support/gateway.ts";

async function window(t: TestContext, catalogs: () => Promise<readonly Catalog[]>) {
  const folder = await temporaryFolder(t);
  const secrets = { get: async () => undefined, store: async () => undefined };
  const gateway = new GatewayConnection({
    sites: new GatewayRecords(join(folder, "gateways")),
    secrets,
    settings: () => ({
      url: "",
      host: "127.0.0.1",
      port: 0,
      origins: [],
      defaults: { idleSeconds: 0, requestSeconds: 0, healthSeconds: 0, maxInstances: 1 },
      hotReload: false,
    }),
    catalogs,
    isTrusted: () => false,
    remoteKey: async () => undefined,
    services: windowServices({
      log: new Log("error", (record) => t.diagnostic(record.message)),
      approval: {
        approve: () => Promise.reject(new Error("nothing starts here")),
        approved: async () => undefined,
      },
      hasSecret: async () => false,
    }),
    plugins: new PluginRegistry(),
    cacheDir: join(folder, "lists"),
  });
  t.after(() => gateway.close());
  const states: string[] = [];
  gateway.changed.on(({ kind }) => states.push(kind));
  const write = async (id: string): Promise<Catalog> => {
    const file = join(folder, `${id}.yaml`);
    await writeFile(file, `servers:\n  - id: ${id}\n    runtime: { type: local-process, command: node }\n`);
    return { file, folder };
  };
  const listed = () => gateway.servers?.overview.rows.map(({ id }) => id);
  return { gateway, states, write, listed };
}

test("a catalog that appears while the window searches for catalogs is not missed", async (t) => {
  const looked = Promise.withResolvers<readonly Catalog[]>();
  const answers = [looked.promise];
  const { gateway, write, listed } = await window(t, async () => answers.pop() ?? [came]);
  const came = await write("came");
  const opening = gateway.open();
  const noticed = gateway.catalogCame();
  looked.resolve([]);
  await Promise.all([opening, noticed]);
  assert.deepEqual(listed(), ["came"]);
});

test("a second catalog is opened beside the first, and a catalog that is only written again opens nothing", async (t) => {
  const there: Catalog[] = [];
  const { gateway, states, write, listed } = await window(t, async () => [...there]);
  there.push(await write("first"));
  await gateway.open();
  await gateway.catalogCame();
  assert.deepEqual([listed(), states], [["first"], ["opening", "untrusted"]]);
  there.push(await write("second"));
  await gateway.catalogCame();
  assert.deepEqual(listed(), ["first", "second"]);
});

test("a gateway that the user has stopped stays stopped, whatever catalog appears", async (t) => {
  const there: Catalog[] = [];
  const { gateway, write } = await window(t, async () => [...there]);
  await gateway.open();
  await gateway.stop();
  there.push(await write("first"));
  await gateway.catalogCame();
  assert.equal(gateway.state.kind, "stopped");
});
