/** Edge cases of a client without a session: a server removed while it waits, batches, answers in JSON only. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { fixture, startGateway } from "../support/gateway.ts";

const version = "2026-07-28";
const prefix = "io.modelcontextprotocol/";
const capabilities = { elicitation: { form: {} }, sampling: {}, roots: {} };
const _meta = { [`${prefix}protocolVersion`]: version, [`${prefix}clientCapabilities`]: capabilities };

const request = (method: string, params: object) => ({
  jsonrpc: "2.0",
  id: 1,
  method,
  params: { ...params, _meta },
});

function post(url: string, body: object, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      Accept: "application/json, text/event-stream",
      "MCP-Protocol-Version": version,
      ...headers,
    },
    body: JSON.stringify(body),
  });
}

const json = { Accept: "application/json" };

const call = (url: string, name: string, accept: Record<string, string> = {}) =>
  post(url, request("tools/call", { name, arguments: { ms: 3_000 } }), {
    "Mcp-Method": "tools/call",
    "Mcp-Name": name,
    ...accept,
  });

test("a server that is removed does not wait for a client that can no longer answer", async (t) => {
  const asks = { id: "asks", runtime: fixture("asks-thrice", "initialize") };
  const gateway = await startGateway(t, [asks]);
  const answer = await call(`${gateway.url}/asks/mcp`, "survey", json);
  const { result } = (await answer.json()) as { result: { resultType: string } };
  assert.equal(result.resultType, "input_required");
  await gateway.writeCatalog([]);
  await fetch(`${gateway.url}/admin/reload`, { method: "POST" });
  await gateway.logged(/asks: stopped/);
});

test("a batch is refused with the reason", async (t) => {
  const { url } = await startGateway(t, [{ id: "echo", runtime: fixture("echo") }]);
  for (const path of ["/mcp", "/echo/mcp"]) {
    const answer = await post(`${url}${path}`, [request("tools/list", {})]);
    assert.equal(answer.status, 400);
    assert.match(await answer.text(), /Batches are part of protocol version 2025-03-26 only/);
  }
});

test("a client that accepts JSON only gets its answer as JSON, however long it takes, and cannot listen", async (t) => {
  const { url } = await startGateway(t, [{ id: "echo", runtime: fixture("echo") }]);
  const answer = await call(`${url}/echo/mcp`, "sleep", json);
  assert.equal(answer.headers.get("content-type"), "application/json");
  const { result } = (await answer.json()) as { result: { content: { text: string }[] } };
  assert.equal(result.content[0]?.text, "slept");
  const listen = request("subscriptions/listen", { notifications: { toolsListChanged: true } });
  const refused = await post(`${url}/echo/mcp`, listen, { "Mcp-Method": "subscriptions/listen", ...json });
  assert.equal(refused.status, 406);
});
