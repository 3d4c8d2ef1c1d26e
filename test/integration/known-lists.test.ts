/** Cached lists of a server from an earlier run do not outlive a change of the lists (gateway.md, *HTTP*). */

import assert from "node:assert/strict";
import { test } from "node:test";
import { fixture, startGateway, temporaryFolder } from "../support/gateway.ts";
import { McpClient } from "../support/mcp-client.ts";
import { until } from "../support/until.ts";

async function tools(url: string): Promise<string[]> {
  const client = new McpClient(url, "");
  await client.initialize();
  const answer = await client.request("tools/list");
  return answer?.result.tools.map(({ name }: { name: string }) => name);
}

test("a list that changes before a client of this gateway requests it is requested again", async (t) => {
  const options = { env: { MCP_GATEWAY_CACHE_DIR: await temporaryFolder(t) } };
  const catalog = [{ id: "asks", runtime: fixture("asks-thrice", "initialize") }];
  const before = await startGateway(t, catalog, options);
  assert.ok(!(await tools(before.url)).includes("asks__grown-1"));
  await before.stop();

  const { url } = await startGateway(t, catalog, options);
  const client = await McpClient.open(url, "asks");
  await client.callTool("change");
  assert.ok((await tools(url)).includes("asks__grown-1"));
});

test("a client that connects after a server has stopped does not start it for any list, even one not requested before", async (t) => {
  const runtime = fixture("lists");
  const { url } = await startGateway(t, [{ id: "lists", idle_timeout_seconds: 1, runtime }]);
  const first = await McpClient.open(url, "lists");
  await first.callTool("tool-1");
  const server = async () => (await fetch(`${url}/servers/lists`)).json() as Promise<{ status: string }>;
  await until("the server sleeps", async () => (await server()).status === "stopped");
  for (const id of ["lists", ""]) {
    const later = await McpClient.open(url, id);
    for (const list of ["tools/list", "resources/list", "resources/templates/list", "prompts/list"])
      assert.ok((await later.request(list))?.result, list);
  }
  assert.equal((await server()).status, "stopped");
});

test("fields that a server writes beside the items of a list are kept while it sleeps, and where it is the only server", async (t) => {
  const options = { env: { MCP_GATEWAY_CACHE_DIR: await temporaryFolder(t) } };
  const odd = { id: "odd", runtime: fixture("odd-fields") };
  const listed = async (url: string, path: string) => {
    const client = new McpClient(url, "");
    Object.assign(client, { endpoint: `${url}${path}` });
    await client.initialize();
    return (await client.request("tools/list"))?.result;
  };
  const before = await startGateway(t, [odd], options);
  const direct = await listed(before.url, "/odd/mcp");
  assert.equal(direct["x-list"], true);
  assert.equal((await listed(before.url, "/mcp"))["x-list"], true);
  await before.stop();

  const { url } = await startGateway(t, [odd, { id: "lists", runtime: fixture("lists") }], options);
  assert.deepEqual(await listed(url, "/odd/mcp"), direct);
  assert.equal((await listed(url, "/mcp?servers=odd"))["x-list"], true);
  const server = (await (await fetch(`${url}/servers/odd`)).json()) as { status: string };
  assert.equal(server.status, "stopped");
  assert.ok(!("x-list" in (await listed(url, "/mcp"))));
});
