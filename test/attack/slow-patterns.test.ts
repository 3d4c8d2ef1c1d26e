/** A client sends a name that is slow to match with the rules about tools, which would delay all clients. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { fixture, startGateway } from "../support/gateway.ts";
import { McpClient } from "../support/mcp-client.ts";

const name = "delete".repeat(20_000);

test("a name of 120 KB is an unknown tool, whatever it would match, and the answer shows its beginning", async (t) => {
  const entry = { id: "echo", runtime: fixture("echo"), tools: { deny: ["*delete*repo*"] } };
  const { url } = await startGateway(t, [entry]);
  const client = await McpClient.open(url, "echo");
  const answer = await client.request("tools/call", { name, arguments: {} });
  assert.equal(answer?.error?.message, `Unknown tool: ${name.slice(0, 256)}`);
  assert.match(await client.callTool("echo", { message: "others are served" }), /others are served/);
});

test("a name over the maximum length is unknown without rules as well, in calls and in lists", async (t) => {
  const long = "n".repeat(300);
  const { url } = await startGateway(t, [
    { id: "lists", runtime: fixture("lists"), env: { TOOLS: "2", LONG_NAME: "300" } },
  ]);
  const client = await McpClient.open(url, "lists");
  const answer = await client.request("tools/call", { name: long, arguments: {} });
  assert.match(answer?.error?.message ?? "", /^Unknown tool: n{256}$/);
  const listed = await client.request("tools/list");
  const names: string[] = listed?.result.tools.map((tool: { name: string }) => tool.name);
  assert.ok(names.length > 0 && names.every((one) => one.length <= 256), names.join());
  const all = await McpClient.open(url, "");
  assert.equal((await all.request("tools/list"))?.result.tools.length, names.length);
});
