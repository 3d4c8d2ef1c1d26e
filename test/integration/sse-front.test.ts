/** The HTTP+SSE endpoints (2024-11-05) for clients that support nothing newer (docs/http.md). */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Client as NewClient, SSEClientTransport as NewSse } from "@modelcontextprotocol/client";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { SSEClientTransport } from "@modelcontextprotocol/sdk/client/sse.js";
import { fixture, startGateway } from "../support/gateway.ts";
import { SseClient } from "../support/sse-client.ts";

const echo = { id: "echo", runtime: fixture("echo") };
const asks = { id: "asks", runtime: fixture("asks-client") };
const json = { "Content-Type": "application/json" };
const ping = { jsonrpc: "2.0", id: "p", method: "ping" };

test("clients of both SDK lines list and call over it, for one server and for all servers", async (t) => {
  const { url } = await startGateway(t, [echo]);
  for (const [path, tool] of [
    ["/echo/sse", "echo"],
    ["/sse", "echo__echo"],
  ] as const) {
    const old = new Client({ name: "old", version: "1" });
    await old.connect(new SSEClientTransport(new URL(path, url)));
    const { tools } = await old.listTools();
    assert.ok(tools.some(({ name }) => name === tool));
    const answer = await old.callTool({ name: tool, arguments: { a: "ü" } });
    assert.deepEqual(answer["content"], [{ type: "text", text: '{"a":"ü"}' }]);
    await old.close();
    const newer = new NewClient({ name: "new", version: "1" });
    await newer.connect(new NewSse(new URL(path, url)));
    assert.ok((await newer.callTool({ name: tool, arguments: {} })).content);
    await newer.close();
  }
});

test("progress and questions of the server come on the one stream, and answers are posted", async (t) => {
  const { url } = await startGateway(t, [asks, echo]);
  const client = await SseClient.open(t, url, "/asks/sse");
  await client.initialize({ sampling: {}, elicitation: {}, roots: {} });
  client.onRequest = ({ params }) => ({ action: "accept", content: { asked: params.message } });
  const asked = await client.request("tools/call", { name: "elicit", arguments: { message: "who?" } });
  assert.deepEqual(JSON.parse(asked.result.content[0].text), {
    result: { action: "accept", content: { asked: "who?" } },
  });
  const other = await SseClient.open(t, url, "/echo/sse");
  await other.initialize();
  const params = { name: "progress", arguments: { steps: 3, everyMs: 1 }, _meta: { progressToken: 7 } };
  await other.request("tools/call", params);
  assert.deepEqual(
    other.heard.map((message) => message.params?.progress),
    [1, 2, 3],
  );
});

test("a session is bound to its key and its path, and ends with its stream", async (t) => {
  const config = { api_key: ["first-key-111", "second-key-22"] };
  const { url } = await startGateway(t, [echo, { ...echo, id: "other" }], { config });
  const first = { Authorization: "Bearer first-key-111" };
  assert.equal((await fetch(`${url}/echo/sse`)).status, 401);
  const client = await SseClient.open(t, url, "/echo/sse", first);
  await client.initialize();
  const post = async (address: string, headers: Record<string, string>) => {
    const response = await fetch(address, {
      method: "POST",
      headers: { ...json, ...headers },
      body: JSON.stringify(ping),
    });
    await response.arrayBuffer();
    return response.status;
  };
  assert.equal(await post(client.endpoint, first), 202);
  assert.equal(await post(client.endpoint, {}), 401);
  assert.equal(await post(client.endpoint, { Authorization: "Bearer second-key-22" }), 404);
  assert.equal(await post(client.endpoint.replace("/echo/", "/other/"), first), 404);
  assert.equal(await post(client.endpoint.replace("/echo/sse", "/sse"), first), 404);
  assert.equal(await post(client.endpoint, { ...first, Origin: "https://evil.example" }), 403);
  assert.equal(await post(client.endpoint.replace(/\?.*/, ""), first), 400);
  const sessions = async () => {
    const metrics = await (await fetch(`${url}/metrics`, { headers: first })).text();
    return /^mcp_gateway_sessions (\d+)$/m.exec(metrics)?.[1];
  };
  assert.equal(await sessions(), "1");
  client.close();
  while ((await sessions()) !== "0") await new Promise((passed) => setImmediate(passed));
  assert.equal(await post(client.endpoint, first), 404);
});

test("an error is reported at once, and a message with two readings is refused", async (t) => {
  const { url } = await startGateway(t, [echo]);
  const client = await SseClient.open(t, url, "/echo/sse");
  await client.initialize();
  const post = async (body: string) => (await client.post(body)).status;
  assert.equal(await post("{"), 400);
  assert.equal(await post("{}"), 400);
  assert.equal(await post(`[${JSON.stringify(ping)}]`), 400);
  assert.equal(await post('{"jsonrpc":"2.0","id":1,"method":"ping","Method":"tools/call"}'), 400);
  for (const [path, method, allowed] of [
    ["/echo/sse", "POST", "GET"],
    ["/sse", "DELETE", "GET"],
    ["/sse/message", "GET", "POST"],
  ] as const) {
    const response = await fetch(url + path, { method });
    assert.deepEqual([response.status, response.headers.get("allow")], [405, allowed], path);
    await response.arrayBuffer();
  }
  const picky = await fetch(`${url}/sse`, { headers: { Accept: "application/json" } });
  assert.equal(picky.status, 406);
  const gone = await fetch(`${url}/nobody/sse`);
  assert.equal(gone.status, 404);
});

test("a request of the stateless era gets the supported versions as answer", async (t) => {
  const { url } = await startGateway(t, [echo]);
  const client = await SseClient.open(t, url, "/echo/sse");
  const _meta = { "io.modelcontextprotocol/protocolVersion": "2026-07-28" };
  const answer = await client.request("server/discover", { _meta });
  assert.equal(answer.error?.code, -32022);
  assert.equal((await client.initialize()).result.protocolVersion, "2024-11-05");
});

test("a call in flight when the gateway stops still gets its answer", async (t) => {
  const gateway = await startGateway(t, [echo]);
  const client = await SseClient.open(t, gateway.url, "/echo/sse");
  await client.initialize();
  const params = { name: "progress", arguments: { steps: 5, everyMs: 50 }, _meta: { progressToken: 1 } };
  const call = client.request("tools/call", params);
  await client.heardOne;
  const stopped = gateway.stop();
  assert.ok((await call).result);
  assert.equal(await stopped, 0);
});
