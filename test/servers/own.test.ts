/** The short form of `npm run test:servers`: the servers that are dependencies of this project. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { temporaryFolder } from "../support/gateway.ts";
import { compare, isEqual, table } from "./compare.ts";
import { installed } from "./install.ts";
import { realServers } from "./list.ts";
import { differences, differencesAsOne, type Snapshot } from "./snapshot.ts";

test("real servers answer through the gateway as they do directly, alone and as one, in both eras", async (t) => {
  const folder = await temporaryFolder(t);
  const own = realServers.filter(({ isOwn }) => isOwn);
  const servers = await Promise.all(own.map((server) => installed(server, folder)));
  const rows = await compare(t, servers, folder);
  assert.equal(rows.length, 3);
  assert.ok(
    rows.every((row) => row.skipped === undefined && isEqual(row)),
    table(rows),
  );
});

test("a difference is found, except for names and URIs of servers as one", () => {
  const of = (tools: object[]): Snapshot => ({
    serverInfo: { name: "s" },
    instructions: undefined,
    lists: { tools: tools as Record<string, unknown>[], resources: -32601 },
  });
  const expected = of([{ name: "a", description: "d", _meta: { "ui/resourceUri": "ui://x" } }]);
  assert.deepEqual(differences(expected, expected), []);
  assert.deepEqual(differences(expected, of([{ name: "a" }])), ["tools[0] (a)"]);
  assert.deepEqual(differences(expected, of([])), ["tools: 0 instead of 1"]);
  const asOne = of([
    {
      name: "id__a",
      description: "d",
      inputSchema: { type: "object" },
      _meta: { "ui/resourceUri": "ui://id+ui://x" },
    },
    { name: "other__a" },
  ]);
  assert.deepEqual(differencesAsOne(expected, asOne, "id"), []);
  assert.deepEqual(differencesAsOne(expected, of([{ name: "id__a", description: "e" }]), "id"), [
    "tools[0] (0)",
  ]);
});
