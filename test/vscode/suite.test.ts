/** The suites that run inside the extension host, in the VS Code of this machine. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { stringify } from "yaml";
import { fixture } from "../support/gateway.ts";
import { missing } from "./host/editor.ts";
import { runSuites } from "./host/suite.ts";

const settings = { "openMcpGateway.confirmCommands": false, "openMcpGateway.listenAddr": "127.0.0.1:0" };

test("inside the extension host", { skip: missing, timeout: 170_000 }, async (t) => {
  const servers = ["echo", "later"].map((id) => ({ id, runtime: fixture("echo") }));
  const results = await runSuites(t, stringify({ servers }), settings);
  for (const { title, error } of results) await t.test(title, () => assert.equal(error, undefined));
  assert.ok(results.length >= 50);
});
