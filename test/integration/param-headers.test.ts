/**
 * Arguments that are repeated in headers (MCP 2026-07-28, *Streamable HTTP*). A server of the SDK refuses calls without
 * them, so the gateway sends them to remote servers for every client, and requires them of its own clients.
 */

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { root, startGateway } from "../support/gateway.ts";
import { McpClient } from "../support/mcp-client.ts";
import { ask } from "../support/stateless-client.ts";

const server = join(root, "test/conformance/reference-server.ts");
const tool = "test_header_parameter";
const places = ["eu-west", "Zürich ☃", " padded ", "=?base64?eA==?=", ""];

async function remote(t: TestContext): Promise<string> {
  const child = spawn(process.execPath, [server, "--http"], { stdio: ["pipe", "pipe", "inherit"] });
  t.after(() => child.kill());
  const [line] = await once(child.stdout.setEncoding("utf8"), "data");
  return `http://127.0.0.1:${JSON.parse(String(line)).port}/mcp`;
}

/** Headers that a client of the newer era sends beside the body. */
function header(region: string): Record<string, string> {
  return { "Mcp-Param-Region": `=?base64?${Buffer.from(region).toString("base64")}?=` };
}

test("the server refuses a call without the header when there is no gateway", async (t) => {
  const { status, answer } = await ask(await remote(t), "tools/call", {
    name: tool,
    arguments: { region: "eu" },
  });
  assert.deepEqual([status, answer.error?.code], [400, -32020]);
});

test("a call before any list of the tools is sent with the header, too", async (t) => {
  const runtime = { type: "remote-sse", url: await remote(t) };
  const { url } = await startGateway(t, [{ id: "far", runtime }]);
  for (const region of places) {
    const params = { name: tool, arguments: { region } };
    const { answer } = await ask(`${url}/far/mcp`, "tools/call", params, { headers: header(region) });
    assert.deepEqual(JSON.parse(answer.result.content[0].text), { region });
  }
});

test("simultaneous calls before any list of the tools all arrive", async (t) => {
  const runtime = { type: "remote-sse", url: await remote(t) };
  const { url } = await startGateway(t, [{ id: "far", runtime }]);
  const regions = Array.from({ length: 40 }, (_, n) => `region-${n}`);
  const answers = await Promise.all(
    regions.map((region, n) => {
      const params = { name: tool, arguments: { region } };
      return ask(`${url}/far/mcp`, "tools/call", params, { id: n, headers: header(region) });
    }),
  );
  assert.deepEqual(
    answers.map(({ answer }) => JSON.parse(answer.result?.content[0].text ?? "{}").region),
    regions,
  );
});

test("a client of the older era does not need such headers", async (t) => {
  const runtime = { type: "remote-sse", url: await remote(t) };
  const { url } = await startGateway(t, [{ id: "far", runtime }]);
  const client = await McpClient.open(url, "far");
  assert.equal(await client.callTool(tool, { region: "eu" }), '{"region":"eu"}');
});

const runtimes = {
  "a remote server": async (t: TestContext) => ({ type: "remote-sse", url: await remote(t) }),
  "a local server": async () => ({ type: "local-process", command: process.execPath, args: [server] }),
};

for (const [what, runtime] of Object.entries(runtimes))
  for (const [path, name] of [
    ["/far/mcp", tool],
    ["/mcp", `far__${tool}`],
  ] as const)
    test(`headers are compared with the body, at ${path} before ${what}`, async (t) => {
      const { url } = await startGateway(t, [{ id: "far", runtime: await runtime(t) }]);
      const call = (region: string, headers: Record<string, string>) =>
        ask(`${url}${path}`, "tools/call", { name, arguments: { region } }, { headers });
      await ask(`${url}${path}`, "tools/list");
      for (const region of places) {
        const { status, answer } = await call(region, header(region));
        assert.equal(status, 200);
        assert.deepEqual(JSON.parse(answer.result.content[0].text), { region });
      }
      const refused: [Record<string, string>, RegExp][] = [
        [{}, /Mcp-Param-Region header is required: the body has the argument 'region'/],
        [header("us"), /Mcp-Param-Region header differs from the argument 'region' in the body/],
        [{ "Mcp-Param-Region": "=?base64?!?=" }, /Mcp-Param-Region header is not valid Base64/],
      ];
      for (const [headers, words] of refused) {
        const { status, answer } = await call("eu", headers);
        assert.deepEqual([status, answer.error?.code], [400, -32020]);
        assert.match(answer.error?.message ?? "", words);
      }
    });
