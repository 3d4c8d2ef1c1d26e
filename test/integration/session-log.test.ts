/** Log entries about clients at level debug, which explain why a client does not connect. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { fixture, startGateway } from "../support/gateway.ts";
import { McpClient } from "../support/mcp-client.ts";
import { SseClient } from "../support/sse-client.ts";
import { runToEnd } from "../support/stdio-client.ts";

const echo = { id: "echo", runtime: fixture("echo") };

test("each session, refusal and end is one line, over HTTP and HTTP+SSE, without a key or a session id", async (t) => {
  const config = { log_level: "debug", api_key: "first-key-111" };
  const gateway = await startGateway(t, [echo], { config });
  const key = { Authorization: "Bearer first-key-111" };
  const client = new McpClient(gateway.url, "echo", key);
  await client.initialize({ roots: {} }, "2025-06-18");
  await gateway.logged(/echo: session \w{8} of test 1 \(2025-06-18, capabilities: roots\).* over HTTP$/);
  await fetch(client.endpoint, { method: "DELETE", headers: client.headers });
  await gateway.logged(/echo: session \w{8} ended: the client ended it/);
  await fetch(`${gateway.url}/echo/mcp?api=secret-in-a-query`, { method: "POST" });
  await gateway.logged(/refused POST \/echo\/mcp: 401 API key required/);
  const sse = await SseClient.open(t, gateway.url, "/sse", key);
  await sse.initialize();
  await gateway.logged(/session \w{8} of sse 1 \(2024-11-05, capabilities: none\).* over HTTP\+SSE/);
  sse.close();
  await gateway.logged(/session \w{8} ended: its stream ended/);
  assert.doesNotMatch(gateway.log(), /first-key|secret-in-a-query|[0-9a-f]{8}-[0-9a-f]{4}-/);
});

test("each session and its end is one line over stdio", async (t) => {
  const gateway = await startGateway(t, [echo]);
  const params = {
    protocolVersion: "2024-11-05",
    capabilities: {},
    clientInfo: { name: "cline\u001b[2J", version: "3" },
  };
  const input = `${JSON.stringify({ jsonrpc: "2.0", id: 1, method: "initialize", params })}\n[]\n`;
  const args = ["--server", "echo", "--catalog", gateway.catalogPath, "--log-level", "debug"];
  const { stderr } = await runToEnd("gateway-stdio", args, { input });
  assert.match(stderr, /session stdio of cline\\x1b\[2J 3 \(2024-11-05, capabilities: none\)/);
  assert.match(stderr, /refused a line: Not a JSON-RPC 2.0 message/);
  assert.match(stderr, /session stdio ended: the client closed stdin/);
});
