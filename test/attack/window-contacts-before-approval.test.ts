/**
 * A catalog that comes with a folder tries to contact a host or run a program before the user starts a server of
 * it.
 */

import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import { test } from "node:test";
import { Log } from "../../src/base/log.ts";
import type { Entry } from "../../src/catalog/entry.ts";
import { fixedEntries } from "../../src/gateway/catalog-source.ts";
import { Gateway } from "../../src/gateway/gateway.ts";
import { headlessServices } from "../../src/gateway/host-services.ts";
import type { Launch, Runtime } from "../../src/runtime/runtime.ts";
import { engineFor } from "../../src/vscode/language/engine-names.ts";

const sources = { env: () => undefined, secret: async () => undefined, workspaceFolder: "/", userHome: "/" };

test("the search for orphans contacts approved entries only", async (t) => {
  const looked = Promise.withResolvers<readonly Launch[]>();
  const runtime: Runtime = {
    start: () => assert.fail(),
    endOrphans: async (launches) => {
      looked.resolve(launches);
      return [];
    },
  };
  const entries = ["hostile", "approved"].map((id) => ({ id, runtime: { type: "own" } }) as unknown as Entry);
  const gateway = new Gateway(
    {
      source: fixedEntries(entries, "/"),
      services: {
        ...headlessServices(new Log("error", () => undefined), { baseDir: "/", sources }),
        approvedContext: async ({ id }) =>
          id === "approved" ? { baseDir: "/approved", sources } : undefined,
      },
      defaults: { idleSeconds: 0, requestSeconds: 0, healthSeconds: 0, maxInstances: 1 },
      hotReload: false,
      pluginRuntimes: new Map([["own", runtime]]),
      cacheDir: tmpdir(),
    },
    entries,
  );
  t.after(() => gateway.close());
  const launches = await looked.promise;
  assert.deepEqual(
    launches.map(({ id, baseDir }) => ({ id, baseDir })),
    [{ id: "approved", baseDir: "/approved" }],
  );
});

test("the completion of an image name does not ask an engine of another machine", () => {
  for (const host of ["tcp://evil.example:2375", "evil.example:2375", "npipe:////evil.example/pipe/x"])
    assert.equal(engineFor({ engine: "docker", host }), undefined, host);
});
