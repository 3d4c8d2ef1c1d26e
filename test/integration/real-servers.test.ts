/** Real servers from npm, real clients, and real remotes, as people use them (gateway.md, *Runtimes*). */

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { Client as Client2, StreamableHTTPClientTransport as Transport2 } from "@modelcontextprotocol/client";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import { npmServer, root, startGateway, temporaryFolder } from "../support/gateway.ts";
import { inspect } from "../support/inspector.ts";
import { McpClient } from "../support/mcp-client.ts";
import { until } from "../support/until.ts";

/** The SDK's client of the initialize era, connected and closed with the test. */
async function sdkClient(t: TestContext, url: string, capabilities: object = {}): Promise<Client> {
  const client = new Client({ name: "test", version: "1" }, { capabilities });
  t.after(() => client.close());
  // The SDK's own types disagree under exactOptionalPropertyTypes.
  await client.connect(new StreamableHTTPClientTransport(new URL(url)) as Transport);
  return client;
}

function textOf(result: unknown): string {
  return (result as { content: { text: string }[] }).content[0]?.text ?? "";
}

/** server-everything as a remote, in the mode given. */
async function remote(t: TestContext, mode: "sse" | "streamableHttp"): Promise<string> {
  const port = await freePort();
  const { args } = npmServer("everything", mode);
  const child = spawn(process.execPath, args, {
    env: { ...process.env, PORT: String(port) },
    stdio: "ignore",
  });
  const exited = new Promise((done) => child.once("exit", done));
  t.after(async () => {
    child.kill("SIGKILL");
    await exited;
  });
  await until("the remote listens", () =>
    fetch(`http://127.0.0.1:${port}/`).then(
      () => true,
      () => false,
    ),
  );
  return `http://127.0.0.1:${port}/${mode === "sse" ? "sse" : "mcp"}`;
}

function freePort(): Promise<number> {
  return new Promise((found) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => found(port));
    });
  });
}

test("the SDK's client uses tools, prompts, resources, completion, progress, logging and sampling of server-everything", async (t) => {
  const { url } = await startGateway(t, [{ id: "everything", runtime: npmServer("everything") }]);
  const client = await sdkClient(t, `${url}/everything/mcp`, { sampling: {} });
  client.setRequestHandler(
    (await import("@modelcontextprotocol/sdk/types.js")).CreateMessageRequestSchema,
    () => ({
      model: "test",
      role: "assistant" as const,
      content: { type: "text" as const, text: "sampled by the client" },
    }),
  );
  const { tools } = await client.listTools();
  const names = tools.map(({ name }) => name);
  assert.ok(names.includes("echo"), names.join(", "));
  assert.equal(textOf(await client.callTool({ name: "echo", arguments: { message: "hi" } })), "Echo: hi");
  assert.ok((await client.listPrompts()).prompts.length > 0);
  const { resources } = await client.listResources();
  const [first] = resources;
  assert.ok(first);
  assert.ok((await client.readResource({ uri: first.uri })).contents.length > 0);
  await client.setLoggingLevel("debug");
  const progress: number[] = [];
  const long = names.find((name) => /long-?running/i.test(name)) ?? "";
  const args = { name: long, arguments: { duration: 1, steps: 4 } };
  await client.callTool(args, undefined, { onprogress: (step) => progress.push(step.progress) });
  assert.deepEqual(progress, [1, 2, 3, 4]);
  const sampling = names.find((name) => /sampling/i.test(name)) ?? "";
  const sampled = await client.callTool({ name: sampling, arguments: { prompt: "hello", maxTokens: 10 } });
  assert.match(textOf(sampled), /sampled by the client/);
});

test("server-filesystem and server-memory do their work through the gateway", async (t) => {
  const folder = await temporaryFolder(t);
  await writeFile(join(folder, "note.txt"), "written before\n");
  const gateway = await startGateway(t, [
    { id: "files", runtime: npmServer("filesystem", folder) },
    { id: "memory", runtime: npmServer("memory"), env: { MEMORY_FILE_PATH: join(folder, "memory.jsonl") } },
  ]);
  const files = await sdkClient(t, `${gateway.url}/files/mcp`);
  const read = await files.callTool({
    name: "read_text_file",
    arguments: { path: join(folder, "note.txt") },
  });
  assert.equal(textOf(read), "written before\n");
  const memory = await sdkClient(t, `${gateway.url}/memory/mcp`);
  const entities = [{ name: "gateway", entityType: "program", observations: ["one address"] }];
  await memory.callTool({ name: "create_entities", arguments: { entities } });
  await fetch(`${gateway.url}/servers/memory/stop`, { method: "POST" });
  assert.match(textOf(await memory.callTool({ name: "read_graph", arguments: {} })), /one address/);
});

test("the SDK's client of the 2.x line works", async (t) => {
  const { url } = await startGateway(t, [{ id: "everything", runtime: npmServer("everything") }]);
  const client = new Client2({ name: "test", version: "1" }, {});
  t.after(() => client.close());
  await client.connect(new Transport2(new URL(`${url}/everything/mcp`)));
  assert.ok((await client.listTools()).tools.length > 0);
  assert.equal(textOf(await client.callTool({ name: "echo", arguments: { message: "2.x" } })), "Echo: 2.x");
});

test("the SDK's client works over gateway-stdio", async (t) => {
  const catalog = join(await temporaryFolder(t), "catalog.yaml");
  await writeFile(
    catalog,
    JSON.stringify({ servers: [{ id: "everything", runtime: npmServer("everything") }] }),
  );
  const client = new Client({ name: "test", version: "1" });
  const args = [join(root, "dist/gateway-stdio.js"), "--server", "everything", "--catalog", catalog];
  await client.connect(new StdioClientTransport({ command: process.execPath, args, stderr: "ignore" }));
  t.after(() => client.close());
  assert.equal(
    textOf(await client.callTool({ name: "echo", arguments: { message: "stdio" } })),
    "Echo: stdio",
  );
});

test("the Inspector's command line works over HTTP", async (t) => {
  const { url } = await startGateway(t, [{ id: "everything", runtime: npmServer("everything") }]);
  const flags = ["--server-url", `${url}/everything/mcp`, "--transport", "http"];
  assert.match(await inspect(...flags, "--method", "tools/list"), /"name": "echo"/);
  const call = ["--method", "tools/call", "--tool-name", "echo", "--tool-arg", "message=over HTTP"];
  assert.match(await inspect(...flags, ...call), /Echo: over HTTP/);
});

for (const mode of ["streamableHttp", "sse"] as const) {
  test(`a remote over ${mode} works`, async (t) => {
    const runtime = { type: "remote-sse", url: await remote(t, mode) };
    const { url } = await startGateway(t, [{ id: "far", runtime }]);
    const client = await McpClient.open(url, "far");
    assert.equal(await client.callTool("echo", { message: mode }), `Echo: ${mode}`);
    const list = await client.request("tools/list");
    const long = list?.result.tools.find(({ name }: { name: string }) => /long-?running/i.test(name)).name;
    const seen: number[] = [];
    await client.callTool(
      long,
      { duration: 1, steps: 3 },
      {
        token: "t",
        onMessage: ({ method, params }) => method === "notifications/progress" && seen.push(params.progress),
      },
    );
    assert.deepEqual(seen, [1, 2, 3]);
    const status = ((await (await fetch(`${url}/servers/far`)).json()) as { status: string }).status;
    assert.equal(status, "running");
  });
}

test("a remote that cannot be reached is an error with reason and address", async (t) => {
  const runtime = {
    type: "remote-sse",
    url: `http://127.0.0.1:${await freePort()}/mcp?token=hidden-in-the-url`,
  };
  const { url } = await startGateway(t, [{ id: "far", runtime }]);
  const response = await fetch(`${url}/servers/far/start`, { method: "POST" });
  const { message } = (await response.json()) as { message: string };
  assert.match(message, /^Failed to start server: .*127\.0\.0\.1/);
  assert.ok(!message.includes("hidden-in-the-url"));
});
