/** Byte order marks and ids as text in all places where they may appear: files, bodies, lines, servers. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { fixture, startGateway } from "../support/gateway.ts";
import { McpClient } from "../support/mcp-client.ts";
import { runToEnd } from "../support/stdio-client.ts";

test("a server, a catalog and a client may begin with a byte order mark, and ids may come back as text", async (t) => {
  const catalog = `\ufeff${JSON.stringify({ servers: [{ id: "odd", runtime: fixture("odd-writer") }] })}`;
  const { url, catalogPath } = await startGateway(t, catalog);

  const client = await McpClient.open(url, "odd");
  assert.match(await client.callTool("who"), /^\d+$/);

  const body = JSON.stringify({ server_id: "odd", method: "tools/call", params: { name: "who" } });
  const headers = { "Content-Type": "application/json" };
  const response = await fetch(`${url}/mcp`, { method: "POST", headers, body: `\ufeff${body}` });
  assert.equal(response.status, 200);
  assert.match(await response.text(), /"text":"\d+"/);

  const input = '\ufeff{"jsonrpc":"2.0","id":1,"method":"tools/list"}\n';
  const { stdout } = await runToEnd("gateway-stdio", ["--server", "odd", "--catalog", catalogPath], {
    input,
  });
  const answer = JSON.parse(stdout);
  assert.deepEqual([answer.id, answer.result?.tools?.[0]?.name], [1, "who"], stdout);
});
