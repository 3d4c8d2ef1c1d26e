/** Clients that people use, in front of a real server: the Inspector's command line in each era, and mcp-remote. */

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { type TestContext, test } from "node:test";
import { Client as Client2 } from "@modelcontextprotocol/client";
import { StdioClientTransport as Stdio2 } from "@modelcontextprotocol/client/stdio";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { npmServer, startGateway, temporaryFolder } from "../support/gateway.ts";
import { inspect } from "../support/inspector.ts";

const everything = { id: "everything", runtime: npmServer("everything") };

/** The path where the gateway serves it, and the name of its tool there. */
const addresses = [
  ["/everything/mcp", "echo"],
  ["/mcp", "everything__echo"],
] as const;

for (const era of ["legacy", "auto", "modern"]) {
  for (const [path, tool] of addresses) {
    test(`the Inspector in its ${era} era lists and calls at ${path}`, async (t) => {
      const { url } = await startGateway(t, [everything]);
      const flags = ["--server-url", `${url}${path}`, "--transport", "http", "--protocol-era", era];
      assert.match(await inspect(...flags, "--method", "tools/list"), new RegExp(`"name": "${tool}"`));
      const call = ["--method", "tools/call", "--tool-name", tool, "--tool-arg", `message=${era}`];
      assert.match(await inspect(...flags, ...call), new RegExp(`Echo: ${era}`));
    });
  }
}

/** The command of an agent that supports stdio only. */
async function throughMcpRemote(t: TestContext, url: string) {
  const proxy = createRequire(import.meta.url).resolve("mcp-remote/dist/proxy.js");
  const env = { MCP_REMOTE_CONFIG_DIR: await temporaryFolder(t) };
  return { command: process.execPath, args: [proxy, url], env, stderr: "ignore" as const };
}

test("the SDK's client of the 1.x line connects through mcp-remote", async (t) => {
  const { url } = await startGateway(t, [everything]);
  for (const [path, tool] of addresses) {
    const client = new Client({ name: "test", version: "1" });
    t.after(() => client.close());
    await client.connect(new StdioClientTransport(await throughMcpRemote(t, `${url}${path}`)));
    assert.ok((await client.listTools()).tools.some(({ name }) => name === tool));
    const { content } = await client.callTool({ name: tool, arguments: { message: path } });
    assert.deepEqual(content, [{ type: "text", text: `Echo: ${path}` }]);
  }
});

for (const mode of ["legacy", "auto"] as const) {
  test(`the SDK's client of the 2.x line connects through mcp-remote, its negotiation ${mode}`, async (t) => {
    const { url } = await startGateway(t, [everything]);
    const client = new Client2({ name: "test", version: "1" }, { versionNegotiation: { mode } });
    t.after(() => client.close());
    await client.connect(new Stdio2(await throughMcpRemote(t, `${url}/everything/mcp`)));
    assert.ok((await client.listTools()).tools.some(({ name }) => name === "echo"));
    const { content } = await client.callTool({ name: "echo", arguments: { message: mode } });
    assert.deepEqual(content, [{ type: "text", text: `Echo: ${mode}` }]);
  });
}
