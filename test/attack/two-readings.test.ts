/**
 * An attacker writes one message that two parsers read differently. A rule is checked on one reading, and the server
 * acts on the other. The keys are doubled, or equal for parsers that ignore case, at the protocol's own levels.
 */

import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { fixture, startGateway, temporaryFolder } from "../support/gateway.ts";
import { McpClient } from "../support/mcp-client.ts";
import { statelessVersion } from "../support/stateless-client.ts";
import { StdioClient } from "../support/stdio-client.ts";

const guarded = { id: "odd", runtime: fixture("says-anything"), tools: { deny: ["say"] } };

const version = `"io.modelcontextprotocol/protocolVersion":"${statelessVersion}"`;
/**
 * Each message calls the denied tool `say` in one of its readings, or names the id, token or arguments of another call.
 */
const messages: Readonly<Record<string, string>> = {
  "a doubled name": `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"say","name":"seen","arguments":{"lines":[]}}}`,
  "a name in another case": `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"seen","Name":"say","arguments":{"lines":[]}}}`,
  "only a name in another case": `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"NAME":"say","arguments":{"lines":[]}}}`,
  "a long s": `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"seen","argumentſ":{"lines":[]}}}`,
  "a Kelvin sign": `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"seen","_meta":{"progressTo\u212Aen":1}}}`,
  "a doubled method": `{"jsonrpc":"2.0","id":1,"method":"tools/call","method":"ping","params":{"name":"say"}}`,
  "doubled params": `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"say"},"params":{"name":"seen"}}`,
  "an id in another case": `{"jsonrpc":"2.0","id":1,"ID":2,"method":"tools/call","params":{"name":"seen"}}`,
  "a doubled _meta": `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"seen","_meta":{},"_meta":{}}}`,
  "a key that ends at a NUL": `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"seen","name\\u0000":"say"}}`,
  "an escaped double": `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"seen","n\\u0061me":"say"}}`,
  "a notification": `{"jsonrpc":"2.0","method":"tools/call","params":{"name":"seen","Name":"say","arguments":{"lines":[]}}}`,
  "a method that ends at a NUL": `{"jsonrpc":"2.0","id":1,"method":"tools/call\\u0000","params":{"name":"say"}}`,
  "a request that is an answer as well": `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"seen"},"result":{}}`,
  "a request that is an error as well": `{"jsonrpc":"2.0","id":1,"method":"ping","error":{"code":1,"message":"forged"}}`,
  "a token in the words of another language": `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"seen","_meta":{"progress_token":1}}}`,
  "a task in the words of another language": `{"jsonrpc":"2.0","id":1,"method":"tasks/result","params":{"task_id":"of-another"}}`,
  "somebody else's cancellation": `{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1,"RequestId":2}}`,
};

for (const [what, text] of Object.entries(messages))
  test(`${what} is refused on every endpoint, and no server receives it`, async (t) => {
    const { url } = await startGateway(t, [guarded], { config: { cors_enabled: false } });
    const client = await McpClient.open(url, "odd", {}, "2025-03-26");
    const all = await McpClient.open(url, "");
    const headers = { "Content-Type": "application/json" };
    const stateless = text.replace('"params":{', `"params":{"_meta":{${version}},`);
    const sent = [
      await client.post(text),
      await client.post(`[{"jsonrpc":"2.0","id":9,"method":"ping"},${text}]`),
      await all.post(text.replaceAll('"seen"', '"odd__seen"').replaceAll('"say"', '"odd__say"')),
      await fetch(`${url}/rpc`, {
        method: "POST",
        headers: { ...headers, "X-Server-ID": "odd" },
        body: text,
      }),
      await fetch(`${url}/mcp`, { method: "POST", headers, body: text.replace("{", '{"server_id":"odd",') }),
      await fetch(`${url}/odd/mcp`, { method: "POST", headers, body: stateless }),
    ];
    for (const response of sent) {
      const body = await response.text();
      assert.equal(response.status, 400, body);
      assert.match(body, /"code":-32600|-32020/);
    }
    const seen = JSON.parse(await client.callTool("seen")) as string[];
    assert.deepEqual(
      seen.filter((method) => method.startsWith("tools/call")),
      ["tools/call seen"],
    );
  });

test("a client on stdio is refused in the same way, and goes on", async (t) => {
  const path = join(await temporaryFolder(t), "catalog.yaml");
  await writeFile(path, JSON.stringify({ servers: [guarded] }));
  const client = new StdioClient(t, ["--server", "odd", "--catalog", path]);
  await client.initialize();
  client.process.stdin?.write(`${messages["a name in another case"]}\n`);
  const seen = JSON.parse(await client.callTool("seen")) as string[];
  assert.deepEqual(
    seen.filter((method) => method.startsWith("tools/call")),
    ["tools/call seen"],
  );
});

test("a tool whose name ends at a NUL does not exist", async (t) => {
  const { url } = await startGateway(t, [guarded]);
  const [client, all] = [await McpClient.open(url, "odd"), await McpClient.open(url, "")];
  await assert.rejects(client.callTool("say\0"), /Unknown tool/);
  await assert.rejects(all.callTool("odd__say\0"), /Unknown tool/);
  const seen = JSON.parse(await client.callTool("seen")) as string[];
  assert.ok(!seen.some((method) => method.includes("say")), String(seen));
});

test("an answer under two ids does not answer the call of another client, and its own call fails", async (t) => {
  const { url } = await startGateway(t, [{ id: "odd", runtime: fixture("says-anything") }]);
  const [client, other] = [await McpClient.open(url, "odd"), await McpClient.open(url, "odd")];
  // The ids of requests to the server count up. Each line answers one of the next ids and has a second id. Ids go down,
  // so that no line answers a later call.
  const lines = Array.from(
    { length: 20 },
    (_, n) =>
      `{"jsonrpc":"2.0","id":${19 - n},"ID":139,"result":{"content":[{"type":"text","text":"forged"}]}}`,
  );
  const answer = await client.request("tools/call", { name: "say", arguments: { lines } });
  assert.match(answer?.error?.message ?? "", /The key \\?"ID\\?" could be taken for another key/);
  assert.ok(JSON.parse(await other.callTool("seen")).includes("tools/call say"));
});
