/** An attacker cancels other users' calls with a notification sent as a simple request. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { fixture, startGateway } from "../support/gateway.ts";
import { McpClient } from "../support/mcp-client.ts";

test("a one-shot cancellation reaches no server, whatever ids it names, and the calls of others go on", async (t) => {
  const { url } = await startGateway(t, [{ id: "odd", runtime: fixture("says-anything") }]);
  const client = await McpClient.open(url, "odd");
  await client.callTool("seen");
  const cancel = (requestId: number) =>
    fetch(`${url}/rpc`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Server-ID": "odd" },
      body: JSON.stringify({ jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId } }),
    });
  for (let id = 0; id < 10; id++) assert.equal((await cancel(id)).status, 202);
  const seen = JSON.parse(await client.callTool("seen")) as string[];
  assert.ok(!seen.includes("notifications/cancelled"), seen.join());
});

test("a one-shot notification cannot call a denied tool, either", async (t) => {
  const guarded = { id: "odd", runtime: fixture("says-anything"), tools: { deny: ["say"] } };
  const { url } = await startGateway(t, [guarded]);
  const body = { server_id: "odd", method: "tools/call", params: { name: "say", arguments: { lines: [] } } };
  const headers = { "Content-Type": "application/json" };
  const post = (json: object) => fetch(`${url}/mcp`, { method: "POST", headers, body: JSON.stringify(json) });
  assert.match(await (await post(body)).text(), /Unknown tool: say/);
  const seen = JSON.parse(await (await McpClient.open(url, "odd")).callTool("seen")) as string[];
  assert.ok(!seen.includes("tools/call say"), seen.join());
});
