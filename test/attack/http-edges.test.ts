/** Classic attacks on HTTP: smuggling, guessed sessions, unusual paths, forwarded credentials, bombs. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { text } from "node:stream/consumers";
import { type TestContext, test } from "node:test";
import { gzipSync } from "node:zlib";
import { fixture, startGateway } from "../support/gateway.ts";
import { McpClient } from "../support/mcp-client.ts";
import { statusesIn } from "../support/pipelined.ts";

const echo = { id: "echo", runtime: fixture("echo") };

/** The gateway's answer to raw bytes. */
async function raw(url: string, bytes: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on("error", () => undefined);
  socket.end(bytes);
  return text(socket);
}

test("a request with two body lengths is refused, so that no second request can be smuggled behind it", async (t) => {
  const { url } = await startGateway(t, [echo]);
  const { host } = new URL(url);
  const hidden = "POST /servers/echo/start HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n";
  const head = (lines: string) => `POST /rpc HTTP/1.1\r\nHost: ${host}\r\n${lines}\r\n\r\n`;
  const smuggled = [
    `${head(`Content-Length: ${hidden.length + 5}\r\nTransfer-Encoding: chunked`)}0\r\n\r\n${hidden}`,
    head(`Content-Length: 0\r\nContent-Length: ${hidden.length}`) + hidden,
    `${head("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity")}0\r\n\r\n${hidden}`,
    `${head(`Transfer-Encoding : chunked`)}0\r\n\r\n${hidden}`,
    `${head(`Transfer-Encoding: xchunked\r\nContent-Length: 5`)}0\r\n\r\n${hidden}`,
  ];
  for (const bytes of smuggled) {
    const statuses = statusesIn(await raw(url, bytes));
    assert.ok(statuses.length >= 1 && statuses.every((status) => status >= 400), statuses.join());
  }
  const row = (await (await fetch(`${url}/servers/echo`)).json()) as { status: string };
  assert.equal(row.status, "stopped");
});

test("a session cannot be guessed, or used with another key or at another path", async (t) => {
  const { url } = await startGateway(t, [echo, { ...echo, id: "other" }], {
    config: { api_key: ["mine", "theirs"] },
  });
  const mine = new McpClient(url, "echo", { Authorization: "Bearer mine" });
  await mine.initialize();
  const id = mine.headers["Mcp-Session-Id"] ?? "";
  assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  const attempts: [server: string, key: string, session: string][] = [
    ["echo", "theirs", id],
    ["other", "mine", id],
    ["", "mine", id],
    ["echo", "mine", id.replace(/.$/, (last) => (last === "0" ? "1" : "0"))],
    ["echo", "mine", id.toUpperCase()],
  ];
  for (const [server, key, session] of attempts) {
    const thief = new McpClient(url, server, { Authorization: `Bearer ${key}`, "Mcp-Session-Id": session });
    for (const response of [
      await thief.post({ jsonrpc: "2.0", id: 1, method: "ping" }),
      await fetch(thief.endpoint, { headers: { ...thief.headers, Accept: "text/event-stream" } }),
      await fetch(thief.endpoint, { method: "DELETE", headers: thief.headers }),
    ])
      assert.equal(response.status, 404, `${server} ${key} ${session}`);
  }
  assert.match(await mine.callTool("echo", { message: "still mine" }), /still mine/);
});

test("a path in another spelling leads nowhere", async (t) => {
  const { url } = await startGateway(t, [echo], { config: { api_key: "k" } });
  const { host } = new URL(url);
  const paths = [
    "//servers",
    "/servers/../stats",
    "/%73ervers",
    "/health/../servers",
    "/health%2f..%2fservers",
    "/servers/echo/../../stats",
    "/.well-known/../servers",
    "/echo%2fmcp",
    "http://evil.example/servers",
  ];
  for (const path of paths) {
    const answer = await raw(url, `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    const [status] = statusesIn(answer);
    assert.ok(status !== undefined && status >= 400, `${path} ${status}`);
    assert.doesNotMatch(answer, /"runtime_type"|uptime_seconds/);
  }
});

interface Remote {
  readonly url: string;
  readonly requests: IncomingMessage[];
}

async function remote(
  t: TestContext,
  answer: (request: IncomingMessage, response: ServerResponse, body: string) => void,
): Promise<Remote> {
  const requests: IncomingMessage[] = [];
  const server = createServer(async (request, response) => {
    requests.push(request);
    answer(request, response, await text(request));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  t.after(() => server.closeAllConnections());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

const initialized = (body: string) => {
  const { id, method } = JSON.parse(body || "{}");
  const serverInfo = { name: "remote", version: "1" };
  const result =
    method === "initialize" ? { protocolVersion: "2025-06-18", capabilities: {}, serverInfo } : {};
  return JSON.stringify({ jsonrpc: "2.0", id, result });
};

function json(response: ServerResponse, body: string): void {
  response.writeHead(200, { "content-type": "application/json" }).end(body);
}

test("a client's credentials never reach a server", async (t) => {
  const { url: to, requests } = await remote(t, (_, response, body) => json(response, initialized(body)));
  const runtime = { type: "remote-sse", url: `${to}/mcp`, headers: { "X-Own": "catalog" } };
  const { url } = await startGateway(t, [{ id: "far", runtime }], { config: { api_key: "the-gateway-key" } });
  const client = new McpClient(url, "far", {
    Authorization: "Bearer the-gateway-key",
    Cookie: "session=secret-cookie",
    "Proxy-Authorization": "Basic secret",
    "X-Forwarded-For": "10.0.0.1",
  });
  await client.initialize();
  await client.request("tools/list");
  const seen = requests.map(({ rawHeaders }) => rawHeaders.join("\n")).join("\n");
  assert.match(seen, /X-Own\ncatalog/i);
  assert.doesNotMatch(seen, /the-gateway-key|secret|cookie|10\.0\.0\.1|proxy-authorization/i);
});

test("a redirect of a remote to another origin is not followed", async (t) => {
  const other = await remote(t, (_, response, body) => json(response, initialized(body)));
  const { url: to } = await remote(t, (_, response) =>
    response.writeHead(307, { location: `${other.url}/mcp` }).end(),
  );
  const runtime = {
    type: "remote-sse",
    url: `${to}/mcp`,
    headers: { Authorization: "Bearer of-the-catalog" },
  };
  const { url } = await startGateway(t, [{ id: "far", runtime }]);
  const answer = await new McpClient(url, "far").initialize();
  assert.match(answer.error?.message ?? "", /redirect/i);
  assert.deepEqual(other.requests, []);
});

test("an answer that unpacks to a hundred times its size is not unpacked", async (t) => {
  const bomb = gzipSync(Buffer.alloc(200_000_000, " "));
  const { url: to } = await remote(t, (_, response, body) => {
    if (JSON.parse(body || "{}").method !== "tools/list") return json(response, initialized(body));
    response.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" }).end(bomb);
  });
  const { url } = await startGateway(t, [{ id: "far", runtime: { type: "remote-sse", url: `${to}/mcp` } }]);
  const client = await McpClient.open(url, "far");
  const answer = await client.request("tools/list");
  assert.ok(answer?.error, JSON.stringify(answer).slice(0, 200));
});
