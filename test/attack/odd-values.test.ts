/** A client sends a value of another type instead of a string. Only that request fails. */

import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { fixture, startGateway, temporaryFolder } from "../support/gateway.ts";
import { McpClient } from "../support/mcp-client.ts";
import { SseClient } from "../support/sse-client.ts";
import { StdioClient } from "../support/stdio-client.ts";

/** An object that cannot be converted to a text. */
const odd = { toString: 1, valueOf: 1 };
const prefix = "io.modelcontextprotocol/";
const requests: readonly [method: string, params: object][] = [
  ["logging/setLevel", { level: odd }],
  ["resources/subscribe", { uri: odd }],
  ["resources/unsubscribe", { uri: odd }],
  ["tasks/get", { taskId: odd }],
  ["prompts/get", { name: odd }],
  ["completion/complete", { ref: { type: "ref/prompt", name: odd } }],
  ["tools/list", { cursor: odd, _meta: { [`${prefix}protocolVersion`]: odd } }],
];

const entry = { id: "odd", runtime: fixture("says-anything"), request_timeout_seconds: 5 };

test("each such request over HTTP is answered, and its id can be used again", async (t) => {
  const { url } = await startGateway(t, [entry]);
  for (const client of [await McpClient.open(url, "odd"), await McpClient.open(url, "")])
    for (const [method, params] of requests.slice(0, -1))
      for (let n = 0; n < 2; n++) {
        const response = await client.post(JSON.stringify({ jsonrpc: "2.0", id: 7, method, params }));
        const body = await response.text();
        assert.equal(response.status, 200, `${method}: ${body}`);
        assert.doesNotMatch(body, /is in flight/);
        assert.match(body, /"id":7/);
      }
});

test("odd values in what names a client and its request are refused, and nothing fails inside", async (t) => {
  const { url } = await startGateway(t, [entry], { config: { log_level: "debug" } });
  const clientInfo = { name: odd, version: odd };
  const bodies = [
    { jsonrpc: "2.0", method: odd },
    { jsonrpc: "2.0", id: 1, method: odd, params: { _meta: { [`${prefix}protocolVersion`]: odd } } },
    { jsonrpc: "2.0", id: 1, method: "initialize", params: { protocolVersion: odd, clientInfo } },
    {
      jsonrpc: "2.0",
      id: 1,
      method: "tools/list",
      params: { _meta: { [`${prefix}clientInfo`]: clientInfo } },
    },
  ];
  for (const version of [{}, { "MCP-Protocol-Version": "2026-07-28" }])
    for (const body of bodies) {
      const client = new McpClient(url, "odd", version);
      const response = await client.post(body);
      assert.notEqual(response.status, 500, `${JSON.stringify(body)}: ${await response.text()}`);
    }
});

test("an odd version over HTTP+SSE is refused, and nothing fails inside", async (t) => {
  const { url } = await startGateway(t, [entry]);
  const client = await SseClient.open(t, url, "/odd/sse");
  const params = { _meta: { [`${prefix}protocolVersion`]: odd } };
  const { error } = await client.request("tools/list", params);
  assert.match(error?.message ?? "", /not supported over HTTP\+SSE/);
});

test("gateway-stdio answers each such request, and goes on", async (t) => {
  const path = join(await temporaryFolder(t), "catalog.yaml");
  await writeFile(path, JSON.stringify({ servers: [entry] }));
  const client = new StdioClient(t, ["--server", "odd", "--catalog", path]);
  await client.initialize();
  for (const [method, params] of requests) {
    const answer = await client.request(method, params);
    assert.ok(answer, method);
  }
  assert.ok(JSON.parse(await client.callTool("seen")).length > 0);
});
