/** Peers that send or do wrong things at wrong moments. The gateway and the other peers go on. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { fixture, startGateway, temporaryFolder } from "../support/gateway.ts";
import { McpClient } from "../support/mcp-client.ts";
import { pipelined, statusesIn } from "../support/pipelined.ts";
import { runToEnd, StdioClient } from "../support/stdio-client.ts";
import { isAlive, until } from "../support/until.ts";

const odd = (env: Record<string, string> = {}, more: object = {}) => ({
  id: "odd",
  runtime: fixture("says-anything"),
  env,
  ...more,
});
const echo = { id: "echo", runtime: fixture("echo") };
const anyAnswer = "application/json, text/event-stream";
const deep = `${"[".repeat(20_000)}${"]".repeat(20_000)}`;

// biome-ignore lint/suspicious/noExplicitAny: tests read messages of any shape
const getJson = async (url: string) => (await (await fetch(url)).json()) as any;
const statusOf = async (url: string, id: string) => (await getJson(`${url}/servers/${id}`)).status;
const post = (url: string) => fetch(url, { method: "POST" });

test("no line that a server writes can end the gateway", async (t) => {
  const { url } = await startGateway(t, [odd({ DEEP: "1" }, { tools: { deny: ["b"] } }), echo]);
  const client = await McpClient.open(url, "odd");
  const lines = [
    '{"jsonrpc":"2.0","method":"notifications/message","params":null}',
    '{"jsonrpc":"2.0","method":"notifications/progress","params":null}',
    '{"jsonrpc":"2.0","method":"notifications/cancelled","params":[]}',
    '{"jsonrpc":"2.0","method":"notifications/resources/updated","params":7}',
    '{"jsonrpc":"2.0","id":1,"method":"sampling/createMessage","params":null}',
    '{"jsonrpc":"2.0","id":{},"method":"x"}',
    '{"jsonrpc":"2.0","id":null,"error":null}',
    `[{"jsonrpc":"2.0","id":77,"result":${deep}}]`,
    `{"jsonrpc":"2.0","id":1,"id":2,"method":"roots/list","params":{"x":${deep}}}`,
    "null",
    "[]",
  ];
  assert.equal(await client.callTool("say", { lines }), "said");
  const list = await client.request("tools/list");
  assert.ok(list?.error ?? list?.result);
  assert.equal(await (await McpClient.open(url, "echo")).callTool("echo", {}), "{}");
});

test("no request of a client can end the gateway, and each is answered", async (t) => {
  const { url } = await startGateway(t, [{ ...echo, request_timeout_seconds: 2 }]);
  const client = await McpClient.open(url, "echo");
  await client.callTool("who");
  const call = `"method":"tools/call","params":{"name":"echo","arguments":{"x":${deep}}}`;
  for (const body of [
    `{"jsonrpc":"2.0","id":7,"id":7,${call}}`,
    `{"jsonrpc":"2.0","id":8,${call}}`,
    '{"jsonrpc":"2.0","id":9,"method":"tools/call","params":null}',
    '{"jsonrpc":"2.0","id":10,"method":"initialize","params":null}',
    '{"jsonrpc":"2.0","id":11,"method":"logging/setLevel","params":{"level":"bogus"}}',
    '{"jsonrpc":"2.0","method":"notifications/cancelled","params":null}',
  ]) {
    const response = await client.post(body);
    assert.ok(response.status < 500, `${response.status} ${body.slice(0, 60)}`);
    await response.arrayBuffer();
  }
  assert.equal(await client.callTool("echo", {}), "{}");
});

test("open streams and stopping instances do not disturb the end of the gateway", async (t) => {
  const gateway = await startGateway(t, [
    { id: "own", instances: "session", runtime: fixture("ignores-sigterm") },
  ]);
  const events = await fetch(`${gateway.url}/events`, { signal: t.signal });
  const client = await McpClient.open(gateway.url, "own");
  const pid = Number(await client.callTool("who"));
  const ended = client.end();
  await until(
    "the client has left",
    async () => (await getJson(`${gateway.url}/servers/own`)).session_count === 0,
  );
  assert.equal(await gateway.stop(), 0);
  assert.equal(await isAlive(pid), false);
  assert.equal(await ended, 204);
  await events.body?.cancel().catch(() => undefined);
});

test("a failed server stays failed, whatever its idle time", async (t) => {
  const { url } = await startGateway(t, [
    { id: "dies", idle_timeout_seconds: 1, runtime: fixture("crash-on-call"), restart: { max_attempts: 1 } },
    { ...echo, idle_timeout_seconds: 1 },
  ]);
  const client = await McpClient.open(url, "dies");
  await assert.rejects(client.callTool("crash"));
  const other = await McpClient.open(url, "echo");
  await other.callTool("who");
  await until("the other is stopped for idleness", async () => (await statusOf(url, "echo")) === "stopped");
  assert.equal(await statusOf(url, "dies"), "failed");
});

test("a call to a server that reads nothing ends at its timeout, not later", async (t) => {
  const { url } = await startGateway(t, [{ ...echo, request_timeout_seconds: 1 }]);
  const client = await McpClient.open(url, "echo");
  const pid = Number(await client.callTool("who"));
  process.kill(pid, "SIGSTOP");
  t.after(async () => (await isAlive(pid)) && process.kill(pid, "SIGKILL"));
  await assert.rejects(client.callTool("echo", { blob: "x".repeat(1_000_000) }), /-32004/);
  await assert.rejects(client.callTool("echo", { small: true }), /-32004/);
});

test("a call that waits for a server to read can be cancelled", async (t) => {
  const { url } = await startGateway(t, [echo]);
  const client = await McpClient.open(url, "echo");
  const pid = Number(await client.callTool("who"));
  process.kill(pid, "SIGSTOP");
  t.after(async () => (await isAlive(pid)) && process.kill(pid, "SIGKILL"));
  const large = client.callTool("echo", { blob: "x".repeat(1_000_000) }).catch(() => undefined);
  await until("it is with the server", async () =>
    (await (await fetch(`${url}/metrics`)).text()).includes('in_flight{server="echo"} 1'),
  );
  const message = (more: object) => ({
    path: "/echo/mcp",
    headers: { ...client.headers, "Content-Type": "application/json", Accept: anyAnswer },
    body: JSON.stringify({ jsonrpc: "2.0", ...more }),
  });
  const answers = await pipelined(url, [
    message({ id: "waits", method: "tools/call", params: { name: "who" } }),
    message({ method: "notifications/cancelled", params: { requestId: "waits" } }),
  ]);
  assert.deepEqual(statusesIn(answers), [200, 202]);
  assert.doesNotMatch(answers, /"id":"waits"/);
  process.kill(pid, "SIGCONT");
  await large;
});

test("a call that waits for the start of a server is served, even if the server is removed meanwhile", async (t) => {
  const slow = { id: "slow", runtime: fixture("slow-start"), env: { SLOW_MS: "800" } };
  const gateway = await startGateway(t, [slow]);
  const body = JSON.stringify({ server_id: "slow", method: "tools/call", params: { name: "who" } });
  const call = fetch(`${gateway.url}/mcp`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body,
  });
  await gateway.logged(/slow: starting/);
  await gateway.writeCatalog([]);
  await post(`${gateway.url}/admin/reload`);
  assert.equal((await call).status, 200);
});

test("a hidden tool cannot be called by a notification or by a name that is given twice", async (t) => {
  const { url } = await startGateway(t, [odd({}, { tools: { deny: ["say"] } })]);
  const client = await McpClient.open(url, "odd");
  await client.notify("tools/call", { name: "say", arguments: { lines: [] } });
  const twice = '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"say","name":"seen"}}';
  assert.match(await (await client.post(twice)).text(), /-32600.*written twice/);
  assert.ok(!(await client.callTool("seen")).includes("tools/call say"));
});

test("an entry that comes back serves the clients that stayed connected", async (t) => {
  const path = join(await temporaryFolder(t), "catalog.yaml");
  const write = (servers: object[]) => writeFile(path, JSON.stringify({ servers }));
  await write([echo]);
  const client = new StdioClient(t, ["--server", "echo", "--catalog", path]);
  await client.initialize();
  await client.callTool("who");
  await write([]);
  const gone = await until("it is gone", async () => (await client.request("tools/list")).error);
  assert.deepEqual(gone, { code: -32001, message: "Server 'echo' not found in catalog" });
  await write([echo]);
  await until("it is back", async () => (await client.request("tools/list")).result);
});

test("a config.yaml in the working folder does not apply to a catalog that was given as a flag", async (t) => {
  const folder = await temporaryFolder(t);
  await writeFile(join(folder, "config.yaml"), "something: else\n");
  await writeFile(join(folder, "c.yaml"), JSON.stringify({ servers: [echo] }));
  const input = '{"jsonrpc":"2.0","id":1,"method":"tools/list"}\n';
  const run = await runToEnd("gateway-stdio", ["--server", "echo", "--catalog", "c.yaml"], {
    cwd: folder,
    input,
  });
  assert.equal(run.code, 0);
  assert.ok(JSON.parse(run.stdout).result);
});

test("a client of stdio that reads nothing does not prevent the end of the gateway", async (t) => {
  const path = join(await temporaryFolder(t), "catalog.yaml");
  await writeFile(path, JSON.stringify({ servers: [echo] }));
  const client = new StdioClient(t, ["--server", "echo", "--catalog", path]);
  await client.initialize();
  const pid = Number(await client.callTool("who"));
  client.process.stdout?.pause();
  for (let n = 0; n < 20; n++)
    client.send({
      id: `big-${n}`,
      method: "tools/call",
      params: { name: "big", arguments: { bytes: 4_000_000 } },
    });
  client.process.kill("SIGTERM");
  await once(client.process, "exit");
  await until("its server is gone", async () => !(await isAlive(pid)));
});

test("the reason with which a server refuses to initialize is reported without its secrets", async (t) => {
  const entry = odd({ REFUSE: "bad key sk-123456789", KEY: `\${SECRET_KEY}` });
  const gateway = await startGateway(t, [entry], { env: { SECRET_KEY: "sk-123456789" } });
  const message = await (await post(`${gateway.url}/servers/odd/start`)).text();
  assert.match(message, /bad key \*\*\*/);
  assert.ok(
    !(message + (await (await fetch(`${gateway.url}/servers/odd`)).text()) + gateway.log()).includes(
      "sk-123456789",
    ),
  );
});

test("an instance for one client has its own version and its own subscriptions, and a restart keeps them", async (t) => {
  const { url } = await startGateway(t, [odd({ VERSION: "2024-11-05" }, { instances: "session" })]);
  const [one, other] = [new McpClient(url, "odd"), new McpClient(url, "odd")];
  assert.equal((await one.initialize()).result.protocolVersion, "2024-11-05");
  await one.request("resources/subscribe", { uri: "file:///mine" });
  await other.initialize();
  assert.ok(!(await other.callTool("seen")).includes("resources/subscribe"));
  const restart = await post(`${url}/servers/odd/restart`);
  assert.equal(restart.status, 200);
  assert.match(await one.callTool("seen"), /resources\/subscribe/);
});

test("a subscription and a log level of a client that left are withdrawn from the server", async (t) => {
  const { url } = await startGateway(t, [odd()]);
  const [one, other] = [await McpClient.open(url, "odd"), await McpClient.open(url, "odd")];
  await one.request("resources/subscribe", { uri: "file:///x" });
  await one.request("logging/setLevel", { level: "debug" });
  await other.request("logging/setLevel", { level: "error" });
  await one.end();
  await until("it is told", async () => {
    const seen = JSON.parse(await other.callTool("seen")) as string[];
    return (
      seen.includes("resources/unsubscribe") &&
      // `debug`, then `error`: the server did not get `error` while `debug` was the lowest level.
      seen.filter((method) => method === "logging/setLevel").length === 2
    );
  });
});

test("a call that waits for a restart is served by the corrected entry", async (t) => {
  const gateway = await startGateway(t, [
    { id: "x", runtime: fixture("crash-on-call"), restart: { max_attempts: 50, window_seconds: 600 } },
  ]);
  const client = await McpClient.open(gateway.url, "x");
  for (let crash = 0; crash < 5; crash++) await client.callTool("crash").catch(() => undefined);
  const waiting = client.callTool("who");
  await gateway.writeCatalog([{ id: "x", runtime: fixture("echo") }]);
  await post(`${gateway.url}/admin/reload`);
  assert.ok(Number(await waiting) > 0);
});

test("an initialize without an id opens no session, and a client that left during its initialize keeps no session", async (t) => {
  const slow = { id: "slow", instances: "session", runtime: fixture("slow-start"), env: { SLOW_MS: "700" } };
  const { url } = await startGateway(t, [echo, slow]);
  const sessions = async () =>
    /^mcp_gateway_sessions (\d+)$/m.exec(await (await fetch(`${url}/metrics`)).text())?.[1];
  const params = { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "x", version: "1" } };
  const silent = await new McpClient(url, "echo").post({ jsonrpc: "2.0", method: "initialize", params });
  assert.equal(silent.status, 400);
  const abort = new AbortController();
  const left = new McpClient(url, "slow").post(
    { jsonrpc: "2.0", id: 1, method: "initialize", params },
    abort.signal,
  );
  await until("it starts", async () => (await statusOf(url, "slow")) === "starting");
  abort.abort();
  await left.catch(() => undefined);
  await until("nothing is left of it", async () => (await sessions()) === "0");
});

test("a shorter idle time applies at once, and so does a variable that is set later", async (t) => {
  const needs = { id: "needs", runtime: fixture("echo"), env: { A: `\${COMES_LATER}` } };
  const gateway = await startGateway(t, [{ ...echo, idle_timeout_seconds: 0 }, needs]);
  await (await McpClient.open(gateway.url, "echo")).callTool("who");
  await gateway.writeCatalog([{ ...echo, idle_timeout_seconds: 1 }, needs]);
  await until("it is stopped", async () => (await statusOf(gateway.url, "echo")) === "stopped");

  assert.equal(await statusOf(gateway.url, "needs"), "misconfigured");
  await writeFile(join(gateway.folder, ".env"), "COMES_LATER=here\n");
  assert.equal((await post(`${gateway.url}/servers/needs/start`)).status, 200);
  await post(`${gateway.url}/servers/needs/stop`);
  assert.equal(await statusOf(gateway.url, "needs"), "stopped");
});

test("a start after the stop of another start is a new start", async (t) => {
  const { url } = await startGateway(t, [
    { id: "slow", runtime: fixture("slow-start"), env: { SLOW_MS: "600" } },
  ]);
  const start = post(`${url}/servers/slow/start`);
  await until("it starts", async () => (await statusOf(url, "slow")) === "starting");
  const both = await pipelined(url, [{ path: "/servers/slow/stop" }, { path: "/servers/slow/start" }]);
  assert.deepEqual([...statusesIn(both), (await start).status], [200, 200, 502]);
});

test("HEAD of a stream is answered at once", async (t) => {
  const { url } = await startGateway(t, [echo]);
  const head = await fetch(`${url}/events`, { method: "HEAD" });
  assert.equal(head.headers.get("content-type"), "text/event-stream");
  assert.equal((await getJson(`${url}/health`)).status, "ok");
});
