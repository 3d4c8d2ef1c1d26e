/**
 * The lists of all servers where some servers are slow, broken or unusual. These servers never affect the lists of the
 * others.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { fixture, startGateway } from "../support/gateway.ts";
import { McpClient, type RpcMessage } from "../support/mcp-client.ts";
import { ask } from "../support/stateless-client.ts";
import { until } from "../support/until.ts";

const lists = (id: string, env: Record<string, string> = {}) => ({ id, runtime: fixture("lists"), env });
const good = Array.from({ length: 8 }, (_, n) => lists(`good-${n}`, { TOOLS: "1" }));
const hangs = lists("hangs", { HANG: "1" });
const broken = { id: "broken", runtime: { type: "local-process", command: "/does/not/exist" } };
const kinds = ["tools/list", "resources/list", "resources/templates/list", "prompts/list"];

async function startsOf(url: string, id: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(new RegExp(`starts_total{server="${id}"} (\\d+)`).exec(text)?.[1]);
}

/** Messages that a session receives on its stream. */
async function heard(client: McpClient, abort: AbortController): Promise<RpcMessage[]> {
  const messages: RpcMessage[] = [];
  const events = await client.listen(abort.signal);
  void (async () => {
    for await (const { data } of events) messages.push(JSON.parse(data));
  })().catch(() => undefined);
  return messages;
}

test("a server that hangs and one that cannot start do not delay the lists of others, once their state is known", async (t) => {
  const { url } = await startGateway(t, [...good, hangs, broken]);
  const client = await McpClient.open(url, "");
  const abort = new AbortController();
  t.after(() => abort.abort());
  const messages = await heard(client, abort);
  const first = await client.request("tools/list");
  await until("the good ones are listed", async () => {
    const listed = await client.request("tools/list");
    return listed?.result.tools.length === 16;
  });
  assert.ok((first?.result.tools.length ?? 0) <= 16);
  const before = await startsOf(url, "broken");
  const began = performance.now();
  for (let round = 0; round < 5; round++) for (const kind of kinds) await client.request(kind);
  // Before the fix, each list waited 5 s for each of the two servers.
  assert.ok(performance.now() - began < 4_000);
  assert.ok((await startsOf(url, "broken")) - before <= 2, "it is started by its retries only");
  const warnings = messages.filter(({ method }) => method === "notifications/message");
  const about = (id: string) => warnings.filter(({ params }) => params.data.includes(`'${id}'`));
  assert.equal(about("broken").length, 1, JSON.stringify(warnings));
  assert.match(about("broken")[0]?.params.data, /does not exist|not found/);
  assert.ok(about("hangs").length <= 2);
});

test("many servers that start together cause one or two changes for a client", async (t) => {
  const slow = Array.from({ length: 12 }, (_, n) => ({
    id: `slow-${n}`,
    runtime: fixture("slow-start"),
    env: { SLOW_MS: "3000" },
  }));
  const { url } = await startGateway(t, [...good, ...slow]);
  const client = await McpClient.open(url, "");
  const abort = new AbortController();
  t.after(() => abort.abort());
  const messages = await heard(client, abort);
  await client.request("tools/list");
  const changes = () => messages.filter(({ method }) => method === "notifications/tools/list_changed").length;
  await until("the rest is told of", () => changes() > 0, 60_000);
  const all = await client.request("tools/list");
  const servers = new Set((all?.result.tools ?? []).map(({ name }: { name: string }) => name.split("__")[0]));
  assert.equal(servers.size, 20);
  assert.ok(changes() <= 2, `${changes()} changes`);
});

test("tools that clients would refuse are corrected or omitted with a notice, and the other tools are listed", async (t) => {
  const odd = (tools: object[]) => ({ TOOLS_JSON: JSON.stringify(tools) });
  const schema = { type: "object" };
  const entry = lists(
    "odd",
    odd([
      { name: "no-schema" },
      { name: "null-schema", inputSchema: null },
      { name: "no-type", inputSchema: { properties: { a: true, b: false, c: { type: "string" } } } },
      { name: "type-list", inputSchema: { type: ["object"] } },
      { name: "a-string", inputSchema: { type: "string" } },
      { inputSchema: schema },
      { name: "good", inputSchema: schema },
    ]),
  );
  const { url } = await startGateway(t, [entry]);
  const client = await McpClient.open(url, "");
  const abort = new AbortController();
  t.after(() => abort.abort());
  const messages = await heard(client, abort);
  const listed = await client.request("tools/list");
  const tools = listed?.result.tools as { name: string; inputSchema: Record<string, unknown> }[];
  assert.deepEqual(
    tools.map(({ name }) => name),
    ["no-schema", "null-schema", "no-type", "type-list", "good"].map((name) => `odd__${name}`),
  );
  assert.ok(tools.every(({ inputSchema }) => inputSchema["type"] === "object"));
  assert.deepEqual(tools[2]?.inputSchema["properties"], { a: {}, b: { not: {} }, c: { type: "string" } });
  await until("what was left out is named", () => messages.length >= 2);
  const words = messages.map(({ params }) => params.data).join("\n");
  assert.match(words, /tool 'a-string': its inputSchema is not an object schema/);
  assert.match(words, /it has no name/);
});

test("the instructions of servers are available after a restart without a start of the servers", async (t) => {
  const entry = lists("kept", { INSTRUCTIONS: "Use it well." });
  const one = await startGateway(t, [entry]);
  await (await McpClient.open(one.url, "kept")).request("tools/list");
  const other = await startGateway(t, [entry], {
    env: { MCP_GATEWAY_CACHE_DIR: `${one.folder}/cache` },
  });
  await one.stop();
  const client = new McpClient(other.url, "");
  const { result } = await client.initialize();
  assert.match(result.instructions, /# kept\n\nUse it well\./);
  assert.equal(await startsOf(other.url, "kept"), 0);
});

test("server/discover of one slow server is answered while it starts, and its list has only its own tools", async (t) => {
  const slow = { id: "slow", runtime: fixture("slow-start"), env: { SLOW_MS: "6000" } };
  const { url } = await startGateway(t, [slow]);
  const endpoint = `${url}/slow/mcp`;
  const { result } = (await ask(endpoint, "server/discover")).answer;
  const status = async () => (await (await fetch(`${url}/servers/slow`)).json()) as { status: string };
  assert.equal((await status()).status, "starting");
  assert.equal(result._meta["io.modelcontextprotocol/serverInfo"].name, "slow");
  assert.ok(result.capabilities.tools && result.ttlMs === 0);
  const listed = (await ask(endpoint, "tools/list")).answer.result;
  assert.deepEqual(
    listed.tools.map(({ name }: { name: string }) => name),
    ["who"],
  );
  const again = (await ask(endpoint, "server/discover")).answer.result;
  assert.notEqual(again._meta["io.modelcontextprotocol/serverInfo"].name, "slow");
});
