/** All servers behind one endpoint, at `/mcp` and through gateway-stdio (gateway.md, *HTTP*). */

import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import {
  fixture,
  npmServer,
  type RunningGateway,
  startGateway,
  temporaryFolder,
} from "../support/gateway.ts";
import { McpClient, type RpcMessage } from "../support/mcp-client.ts";
import { runToEnd, StdioClient } from "../support/stdio-client.ts";
import { until } from "../support/until.ts";

const lists = (id: string, env: Record<string, string> = {}, more: object = {}) => ({
  id,
  runtime: fixture("lists"),
  env,
  ...more,
});

async function openAll(url: string, capabilities: object = {}): Promise<McpClient> {
  const client = new McpClient(url, "");
  await client.initialize(capabilities);
  return client;
}

async function names(client: McpClient, kind: "tools" | "prompts" = "tools"): Promise<string[]> {
  const answer = await client.request(`${kind}/list`);
  return answer?.result[kind].map(({ name }: { name: string }) => name);
}

async function statuses({ url }: RunningGateway): Promise<Record<string, string>> {
  const rows = (await (await fetch(`${url}/servers`)).json()) as { id: string; status: string }[];
  return Object.fromEntries(rows.map(({ id, status }) => [id, status]));
}

test("tools, prompts and resources of all servers carry the id of their server, and calls reach that server", async (t) => {
  const { url } = await startGateway(t, [
    lists("one", { TOOLS: "1" }),
    lists("two", { TOOLS: "2" }),
    lists("off", {}, { enabled: false }),
  ]);
  const client = await openAll(url);
  assert.deepEqual(await names(client), [
    "one__tool-1",
    "one__grow",
    "two__tool-1",
    "two__tool-2",
    "two__grow",
  ]);
  assert.deepEqual(await names(client, "prompts"), ["one__hello", "one__bye", "two__hello", "two__bye"]);
  const resources = await client.request("resources/list");
  assert.deepEqual(
    resources?.result.resources.map(({ uri }: { uri: string }) => uri),
    ["one+item://1", "one+item://2", "two+item://1", "two+item://2"],
  );
  const templates = await client.request("resources/templates/list");
  assert.equal(templates?.result.resourceTemplates[1].uriTemplate, "two+item://{n}");

  const call = await client.request("tools/call", { name: "two__tool-2" });
  assert.equal(JSON.parse(call?.result.content[0].text).tool, "tool-2");
  assert.equal(call?.result.content[1].uri, "two+item://2");
  const read = await client.request("resources/read", { uri: "two+item://2" });
  assert.deepEqual(read?.result.contents, [{ uri: "two+item://2", text: "content of item://2" }]);
  const prompt = await client.request("prompts/get", { name: "one__hello" });
  assert.equal(prompt?.result.messages[0].content.text, "hello");
  const complete = async (ref: object) =>
    (await client.request("completion/complete", { ref, argument: {} }))?.result.completion.values[0];
  assert.equal(await complete({ type: "ref/prompt", name: "one__bye" }), "bye");
  assert.equal(await complete({ type: "ref/resource", uri: "two+item://{n}" }), "item://{n}");

  const error = async (method: string, params: object) => (await client.request(method, params))?.error;
  assert.deepEqual(await error("tools/call", { name: "three__x" }), {
    code: -32602,
    message: "Unknown tool: three__x",
  });
  assert.deepEqual(await error("tools/call", { name: "off__tool-1" }), {
    code: -32602,
    message: "Unknown tool: off__tool-1",
  });
  assert.deepEqual(await error("resources/read", { uri: "item://1" }), {
    code: -32002,
    message: "Resource not found: item://1",
  });
  assert.equal((await error("no/such/method", {}))?.code, -32601);
});

test("lists with several pages arrive complete, and a name that is too long is shortened and still finds its tool", async (t) => {
  const id = `long-${"x".repeat(58)}`;
  const { url } = await startGateway(t, [
    lists("paged", { TOOLS: "13", PAGE: "4" }),
    lists(id, { TOOLS: "1" }),
  ]);
  const client = await openAll(url);
  const all = await names(client);
  assert.equal(all.filter((name) => name.startsWith("paged__")).length, 14);
  const short = all.filter((name) => name.startsWith("long-"));
  assert.equal(short.length, 2);
  for (const name of short) {
    assert.match(name, /^[A-Za-z0-9_-]{1,64}$/);
    assert.match((await client.request("tools/call", { name }))?.result.content[0].text, /tool-1|grow/);
  }
});

test("a list of more than a thousand items is paged under one cursor, whatever happens to servers already listed", async (t) => {
  const [one, two, three] = ["one", "two", "three"].map((id) => lists(id, { TOOLS: "699" }));
  const gateway = await startGateway(t, [one, two, three]);
  const client = await openAll(gateway.url);
  const page = async (cursor?: string) =>
    (await client.request("tools/list", cursor === undefined ? {} : { cursor }))?.result;
  const first = await page();
  assert.equal(first.tools.length, 1_000);
  await gateway.writeCatalog([two, three]);
  await gateway.logged(/removed one/);
  const second = await page(first.nextCursor);
  const third = await page(second.nextCursor);
  assert.equal(third.nextCursor, undefined);
  const all = [first, second, third].flatMap(({ tools }) => tools.map(({ name }: { name: string }) => name));
  assert.equal(all.length, 2_100);
  assert.equal(new Set(all).size, 2_100);
  const unknown = await client.request("tools/list", { cursor: "nowhere" });
  assert.equal(unknown?.error?.code, -32602);
});

test("listing does not start a server whose lists are known, in this gateway and the next, and a call starts its server only", async (t) => {
  const cache = await temporaryFolder(t);
  const catalog = Array.from({ length: 10 }, (_, n) => lists(`s${n}`, { TOOLS: "20" }));
  const options = { env: { MCP_GATEWAY_CACHE_DIR: cache } };
  const first = await startGateway(t, catalog, options);
  assert.equal((await names(await openAll(first.url))).length, 210);
  await Promise.all(catalog.map(({ id }) => fetch(`${first.url}/servers/${id}/stop`, { method: "POST" })));
  assert.equal((await names(await openAll(first.url))).length, 210);
  assert.ok(Object.values(await statuses(first)).every((status) => status === "stopped"));
  await first.stop();

  const second = await startGateway(t, catalog, options);
  const client = await openAll(second.url);
  assert.equal((await names(client)).length, 210);
  assert.ok(Object.values(await statuses(second)).every((status) => status === "stopped"));
  await client.request("tools/call", { name: "s3__tool-7" });
  const up = Object.entries(await statuses(second)).filter(([, status]) => status !== "stopped");
  assert.deepEqual(up, [["s3", "running"]]);
});

test("a changed entry counts as another server, and the cached lists of the old one are dropped", async (t) => {
  const gateway = await startGateway(t, [lists("one", { TOOLS: "1" })]);
  const client = await openAll(gateway.url);
  assert.equal((await names(client)).length, 2);
  await fetch(`${gateway.url}/servers/one/stop`, { method: "POST" });
  await gateway.writeCatalog([lists("one", { TOOLS: "5" }), lists("new", { TOOLS: "1" })]);
  const abort = new AbortController();
  t.after(() => abort.abort());
  const events = await client.listen(abort.signal);
  await fetch(`${gateway.url}/admin/reload`, { method: "POST" });
  const told = (await events.next()).value;
  assert.equal(told && JSON.parse(told.data).method, "notifications/tools/list_changed");
  assert.equal((await names(client)).length, 8);
});

test("a broken and a slow server neither break nor delay the lists of the others, and the client is notified", async (t) => {
  const { url } = await startGateway(t, [
    lists("good", { TOOLS: "1" }),
    { id: "broken", runtime: fixture("crash-on-start") },
    lists("hangs", { HANG: "1" }, { request_timeout_seconds: 60 }),
  ]);
  const client = await openAll(url);
  const heard: RpcMessage[] = [];
  const answer = await client.request("tools/list", {}, { onMessage: (message) => heard.push(message) });
  assert.deepEqual(
    answer?.result.tools.map(({ name }: { name: string }) => name),
    ["good__tool-1", "good__grow"],
  );
  const notices = heard.map(({ params }) => params.data).sort();
  assert.match(notices[0], /^The tools of server 'broken' are missing: exited with code 3/);
  assert.match(
    notices[1],
    /^The tools of server 'hangs' are missing: it is still starting, or slow to answer/,
  );
});

test("a list that arrives late is announced", async (t) => {
  const { url } = await startGateway(t, [
    { id: "slow", runtime: fixture("slow-start"), env: { SLOW_MS: "6500" } },
  ]);
  const client = await openAll(url);
  const events = await client.listen(t.signal);
  assert.deepEqual(await names(client), []);
  const told: string[] = [];
  for await (const event of events) {
    told.push(JSON.parse(event.data).method);
    if (told.includes("notifications/tools/list_changed")) break;
  }
  assert.deepEqual(await names(client), ["slow__who"]);
});

test("a changed list of one server is announced to the clients of all servers, and listed again", async (t) => {
  const { url } = await startGateway(t, [lists("one", { TOOLS: "1" }), lists("two", { TOOLS: "1" })]);
  const [client, other] = [await openAll(url), await McpClient.open(url, "two")];
  await names(client);
  const events = await client.listen(t.signal);
  await other.request("tools/call", { name: "grow" });
  const told = (await events.next()).value;
  assert.equal(told && JSON.parse(told.data).method, "notifications/tools/list_changed");
  assert.ok((await names(client)).includes("two__tool-2"));
});

test("progress, cancellation and server requests pass, and equal request ids of two servers do not clash", async (t) => {
  const { url } = await startGateway(t, [
    { id: "echo", runtime: fixture("echo") },
    { id: "asks-a", runtime: fixture("asks-client") },
    { id: "asks-b", runtime: fixture("asks-client") },
  ]);
  const client = await openAll(url, { sampling: {} });
  let steps = 0;
  await client.callTool("echo__progress", { steps: 3, everyMs: 5 }, { token: "t", onMessage: () => steps++ });
  assert.equal(steps, 3);

  const cancelled = client.request(
    "tools/call",
    { name: "echo__sleep", arguments: { ms: 60_000 } },
    { id: "gone" },
  );
  await until("it is with the server", async () =>
    (await (await fetch(`${url}/metrics`)).text()).includes('in_flight{server="echo"} 1'),
  );
  await client.notify("notifications/cancelled", { requestId: "gone" });
  assert.equal(await cancelled, undefined);

  const ids: unknown[] = [];
  const ask = (server: string) =>
    client.callTool(
      `${server}__sample`,
      { text: server },
      {
        onMessage: (question) => {
          ids.push(question.id);
          const text = question.params.messages[0].content.text;
          return client.answer(question.id, {
            role: "assistant",
            model: "m",
            content: { type: "text", text: `to ${text}` },
          });
        },
      },
    );
  const answers = await Promise.all([ask("asks-a"), ask("asks-b")]);
  assert.match(answers[0] ?? "", /to asks-a/);
  assert.match(answers[1] ?? "", /to asks-b/);
  assert.equal(new Set(ids).size, 2);
});

test("subscriptions and log levels reach the server that they are meant for", async (t) => {
  const { url } = await startGateway(t, [
    { id: "server", runtime: fixture("logs-and-changes") },
    lists("other"),
  ]);
  const client = await openAll(url);
  const events = await client.listen(t.signal);
  await client.request("logging/setLevel", { level: "error" });
  await client.request("resources/subscribe", { uri: "server+file:///x" });
  await client.callTool("server__log", { level: "info", data: "too low" });
  await client.callTool("server__log", { level: "error", data: "loud" });
  await client.callTool("server__update", { uri: "file:///x" });
  const heard = [(await events.next()).value, (await events.next()).value].map(
    (event) => event && JSON.parse(event.data).params,
  );
  assert.equal(heard[0].data, "loud");
  assert.equal(heard[1].uri, "server+file:///x");
});

test("hidden tools are hidden in the lists of all servers, too", async (t) => {
  const { url } = await startGateway(t, [
    lists("one", { TOOLS: "3" }, { tools: { deny: ["tool-2", "grow"] } }),
  ]);
  const client = await openAll(url);
  assert.deepEqual(await names(client), ["one__tool-1", "one__tool-3"]);
  await assert.rejects(client.callTool("one__tool-2"), /-32602 Unknown tool: tool-2/);
});

test("each client session has an instance of its own where an entry requires it", async (t) => {
  const { url } = await startGateway(t, [lists("own", {}, { instances: "session" })]);
  const [one, other] = [await openAll(url), await openAll(url)];
  assert.equal((await names(one)).length, 4);
  const pid = async (client: McpClient) => JSON.parse(await client.callTool("own__tool-1")).pid;
  assert.equal(await pid(one), await pid(one));
  assert.notEqual(await pid(one), await pid(other));
});

test("gateway-stdio without --server serves all servers, from a catalog and through a running gateway", async (t) => {
  const servers = [lists("one", { TOOLS: "1" }), lists("two", { TOOLS: "1" })];
  const catalog = join(await temporaryFolder(t), "catalog.yaml");
  await writeFile(catalog, JSON.stringify({ servers }));
  const gateway = await startGateway(t, servers);
  for (const flags of [
    ["--catalog", catalog],
    ["--gateway", gateway.url],
  ]) {
    const client = new StdioClient(t, flags);
    const answer = await client.initialize();
    assert.equal(answer.result.serverInfo.name, "open-mcp-gateway");
    const list = await client.request("tools/list");
    assert.deepEqual(
      list.result.tools.map(({ name }: { name: string }) => name),
      ["one__tool-1", "one__grow", "two__tool-1", "two__grow"],
    );
    assert.match(await client.callTool("two__tool-1"), /"tool":"tool-1"/);
    assert.equal(await client.end(), 0);
  }
  const input = '{"jsonrpc":"2.0","id":1,"method":"tools/list"}\n';
  const piped = await runToEnd("gateway-stdio", ["--catalog", catalog], { input });
  assert.equal(JSON.parse(piped.stdout).result.tools.length, 4);
});

test("the SDK's client uses three real servers as one", async (t) => {
  const folder = await temporaryFolder(t);
  const { url } = await startGateway(t, [
    { id: "everything", runtime: npmServer("everything") },
    { id: "files", runtime: npmServer("filesystem", folder) },
    { id: "memory", runtime: npmServer("memory"), env: { MEMORY_FILE_PATH: join(folder, "memory.jsonl") } },
  ]);
  const client = new Client({ name: "test", version: "1" });
  t.after(() => client.close());
  await client.connect(new StreamableHTTPClientTransport(new URL(`${url}/mcp`)) as Transport);
  const wanted = ["everything__echo", "files__read_text_file", "memory__read_graph"];
  // Servers that take long to start are announced later.
  await until("all three are listed", async () => {
    const { tools } = await client.listTools();
    return wanted.every((name) => tools.some((tool) => tool.name === name));
  });
  const echo = await client.callTool({ name: "everything__echo", arguments: { message: "one of many" } });
  assert.equal((echo.content as { text: string }[])[0]?.text, "Echo: one of many");
  const { resources } = await client.listResources();
  const uri = resources.find((resource) => resource.uri.startsWith("everything+"))?.uri ?? "";
  const { contents } = await client.readResource({ uri });
  assert.equal(contents[0]?.uri, uri);
});

test("a cursor that is null counts as a missing cursor", async (t) => {
  const { url } = await startGateway(t, [{ id: "lists", runtime: fixture("lists") }]);
  const client = await McpClient.open(url, "");
  const answer = await client.request("tools/list", { cursor: null });
  assert.equal(answer?.result?.tools.length, 4);
});
