/** `/mcp` with more tools than a model can take: search, narrow views, short names. */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { fixture, root, startGateway } from "../support/gateway.ts";
import { McpClient } from "../support/mcp-client.ts";
import { queries, thousandTools } from "../support/thousand-tools.ts";

const one = (id: string, tools: readonly object[], more: object = {}) => ({
  id,
  runtime: fixture("lists"),
  env: { TOOLS_JSON: JSON.stringify(tools) },
  ...more,
});

interface Statistics {
  readonly servers: Readonly<Record<string, { tools: { count: number; estimated_tokens: number } }>>;
}

async function searching(url: string): Promise<McpClient> {
  const client = new McpClient(url, "");
  Object.assign(client, { endpoint: `${url}/mcp?tools=search` });
  await client.initialize();
  return client;
}

const namesIn = (text: string) => text.split("\n").map((line) => line.split(": ")[0] ?? "");

test("the first answer is short with a thousand tools, and plain questions find the right tool", async (t) => {
  const servers = [...thousandTools()].map(([id, tools]) => one(id, tools));
  const { url } = await startGateway(t, servers);
  const client = await searching(url);
  const listed = await client.request("tools/list");
  assert.equal(listed?.result.tools.length, 3);
  // Four characters are about one token.
  assert.ok(JSON.stringify(listed?.result).length / 4 < 2_000);
  const missed: string[] = [];
  for (const [query, wanted] of queries) {
    const found = namesIn(await client.callTool("search_tools", { query }));
    if (found.length > 5 || !found.includes(wanted))
      missed.push(`${query}: ${found.join(", ")}, not ${wanted}`);
  }
  assert.deepEqual(missed, []);
  const { servers: sizes } = (await (await fetch(`${url}/stats`)).json()) as Statistics;
  const tools = Object.values(sizes).reduce((sum, { tools }) => sum + tools.count, 0);
  assert.ok(tools >= 1_000 && (sizes["github"]?.tools.estimated_tokens ?? 0) > 1_000);
});

test("a tool that was found is described completely, and can be called as if it were listed", async (t) => {
  const schema = { type: "object", properties: { n: { type: "integer", description: "How many" } } };
  const tool = { name: "make_coffee", description: "Brews coffee.", inputSchema: schema };
  const hidden = { name: "make_tea", description: "Brews tea.", inputSchema: schema };
  const { url } = await startGateway(t, [
    one("kitchen", [tool, hidden], { tools: { deny: ["make_tea"] } }),
    { id: "odd", runtime: fixture("says-anything") },
  ]);
  const [client, plain] = [await searching(url), await McpClient.open(url, "")];
  assert.deepEqual(namesIn(await client.callTool("search_tools", { query: "brew something hot" })), [
    "kitchen__make_coffee",
  ]);
  const described = JSON.parse(await client.callTool("describe_tool", { name: "kitchen__make_coffee" }));
  assert.deepEqual(described, { ...tool, name: "kitchen__make_coffee" });
  const args = { big: 1, text: "ä" };
  const call = { name: "kitchen__make_coffee", arguments: args };
  const [found, direct] = [
    await client.request("tools/call", { name: "call_tool", arguments: call }),
    await plain.request("tools/call", call),
  ];
  assert.deepEqual(found?.result, direct?.result);
  const denied = { name: "call_tool", arguments: { name: "kitchen__make_tea", arguments: {} } };
  assert.equal((await client.request("tools/call", denied))?.error?.message, "Unknown tool: make_tea");
  const missing = await client.request("tools/call", {
    name: "describe_tool",
    arguments: { name: "nothing" },
  });
  assert.equal(missing?.error?.message, "Unknown tool: nothing");
});

test("--validate reports the cost of each server's listed tools, and warns where that is much", async (t) => {
  const tool = (name: string) => ({ name, description: "ü".repeat(400), inputSchema: { type: "object" } });
  const config = { tools_warning_tokens: 150 };
  const gateway = await startGateway(
    t,
    [
      one("small", [tool("one"), tool("hidden")], { tools: { deny: ["hidden"] } }),
      one("large", [tool("one"), tool("two")]),
      one("new", [tool("one")]),
    ],
    { config },
  );
  const client = new McpClient(gateway.url, "");
  Object.assign(client, { endpoint: `${gateway.url}/mcp?servers=small,large` });
  await client.initialize();
  await client.request("tools/list");
  await gateway.stop();
  const { folder, catalogPath } = gateway;
  const env = { ...process.env, MCP_GATEWAY_CACHE_DIR: join(folder, "cache") };
  const program = join(root, "dist/gateway-http.js");
  const validated = () =>
    promisify(execFile)(process.execPath, [program, "--config", join(folder, "config.yaml"), "--validate"], {
      env,
    });
  const characters = (name: string) => JSON.stringify(tool(name)).length;
  const [single, both] = [characters("one"), characters("one") + characters("two")];
  const fact = (id: string, tools: string, size: number, letters: number) =>
    `server '${id}' listed ${tools} (${size + letters} bytes, about ${Math.ceil(size / 4)} tokens)`;
  const more = "more than 150: select tools with 'tools.allow', or set tools_mode to search";
  assert.equal(
    (await validated()).stdout,
    [
      `${catalogPath}: no problems`,
      `${catalogPath}: ${fact("small", "1 tool", single, 400)}`,
      `${catalogPath}: warning: ${fact("large", "2 tools", both, 800)}, ${more}`,
      "",
    ].join("\n"),
  );
  await writeFile(
    join(folder, "config.yaml"),
    JSON.stringify({ catalog_path: catalogPath, tools_warning_tokens: 0 }),
  );
  assert.doesNotMatch((await validated()).stdout, /warning/);
});

test("a client sees only the servers that its URL selects", async (t) => {
  const tool = { name: "work", inputSchema: { type: "object" } };
  const { url } = await startGateway(t, [
    one("a", [tool], { tags: ["home"] }),
    one("b", [tool], { tags: ["office"] }),
    one("c", [tool]),
  ]);
  const seen = async (query: string) => {
    const client = new McpClient(url, "");
    Object.assign(client, { endpoint: `${url}/mcp?${query}` });
    await client.initialize();
    const tools = (await client.request("tools/list"))?.result.tools as { name: string }[];
    const other = await client.request("tools/call", { name: "c__work", arguments: {} });
    return [...tools.map(({ name }) => name), other?.error ? "" : "calls c"].join(" ").trim();
  };
  assert.equal(await seen("tag=home"), "a__work");
  assert.equal(await seen("servers=a,c"), "a__work c__work calls c");
  assert.equal(await seen("tag=home&tag=office"), "a__work b__work");
  const wrong = await fetch(`${url}/mcp?tools=all`, { method: "POST", body: "{}" });
  assert.equal(wrong.status, 400);
  await wrong.text();
});

test("long names are cut to the length that clients accept, stay distinct, and can be set longer", async (t) => {
  const long = (end: string) => ({
    name: `${"a_very_long_name_of_a_tool_".repeat(2)}${end}`,
    inputSchema: { type: "object" },
  });
  const entry = one("server", [long("one"), long("two")]);
  const names = async (config: Record<string, unknown>) => {
    const { url } = await startGateway(t, [entry], { config });
    const listed = await (await McpClient.open(url, "")).request("tools/list");
    return listed?.result.tools.map(({ name }: { name: string }) => name) as string[];
  };
  const short = await names({});
  assert.equal(new Set(short).size, 2);
  assert.ok(
    short.every((name) => name.length <= 46),
    short.join(),
  );
  assert.ok((await names({ max_name_length: 100 })).every((name) => name.length > 60));
});
