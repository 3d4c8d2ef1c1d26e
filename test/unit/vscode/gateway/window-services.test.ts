/** Tests what a window provides to its gateway for an entry: the context, and the approval of the user. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Log } from "../../../../src/base/log.ts";
import type { Entry } from "../../../../src/catalog/entry.ts";
import { setOrigin } from "../../../../src/vscode/catalogs/entry-origin.ts";
import type { Catalog } from "../../../../src/vscode/catalogs/find-catalogs.ts";
import { windowServices } from "../../../../src/vscode/gateway/window-services.ts";

const entry = (id: string): Entry => ({ id, runtime: { type: "local-process", command: "node" } });

function services(asked: (Catalog | undefined)[] = []) {
  return windowServices({
    log: new Log("error", () => undefined),
    approval: {
      approve: async (_, catalog) => {
        asked.push(catalog);
        throw new Error("not approved");
      },
      approved: async (_, catalog) => {
        asked.push(catalog);
        return undefined;
      },
    },
    hasSecret: async (name) => name === "KNOWN",
  });
}

test("an entry is checked in the folder of its own catalog, without the values of secrets", async () => {
  const one = entry("one");
  setOrigin(one, { file: "/folder/.mcp/catalog.yaml", folder: "/folder" });
  const { baseDir, sources } = await services().contextOf(one);
  assert.equal(baseDir, "/folder/.mcp");
  assert.equal(sources.workspaceFolder, "/folder");
  assert.equal(await sources.secret("KNOWN"), "secret");
  assert.equal(await sources.secret("OTHER"), undefined);
  await assert.rejects(services().contextOf(entry("foreign")), /no catalog of this window defines 'foreign'/);
});

test("the user is asked about an entry together with its catalog", async () => {
  const asked: (Catalog | undefined)[] = [];
  const [one, foreign] = [entry("one"), entry("foreign")];
  const catalog = { file: "/folder/.mcp/catalog.yaml" };
  setOrigin(one, catalog);
  await assert.rejects(services(asked).approve(one), /not approved/);
  assert.equal(await services(asked).approvedContext(one), undefined);
  assert.equal(await services(asked).approvedContext(foreign), undefined);
  assert.deepEqual(asked, [catalog, catalog, undefined]);
});
