/** A listener at the former or expected address of a gateway receives no key (issue: *Keys to whoever listens*). */

import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { type RequestListener, request } from "node:http";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { fixture, startGateway, temporaryFolder } from "../support/gateway.ts";
import type { RpcMessage } from "../support/mcp-client.ts";
import { recordingListener } from "../support/recording-listener.ts";
import { runToEnd, StdioClient } from "../support/stdio-client.ts";

const key = "omg_the-key-of-the-gateway";
const list = '{"jsonrpc":"2.0","id":1,"method":"tools/list"}\n';
const echo = { id: "echo", runtime: fixture("echo") };
const noProof = /did not prove that it knows the API key, so the key was not sent/;

async function keyFile(t: TestContext): Promise<string> {
  const file = join(await temporaryFolder(t), "key");
  await writeFile(file, `${key}\n`);
  return file;
}

async function ask(args: string[], env: Readonly<Record<string, string>> = {}): Promise<RpcMessage> {
  const { stdout } = await runToEnd("gateway-stdio", ["--server", "echo", ...args], { env, input: list });
  return JSON.parse(stdout) as RpcMessage;
}

/** Forwards every request to a gateway, header by header, as an attacker in the middle does. */
function relayTo(target: string): RequestListener {
  return (incoming, outgoing) => {
    const { method, url = "", headers } = incoming;
    const passed = request(new URL(url, target), { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    incoming.pipe(passed.on("error", () => outgoing.destroy()));
  };
}

test("a listener that only claims to be healthy receives no key from a file, nor one from the environment", async (t) => {
  const listener = await recordingListener(t);
  const fromFile = await ask(["--gateway", listener.url, "--api-key-file", await keyFile(t)]);
  assert.match(fromFile.error?.message ?? "", noProof);
  const fromEnv = await ask(["--gateway", listener.url], { MCP_GATEWAY_API_KEY: key });
  assert.match(fromEnv.error?.message ?? "", noProof);
  assert.ok(listener.requests.length > 0);
  assert.ok(!listener.text().includes(key));
});

test("a listener at the configured address receives no key", async (t) => {
  const listener = await recordingListener(t);
  const home = await temporaryFolder(t);
  await mkdir(join(home, ".config/mcp-gateway"), { recursive: true });
  const config = { listen_addr: `127.0.0.1:${listener.port}`, api_key: key };
  await writeFile(join(home, ".config/mcp-gateway/config.yaml"), JSON.stringify(config));
  const answer = await ask([], { HOME: home, USERPROFILE: home });
  assert.match(answer.error?.message ?? "", noProof);
  assert.ok(!listener.text().includes(key));
});

test("a listener that takes the port while the gateway is away receives no key, and the relay works on after that", async (t) => {
  const config = { api_key: key };
  const first = await startGateway(t, [echo], { config });
  const client = new StdioClient(t, [
    "--gateway",
    first.url,
    "--server",
    "echo",
    "--api-key-file",
    await keyFile(t),
  ]);
  await client.initialize();
  assert.equal(await client.callTool("echo", { n: 1 }), '{"n":1}');
  await first.stop();
  const { host, port } = new URL(first.url);
  const listener = await recordingListener(t, undefined, Number(port));
  await assert.rejects(client.callTool("echo", { n: 2 }));
  await listener.received(1);
  await listener.close();
  assert.ok(!listener.text().includes(key));
  await startGateway(t, [echo], { config: { ...config, listen_addr: host } });
  assert.equal(await client.callTool("echo", { n: 3 }), '{"n":3}');
});

test("a listener that relays the challenge to the real gateway on another port receives no key", async (t) => {
  const gateway = await startGateway(t, [echo], { config: { api_key: key } });
  const listener = await recordingListener(t, relayTo(gateway.url));
  const file = await keyFile(t);
  const answer = await ask(["--gateway", listener.url, "--direct", "--api-key-file", file]);
  assert.match(answer.error?.message ?? "", /is not the gateway but forwards connections to it/);
  assert.ok(listener.requests.some(({ path }) => path === "/health"));
  assert.ok(!listener.text().includes(key));
  // Without `--direct`, the same relay counts as a port forward that the user has named.
  const forwarded = await ask(["--gateway", listener.url, "--api-key-file", file]);
  assert.ok(forwarded.result, JSON.stringify(forwarded));
});

test("a listener that repeats an old proof receives no key", async (t) => {
  const gateway = await startGateway(t, [echo], { config: { api_key: key } });
  const headers = { "X-MCP-Gateway-Challenge": "a-challenge-of-the-attacker" };
  const old = await (await fetch(`${gateway.url}/health`, { headers })).text();
  assert.match(old, /"macs":\["/);
  const listener = await recordingListener(t, (_request, response) => {
    response.writeHead(200, { "Content-Length": old.length }).end(old);
  });
  const answer = await ask(["--gateway", listener.url, "--api-key-file", await keyFile(t)]);
  assert.match(answer.error?.message ?? "", noProof);
  assert.ok(!listener.text().includes(key));
});

test("a listener that redirects cannot send the key to another address", async (t) => {
  const elsewhere = await recordingListener(t);
  const listener = await recordingListener(t, (request, response) => {
    response.writeHead(307, { Location: `${elsewhere.url}${request.url}` }).end();
  });
  await ask(["--gateway", listener.url, "--api-key-file", await keyFile(t)]);
  assert.ok(listener.requests.length > 0);
  assert.deepEqual(elsewhere.requests, []);
  assert.ok(!listener.text().includes(key));
});

test("a listener that answers without end does not block a client forever or fill its memory", async (t) => {
  const listener = await recordingListener(t, (_request, response) => {
    response.writeHead(200, { "Content-Length": "99999" }).write("x".repeat(50_000));
  });
  const answer = await ask(["--gateway", listener.url, "--api-key-file", await keyFile(t)]);
  assert.match(answer.error?.message ?? "", noProof);
});
