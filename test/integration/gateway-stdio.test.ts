/* biome-ignore-all lint/suspicious/noTemplateCurlyInString: a key may look so */
/** `gateway-stdio` in its three modes, as agents run it (gateway.md, *gateway-stdio*). */

import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { fixture, npmServer, root, startGateway, temporaryFolder } from "../support/gateway.ts";
import { inspect } from "../support/inspector.ts";
import type { RpcMessage } from "../support/mcp-client.ts";
import { runToEnd, StdioClient } from "../support/stdio-client.ts";
import { until } from "../support/until.ts";

async function catalogFile(t: TestContext, servers: object[]): Promise<string> {
  const path = join(await temporaryFolder(t), "catalog.yaml");
  await writeFile(path, JSON.stringify({ servers }));
  return path;
}

const list = '{"jsonrpc":"2.0","id":1,"method":"tools/list"}\n';

test("a request from a pipe is answered, and it exits with 0", async (t) => {
  const catalog = await catalogFile(t, [{ id: "everything", runtime: npmServer("everything") }]);
  const { code, stdout } = await runToEnd("gateway-stdio", ["--server", "everything", "--catalog", catalog], {
    input: list,
  });
  const answer = JSON.parse(stdout) as RpcMessage;
  assert.equal(answer.id, 1);
  assert.ok(answer.result.tools.some(({ name }: { name: string }) => name === "echo"));
  assert.equal(code, 0);
});

test("stdout is protocol only; the log goes to stderr", async (t) => {
  const catalog = await catalogFile(t, [{ id: "noisy", runtime: fixture("noisy-stdout") }]);
  const args = ["--server", "noisy", "--catalog", catalog, "--log-level", "debug"];
  const { stdout, stderr } = await runToEnd("gateway-stdio", args, { input: list });
  for (const line of stdout.trim().split("\n")) assert.equal(JSON.parse(line).jsonrpc, "2.0");
  assert.match(stderr, /INFO {2}noisy: running/);
});

test("the errors agents know it by", async (t) => {
  const servers = [
    { id: "dies", runtime: fixture("crash-on-start") },
    { id: "echo", runtime: fixture("echo") },
  ];
  const catalog = await catalogFile(t, servers);
  const run = async (server: string, input: string, from = ["--catalog", catalog]) => {
    const { stdout } = await runToEnd("gateway-stdio", ["--server", server, ...from], { input });
    return JSON.parse(stdout) as RpcMessage;
  };
  assert.deepEqual(await run("x", list), {
    jsonrpc: "2.0",
    id: 1,
    error: { code: -32001, message: "Server 'x' not found in catalog" },
  });
  assert.equal((await run("x", "")).id, null);
  const dead = await run("dies", list);
  assert.deepEqual([dead.id, dead.error?.code], [1, -32002]);
  assert.match(dead.error?.message ?? "", /^Failed to connect to server: exited with code 3/);
  const gateway = await startGateway(t, servers);
  const relayed = await run("dies", list, ["--gateway", gateway.url]);
  assert.deepEqual([relayed.id, relayed.error?.code], [1, -32002]);
  assert.match(relayed.error?.message ?? "", /^Failed to connect to server: exited with code 3/);
  assert.deepEqual(await run("echo", "{not json\n"), {
    jsonrpc: "2.0",
    id: null,
    error: { code: -32700, message: "Parse error: invalid JSON" },
  });
});

test("initialize is answered while the server needs 6 s, and the first list is the server's own", async (t) => {
  const catalog = await catalogFile(t, [
    { id: "slow", display_name: "Slow one", runtime: fixture("slow-start") },
  ]);
  const client = new StdioClient(t, ["--server", "slow", "--catalog", catalog]);
  const began = performance.now();
  const answer = await client.initialize();
  const elapsed = performance.now() - began;
  t.diagnostic(`answered after ${Math.round(elapsed)} ms`);
  assert.ok(elapsed < 5_000, `answered after ${elapsed} ms`);
  assert.equal(answer.result.protocolVersion, "2024-11-05");
  assert.equal(answer.result.serverInfo.title, "Slow one");
  client.send({ method: "notifications/initialized" });
  const [tools, prompts] = await Promise.all([client.request("tools/list"), client.request("prompts/list")]);
  assert.deepEqual(
    tools.result.tools.map(({ name }: { name: string }) => name),
    ["who"],
  );
  // The gateway promised prompts before the server reported that it has none.
  assert.deepEqual(prompts.result, { prompts: [] });
  assert.equal(await client.end(), 0);
});

test("SIGTERM and the end of its input end it and its server", async (t) => {
  const catalog = await catalogFile(t, [{ id: "echo", runtime: fixture("echo") }]);
  for (const signal of ["SIGTERM", undefined] as const) {
    const client = new StdioClient(t, ["--server", "echo", "--catalog", catalog]);
    await client.initialize();
    const pid = Number(await client.callTool("who"));
    if (signal) client.process.kill(signal);
    assert.equal(await (signal ? client.exited : client.end()), 0);
    assert.throws(() => process.kill(pid, 0), /ESRCH/);
  }
});

test("the server's questions and progress cross stdio", async (t) => {
  const catalog = await catalogFile(t, [{ id: "asks", runtime: fixture("asks-client") }]);
  const client = new StdioClient(t, ["--server", "asks", "--catalog", catalog]);
  await client.initialize({ sampling: {} });
  const call = client.callTool("sample", { text: "hello" });
  const question = await until("it asks", () => client.heard[0]);
  assert.equal(question.method, "sampling/createMessage");
  client.send({
    id: question.id,
    result: { role: "assistant", content: { type: "text", text: "hi" }, model: "m" },
  });
  assert.match(await call, /"text":"hi"/);
});

test("clients through a running gateway share one child, read the key from a file, and get an error for unknown servers", async (t) => {
  const gateway = await startGateway(t, [{ id: "echo", runtime: fixture("echo") }], {
    config: { api_key: "a-key-with-$${b}" },
  });
  const keyFile = join(gateway.folder, "key");
  await writeFile(keyFile, "a-key-with-${b}\n");
  const flags = ["--gateway", gateway.url, "--api-key-file", keyFile, "--server"];
  const [one, other] = [new StdioClient(t, [...flags, "echo"]), new StdioClient(t, [...flags, "echo"])];
  await Promise.all([one.initialize(), other.initialize()]);
  assert.equal(await one.callTool("who"), await other.callTool("who"));

  const unknown = await runToEnd("gateway-stdio", [...flags, "x"], { input: list });
  assert.deepEqual([unknown.code, unknown.stderr], [1, "gateway-stdio: Server 'x' not found in catalog\n"]);
  assert.deepEqual(JSON.parse(unknown.stdout).error, {
    code: -32001,
    message: "Server 'x' not found in catalog",
  });
  const keyless = await runToEnd("gateway-stdio", ["--gateway", gateway.url, "--server", "echo"], {
    input: list,
  });
  assert.equal(keyless.code, 1);
  assert.match(
    JSON.parse(keyless.stdout).error.message,
    /^Failed to connect to server: the gateway at .* requires an API key: set MCP_GATEWAY_API_KEY or use --api-key-file$/,
  );
});

test("a URL without a gateway is an error in one line, also for the client, and exit code 1", async (t) => {
  const page = createServer((_, response) =>
    response.writeHead(200, { "content-type": "text/html" }).end("<h1>Hello</h1>"),
  );
  await once(page.listen(0, "127.0.0.1"), "listening");
  t.after(() => page.close());
  const pageUrl = `http://127.0.0.1:${(page.address() as AddressInfo).port}`;
  const cases: [string[], RegExp][] = [
    [
      ["--gateway", "http://127.0.0.1:1"],
      /no gateway answers at http:\/\/127\.0\.0\.1:1 \(.*\): start it, or check/,
    ],
    [["--gateway", "http://nowhere.invalid"], /no gateway answers at http:\/\/nowhere\.invalid \(/],
    [["--gateway", pageUrl], /http:\/\/127\.0\.0\.1:\d+ is not the URL of a gateway: check the URL/],
    [["--gateway", pageUrl, "--server", "echo"], /is not the URL of a gateway: check the URL/],
  ];
  for (const [args, message] of cases) {
    const { code, stdout, stderr } = await runToEnd("gateway-stdio", args, { input: list });
    assert.equal(code, 1, args.join(" "));
    assert.match(stderr, new RegExp(`^gateway-stdio: .*${message.source}.*\n$`));
    const answer = JSON.parse(stdout) as RpcMessage;
    assert.deepEqual([answer.id, answer.error?.code], [1, -32002]);
    assert.match(answer.error?.message ?? "", message);
  }
});

test("it survives a restart of the gateway that it is connected to", async (t) => {
  const first = await startGateway(t, [{ id: "echo", runtime: fixture("echo") }]);
  const client = new StdioClient(t, ["--gateway", first.url, "--server", "echo"]);
  await client.initialize();
  assert.equal(await client.callTool("echo", { n: 1 }), '{"n":1}');
  await first.stop();
  const config = { listen_addr: new URL(first.url).host };
  const second = await startGateway(t, [{ id: "echo", runtime: fixture("echo") }], { config });
  assert.equal(await client.callTool("echo", { n: 2 }), '{"n":2}');

  // The client need not wait until the gateway is back, either.
  await second.stop();
  const early = client.callTool("echo", { n: 3 });
  await startGateway(t, [{ id: "echo", runtime: fixture("echo") }], { config });
  assert.equal(await early, '{"n":3}');
});

test("without --gateway and --catalog it uses the gateway at the configured address, or else the configured catalog", async (t) => {
  const running = await startGateway(t, [{ id: "echo", runtime: fixture("echo") }]);
  const home = await temporaryFolder(t);
  const folder = join(home, ".config", "mcp-gateway");
  await mkdir(folder, { recursive: true });
  const config = { listen_addr: new URL(running.url).host, catalog_path: "own.yaml" };
  await writeFile(join(folder, "config.yaml"), JSON.stringify(config));
  await writeFile(
    join(folder, "own.yaml"),
    JSON.stringify({ servers: [{ id: "own", runtime: fixture("echo") }] }),
  );
  const ask = async (server: string) =>
    JSON.parse(
      (
        await runToEnd("gateway-stdio", ["--server", server], {
          env: { HOME: home, USERPROFILE: home },
          input: list,
        })
      ).stdout,
    ) as RpcMessage;
  assert.ok((await ask("echo")).result);
  assert.equal((await ask("own")).error?.code, -32001);
  await running.stop();
  assert.ok((await ask("own")).result);
});

test("the Inspector's command line lists and calls through it", async (t) => {
  const catalog = await catalogFile(t, [{ id: "everything", runtime: npmServer("everything") }]);
  const stdio = [
    process.execPath,
    join(root, "dist/gateway-stdio.js"),
    "--server",
    "everything",
    "--catalog",
    catalog,
  ];
  assert.match(await inspect("--method", "tools/list", "--", ...stdio), /"name": "echo"/);
  const call = [
    "--method",
    "tools/call",
    "--tool-name",
    "echo",
    "--tool-arg",
    "message=through the inspector",
  ];
  assert.match(await inspect(...call, "--", ...stdio), /Echo: through the inspector/);
});

test("with all servers of its own catalog, it answers with known instructions and lists, and starts no server", async (t) => {
  const folder = await temporaryFolder(t);
  const catalogPath = join(folder, "catalog.yaml");
  const servers = ["a", "b"].map((id, index) => ({
    id,
    runtime: fixture("lists"),
    env: { TOOLS: "1", INSTRUCTIONS: `Ask ${id} first.` },
    ...(index === 1 && { instances: "session" }),
  }));
  await writeFile(catalogPath, JSON.stringify({ servers }));
  const env = { MCP_GATEWAY_CACHE_DIR: join(folder, "cache"), MCP_GATEWAY_LOG: "info" };
  const seen = async () => {
    const client = new StdioClient(t, ["--catalog", catalogPath], { env });
    let log = "";
    client.process.stderr?.setEncoding("utf8").on("data", (text: string) => {
      log += text;
    });
    const { result } = await client.initialize();
    client.send({ method: "notifications/initialized" });
    const tools = (await client.request("tools/list")).result.tools.map(({ name }: { name: string }) => name);
    await client.end();
    return { instructions: result.instructions, tools, started: /: running/.test(log) };
  };
  const tools = ["a__tool-1", "a__grow", "b__tool-1", "b__grow"];
  const first = await seen();
  assert.deepEqual([first.tools, first.started], [tools, true]);
  const instructions = "# a\n\nAsk a first.\n\n# b\n\nAsk b first.";
  assert.deepEqual(await seen(), { instructions, tools, started: false });
});
