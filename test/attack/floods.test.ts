/** Floods of changes, events, tools, depth and sessions, which must not affect other clients. */

import assert from "node:assert/strict";
import { Agent, request } from "node:http";
import { test } from "node:test";
import { fixture, startGateway } from "../support/gateway.ts";
import { McpClient, type RpcMessage } from "../support/mcp-client.ts";
import { until } from "../support/until.ts";

test("ten thousand changes of a list are a few notifications for each client", async (t) => {
  const { url } = await startGateway(t, [{ id: "odd", runtime: fixture("says-anything") }]);
  const client = await McpClient.open(url, "odd");
  const abort = new AbortController();
  t.after(() => abort.abort());
  const events = await client.listen(abort.signal);
  let changes = 0;
  const ended = Promise.withResolvers<void>();
  void (async () => {
    for await (const { data } of events) {
      const { method } = JSON.parse(data) as RpcMessage;
      if (method === "notifications/tools/list_changed") changes++;
      else ended.resolve();
    }
  })().catch(() => undefined);
  const changed = '{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}';
  const last = '{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"error","data":"last"}}';
  await client.callTool("say", { lines: [...Array.from({ length: 10_000 }, () => changed), last] });
  await ended.promise;
  assert.ok(changes >= 1 && changes < 50, `${changes} changes`);
});

test("a change soon after another one is reported, though later", async (t) => {
  const { url } = await startGateway(t, [{ id: "server", runtime: fixture("logs-and-changes") }]);
  const client = await McpClient.open(url, "server");
  const abort = new AbortController();
  t.after(() => abort.abort());
  const events = await client.listen(abort.signal);
  const heard: string[] = [];
  void (async () => {
    for await (const { data } of events) heard.push((JSON.parse(data) as { method: string }).method);
  })().catch(() => undefined);
  await client.callTool("change");
  await client.callTool("change");
  await until("both are told of", () => heard.length === 2);
});

test("endless small events wait for an absent reader in bounded number", async (t) => {
  const { url } = await startGateway(t, [{ id: "odd", runtime: fixture("says-anything") }]);
  const client = await McpClient.open(url, "odd");
  const line = (n: number) =>
    `{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"error","data":${n}}}`;
  const quiet = { ...client.headers, "Content-Type": "application/json", Accept: "application/json" };
  const params = { name: "say", arguments: { lines: Array.from({ length: 30_000 }, (_, n) => line(n)) } };
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params });
  // The client does not accept a stream, so the notifications wait for a stream that it may open later.
  await (await fetch(client.endpoint, { method: "POST", headers: quiet, body })).text();
  const abort = new AbortController();
  t.after(() => abort.abort());
  const events = await client.listen(abort.signal);
  const first = await events.next();
  const { params: kept } = JSON.parse(first.value?.data ?? "{}") as RpcMessage;
  assert.ok(kept.data >= 19_000, `the oldest kept is ${kept.data}`);
});

test("a hundred thousand tools are listed page by page, and other servers are served meanwhile", async (t) => {
  const many = { id: "many", runtime: fixture("lists"), env: { TOOLS: "100000" }, tools: { deny: ["*9"] } };
  const { url } = await startGateway(t, [many, { id: "echo", runtime: fixture("echo") }]);
  const [all, echo] = [await McpClient.open(url, ""), await McpClient.open(url, "echo")];
  await all.request("tools/list");
  let listed = 0;
  let cursor: string | undefined;
  do {
    const [page] = await Promise.all([
      all.request("tools/list", cursor === undefined ? {} : { cursor }),
      echo.callTool("echo", { message: "served" }),
    ]);
    listed += page?.result.tools.length;
    cursor = page?.result.nextCursor;
  } while (cursor !== undefined);
  assert.ok(listed >= 90_000, `${listed} tools`);
});

test("JSON nested a hundred thousand deep is refused before it is handled, from clients and from servers", async (t) => {
  const { url } = await startGateway(t, [
    { id: "odd", runtime: fixture("says-anything"), request_timeout_seconds: 5 },
  ]);
  const client = await McpClient.open(url, "odd");
  const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
  const call = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"seen","arguments":{"a":${deep}}}}`;
  const headers = { "Content-Type": "application/json", "X-Server-ID": "odd" };
  const sent = [
    await client.post(call),
    await client.post(`[${call}]`),
    await fetch(`${url}/rpc`, { method: "POST", headers, body: call }),
  ];
  for (const response of sent) {
    assert.equal(response.status, 400);
    assert.match(await response.text(), /nested deeper than 1000 levels|Batches/);
  }
  const lines = [`{"jsonrpc":"2.0","method":"notifications/message","params":{"data":${deep}}}`];
  assert.equal(await client.callTool("say", { lines }), "said");
  assert.ok(!JSON.parse(await client.callTool("seen")).includes("tools/call undefined"));
});

test("a client that opens ten thousand sessions with one key ends no session of another key", async (t) => {
  const { url } = await startGateway(t, [{ id: "echo", runtime: fixture("echo") }], {
    config: { api_key: ["mine", "flood"] },
  });
  const mine = new McpClient(url, "echo", { Authorization: "Bearer mine" });
  await mine.initialize();
  const params = { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "f", version: "1" } };
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "initialize", params });
  const headers = {
    "Content-Type": "application/json",
    Accept: "application/json, text/event-stream",
    Authorization: "Bearer flood",
  };
  const agent = new Agent({ keepAlive: true, maxSockets: 32 });
  t.after(() => agent.destroy());
  const open = () =>
    new Promise<void>((done, failed) => {
      const sent = request(`${url}/echo/mcp`, { method: "POST", headers, agent }, (response) => {
        response.resume().on("end", done);
      });
      sent.on("error", failed).end(body);
    });
  for (let n = 0; n < 10_500; n += 100) await Promise.all(Array.from({ length: 100 }, open));
  assert.match(await mine.callTool("echo", { message: "still here" }), /still here/);
});
