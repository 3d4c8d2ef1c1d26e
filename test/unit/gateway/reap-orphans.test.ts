/* biome-ignore-all lint/suspicious/noTemplateCurlyInString: the syntax under test */

/** Tests that a starting gateway ends the orphans of dead gateways. */
import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import { test } from "node:test";
import { Log } from "../../../src/base/log.ts";
import type { Entry } from "../../../src/catalog/entry.ts";
import { fixedEntries } from "../../../src/gateway/catalog-source.ts";
import { Gateway } from "../../../src/gateway/gateway.ts";
import { headlessServices } from "../../../src/gateway/host-services.ts";
import type { Launch, Runtime } from "../../../src/runtime/runtime.ts";

const sources = { env: () => undefined, secret: async () => undefined, workspaceFolder: "/", userHome: "/" };

/** An entry of a plugin's type. */
const entry = (id: string, type: string) =>
  ({ id, runtime: { type, folder: "${workspaceFolder}" } }) as unknown as Entry;

test("orphans are searched with the settings of each entry, and no type waits for another", async (t) => {
  const looked = Promise.withResolvers<readonly Launch[]>();
  const hung: Runtime = { start: () => assert.fail(), endOrphans: () => new Promise(() => {}) };
  const other: Runtime = {
    start: () => assert.fail(),
    endOrphans: async (launches) => {
      looked.resolve(launches);
      return [];
    },
  };
  const entries = [entry("first", "hung"), entry("one", "other"), entry("two", "other")];
  const gateway = new Gateway(
    {
      source: fixedEntries(entries, "/"),
      services: {
        ...headlessServices(new Log("error", () => undefined), { baseDir: "/", sources }),
        approvedContext: async ({ id }) => ({
          baseDir: `/${id}`,
          sources: { ...sources, workspaceFolder: `/of-${id}` },
        }),
      },
      defaults: { idleSeconds: 0, requestSeconds: 0, healthSeconds: 0, maxInstances: 1 },
      hotReload: false,
      pluginRuntimes: new Map([
        ["hung", hung],
        ["other", other],
      ]),
      cacheDir: tmpdir(),
    },
    entries,
  );
  t.after(() => gateway.close());
  const launches = await looked.promise;
  assert.deepEqual(
    launches.map(({ id, baseDir, runtime }) => ({ id, baseDir, ...runtime })),
    [
      { id: "one", baseDir: "/one", type: "other", folder: "/of-one" },
      { id: "two", baseDir: "/two", type: "other", folder: "/of-two" },
    ] as unknown[],
  );
});
