/** Access to the gateway, and the answers to requests without access (gateway.md, *HTTP*). */

import assert from "node:assert/strict";
import { request } from "node:http";
import { test } from "node:test";
import { fixture, startGateway } from "../support/gateway.ts";
import { McpClient } from "../support/mcp-client.ts";

const echo = { id: "echo", runtime: fixture("echo") };
const paths = [
  "/health",
  "/stats",
  "/metrics",
  "/servers",
  "/servers/echo",
  "/events",
  "/mcp",
  "/rpc",
  "/echo/mcp",
  "/sse",
  "/echo/sse",
  "/sse/message",
  "/nowhere",
];

interface Answer {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly text: string;
}

/** fetch does not let a test set Host and Origin. */
function send(
  url: string,
  method: string,
  path: string,
  { headers = {}, body = "" }: { headers?: Record<string, string>; body?: string } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(new URL(path, url), { method, headers }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk) => {
        text += chunk;
      });
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
      );
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

const json = { "Content-Type": "application/json" };

test("a foreign Host or Origin is answered with 403 on every path, for every method", async (t) => {
  const { url } = await startGateway(t, [echo], {
    config: { cors_enabled: true, cors_origins: ["https://app.example"] },
  });
  const evil = [
    { Host: "evil.example" },
    { Host: `evil.example:${new URL(url).port}` },
    { Origin: "https://evil.example" },
    { Origin: "null" },
    { Origin: "http://127.0.0.1:1" },
    { Origin: "https://app.example.evil.example" },
  ];
  for (const path of paths) {
    for (const method of ["GET", "POST", "DELETE", "OPTIONS"]) {
      for (const headers of evil) {
        const { status } = await send(url, method, path, { headers });
        assert.equal(status, 403, `${method} ${path} ${JSON.stringify(headers)}`);
      }
    }
  }
  for (const headers of [
    {},
    { Origin: url },
    { Origin: url.replace("127.0.0.1", "localhost") },
    { Host: "localhost:9" },
  ]) {
    assert.equal((await send(url, "GET", "/health", { headers })).status, 200, JSON.stringify(headers));
  }
});

test("without CORS no origin gets read access, and with CORS a preflight passes without a key", async (t) => {
  const plain = await startGateway(t, [echo]);
  const own = await send(plain.url, "GET", "/health", { headers: { Origin: plain.url } });
  assert.equal(own.headers["access-control-allow-origin"], undefined);

  const config = { cors_enabled: true, cors_origins: ["https://app.example"], api_key: "secret-key-1" };
  const { url } = await startGateway(t, [echo], { config });
  const origin = { Origin: "https://app.example" };
  const preflight = await send(url, "OPTIONS", "/echo/mcp", {
    headers: {
      ...origin,
      "Access-Control-Request-Method": "POST",
      "Access-Control-Request-Headers": "content-type, mcp-session-id",
    },
  });
  assert.equal(preflight.status, 204);
  assert.equal(preflight.headers["access-control-allow-origin"], "https://app.example");
  assert.equal(preflight.headers["access-control-allow-headers"], "content-type, mcp-session-id");
  const denied = await send(url, "GET", "/servers", { headers: origin });
  assert.equal(denied.status, 401);
  assert.equal(denied.headers["access-control-allow-origin"], "https://app.example");
});

test("a missing key is 401, a wrong key 403, any listed key gives access, Bearer has precedence, health needs no key", async (t) => {
  const { url } = await startGateway(t, [echo], { config: { api_key: ["first-key-111", "second-key-22"] } });
  const ask = (headers: Record<string, string>, path = "/servers") => send(url, "GET", path, { headers });
  const missing = await ask({});
  assert.deepEqual(
    [missing.status, JSON.parse(missing.text)],
    [401, { error: "Unauthorized", message: "API key required" }],
  );
  const wrong = await ask({ "X-API-Key": "nope" });
  assert.deepEqual(
    [wrong.status, JSON.parse(wrong.text)],
    [403, { error: "Forbidden", message: "Invalid API key" }],
  );
  assert.equal((await ask({ Authorization: "Bearer first-key-111" })).status, 200);
  assert.equal((await ask({ "X-API-Key": "second-key-22" })).status, 200);
  assert.equal((await ask({ Authorization: "Bearer nope", "X-API-Key": "second-key-22" })).status, 403);
  assert.equal((await ask({}, "/health")).status, 200);
  for (const path of paths.slice(1)) assert.equal((await ask({}, path)).status, 401, path);
  for (const path of [
    "/.well-known/oauth-protected-resource",
    "/.well-known/oauth-authorization-server/echo/mcp",
    "/echo/mcp/.well-known/oauth-protected-resource",
    "/mcp/.well-known/openid-configuration",
    "/echo/sse/.well-known/oauth-authorization-server",
  ]) {
    const { status, headers, text } = await ask({}, path);
    assert.deepEqual([status, headers["content-type"]], [404, "application/json"]);
    assert.equal(JSON.parse(text).error, "Not Found");
  }
});

test("health proves the keys to any client that sends a challenge, and reveals none of them", async (t) => {
  const config = { api_key: ["first-key-111", "second-key-22"] };
  const { url } = await startGateway(t, [echo], { config });
  const ask = (challenge: string, to = url) =>
    send(to, "GET", "/health", { headers: { "X-MCP-Gateway-Challenge": challenge } });
  const [one, other] = [await ask("a".repeat(22)), await ask("b".repeat(22))];
  const [proof, another] = [one, other].map(({ text }) => JSON.parse(text).proof);
  assert.equal(proof.macs.length, 2);
  assert.equal(new Set([...proof.macs, ...another.macs]).size, 4);
  assert.equal(proof.local, `127.0.0.1 ${new URL(url).port}`);
  assert.doesNotMatch(one.text, /-key-/);
  for (const challenge of ["", "short", "a".repeat(129), "not letters, long enough"])
    assert.equal((await ask(challenge)).status, 400, challenge);
  const { url: open } = await startGateway(t, [echo]);
  const without = await ask("a".repeat(22), open);
  assert.deepEqual(JSON.parse(without.text).proof.macs, []);
});

test("a session belongs to the key and the server with which it was opened", async (t) => {
  const config = { api_key: ["first-key-111", "second-key-22"] };
  const { url } = await startGateway(t, [echo, { ...echo, id: "other" }], { config });
  const client = new McpClient(url, "echo", { Authorization: "Bearer first-key-111" });
  await client.initialize();
  const ping = (server: string, key: string) => {
    const headers = {
      ...json,
      "Mcp-Session-Id": client.headers["Mcp-Session-Id"] ?? "",
      Authorization: `Bearer ${key}`,
    };
    const body = '{"jsonrpc":"2.0","id":1,"method":"ping"}';
    return send(url, "POST", `/${server}/mcp`, { headers, body });
  };
  assert.equal((await ping("echo", "first-key-111")).status, 200);
  assert.equal((await ping("echo", "second-key-22")).status, 404);
  assert.equal((await ping("other", "first-key-111")).status, 404);
});

test("every wrong request has its status, and the answer names the error", async (t) => {
  const { url } = await startGateway(t, [echo, { id: "dies", runtime: fixture("crash-on-start") }]);
  const session = (await McpClient.open(url, "echo")).headers["Mcp-Session-Id"] ?? "";
  const mcp = { ...json, "Mcp-Session-Id": session };
  const ping = '{"jsonrpc":"2.0","id":1,"method":"ping"}';
  const cases: [number, RegExp, string, string, Record<string, string>, string?][] = [
    [404, /No such path: \/nowhere/, "GET", "/nowhere", {}],
    [404, /Server 'x' not found/, "POST", "/x/mcp", json, ping],
    [404, /Server 'x' not found/, "POST", "/mcp", json, '{"server_id":"x","method":"ping"}'],
    [404, /Server 'x' not found/, "POST", "/rpc", { ...json, "X-Server-ID": "x" }, ping],
    [404, /Server 'x' not found/, "GET", "/servers/x/logs", {}],
    [404, /Session not found/, "POST", "/echo/mcp", { ...json, "Mcp-Session-Id": "none" }, ping],
    [400, /Mcp-Session-Id header is required/, "POST", "/echo/mcp", json, ping],
    [
      400,
      /Unsupported MCP-Protocol-Version: 1999-01-01/,
      "POST",
      "/echo/mcp",
      { ...mcp, "MCP-Protocol-Version": "1999-01-01" },
      ping,
    ],
    [400, /Parse error: invalid JSON/, "POST", "/echo/mcp", mcp, "{"],
    [400, /must be a JSON-RPC message/, "POST", "/echo/mcp", mcp, "[]"],
    [400, /Batches are part of protocol version 2025-03-26 only/, "POST", "/echo/mcp", mcp, `[${ping}]`],
    [400, /Name the server/, "POST", "/mcp", json, '{"method":"ping"}'],
    [400, /must have a method/, "POST", "/mcp", json, '{"server_id":"echo"}'],
    [400, /tail must be a whole number/, "GET", "/servers/echo/logs?tail=x", {}],
    [400, /Streamable HTTP: set type http .* \/echo\/sse/, "GET", "/echo/mcp", {}],
    [400, /Streamable HTTP: set type http .* \/sse /, "GET", "/mcp", { Accept: "text/event-stream" }],
    [400, /must be a JSON-RPC message/, "POST", "/echo/mcp", mcp, "{}"],
    [
      400,
      /must be a JSON-RPC message/,
      "POST",
      "/echo/mcp",
      mcp,
      '{"jsonrpc":"2.0","id":null,"method":"ping"}',
    ],
    [405, /PUT is not allowed here/, "PUT", "/echo/mcp", mcp],
    [405, /GET is not allowed here/, "GET", "/servers/echo/start", {}],
    [405, /DELETE is not allowed here/, "DELETE", "/servers", {}],
    [406, /Accept must list text\/event-stream/, "GET", "/echo/mcp", { ...mcp, Accept: "application/json" }],
    [
      415,
      /Content-Type must be application\/json/,
      "POST",
      "/echo/mcp",
      { ...mcp, "Content-Type": "text/plain" },
      ping,
    ],
    [415, /Content-Type must be application\/json/, "POST", "/mcp", {}, ping],
    [
      415,
      /Content-Encoding gzip is not supported: send the body/,
      "POST",
      "/echo/mcp",
      { ...mcp, "Content-Encoding": "gzip" },
      ping,
    ],
    [
      502,
      /Failed to start server: exited with code 3/,
      "POST",
      "/mcp",
      json,
      '{"server_id":"dies","method":"ping/x"}',
    ],
  ];
  for (const [status, message, method, path, headers, body] of cases) {
    const answer = await send(url, method, path, { headers, ...(body !== undefined && { body }) });
    assert.equal(answer.status, status, `${method} ${path}: ${answer.text}`);
    assert.match(JSON.parse(answer.text).message ?? JSON.parse(answer.text).error.message, message);
  }
});

test("a method that a path does not support is 405, with the supported methods", async (t) => {
  const { url } = await startGateway(t, [echo]);
  const allowed = {
    "/health": "GET, HEAD",
    "/stats": "GET, HEAD",
    "/metrics": "GET, HEAD",
    "/events": "GET, HEAD",
    "/servers": "GET, HEAD",
    "/servers/echo": "GET, HEAD",
    "/servers/echo/logs": "GET, HEAD",
    "/servers/echo/restart": "POST",
    "/admin/reload": "POST",
    "/rpc": "POST",
    "/mcp": "POST, GET, DELETE",
    "/echo/mcp": "POST, GET, DELETE",
    "/sse": "GET",
    "/echo/sse": "GET",
    "/sse/message": "POST",
    "/echo/sse/message": "POST",
  };
  for (const [path, methods] of Object.entries(allowed)) {
    for (const method of ["PATCH", "OPTIONS"]) {
      const { status, headers } = await send(url, method, path);
      assert.deepEqual([status, headers["allow"]], [405, methods], `${method} ${path}`);
    }
  }
});

test("a slash at the end of a path changes nothing", async (t) => {
  const { url } = await startGateway(t, [echo]);
  const params = { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "t", version: "1" } };
  const initialize = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "initialize", params });
  for (const path of ["/echo/mcp/", "/mcp/", "/echo/mcp/?x=1"])
    assert.equal((await send(url, "POST", path, { headers: json, body: initialize })).status, 200, path);
  for (const path of ["/health/", "/servers/", "/servers/echo/", "/stats/"])
    assert.equal((await send(url, "GET", path)).status, 200, path);
  assert.equal((await send(url, "GET", "/servers//")).status, 404);
});

test("a refused request leaves its connection usable, however long its body", async (t) => {
  const { url } = await startGateway(t, [echo], {
    config: { api_key: "first-key-111", max_body_bytes: 1_000_000 },
  });
  const body = "x".repeat(30_000_000);
  for (let round = 0; round < 5; round++) {
    const unknown = await fetch(`${url}/echo/mcp`, { method: "POST", headers: json, body });
    assert.equal(unknown.status, 401);
    await unknown.arrayBuffer();
    const headers = { ...json, "X-API-Key": "first-key-111" };
    const large = await fetch(`${url}/rpc`, { method: "POST", headers, body });
    assert.equal(large.status, 413);
    await large.arrayBuffer();
  }
});

test("a one-shot call that gets no answer in time is 504", async (t) => {
  const { url } = await startGateway(t, [
    { id: "mute", request_timeout_seconds: 1, runtime: fixture("never-answers") },
  ]);
  const body = '{"server_id":"mute","method":"tools/call","params":{"name":"wait"}}';
  const answer = await send(url, "POST", "/mcp", { headers: json, body });
  assert.deepEqual(
    [answer.status, JSON.parse(answer.text).message],
    [504, "No answer and no progress within 1 s"],
  );
});

test("answers of the gateway do not contain secrets", async (t) => {
  const secret = "s3cr3t-value-of-a-variable";
  const plain = "ghp_0123456789abcdefghijklmnopqrstuvwxyz";
  const runtime = fixture("crash-on-start");
  const gateway = await startGateway(
    t,
    [
      {
        id: "local",
        runtime: { ...fixture("echo"), args: [...fixture("echo").args, `--token=\${MY_SECRET}`] },
        env: { A: `\${MY_SECRET}`, TOKEN: plain, PLAIN: "visible" },
      },
      {
        id: "remote",
        runtime: {
          type: "remote-sse",
          url: `http://127.0.0.1:9/?key=\${MY_SECRET}`,
          headers: { Authorization: `Bearer \${MY_SECRET}`, "X-Plain": "visible" },
        },
      },
      { id: "dies", runtime, env: { A: `\${MY_SECRET}` } },
    ],
    {
      env: { MY_SECRET: secret, GATEWAY_KEY: "the-key-of-the-gateway" },
      config: { log_level: "trace", api_key: `\${GATEWAY_KEY}` },
    },
  );
  const headers = { Authorization: "Bearer the-key-of-the-gateway" };
  const seen: string[] = [];
  for (const id of ["local", "remote", "dies"]) {
    seen.push((await send(gateway.url, "POST", `/servers/${id}/start`, { headers })).text);
    for (const path of ["", "/logs"])
      seen.push((await send(gateway.url, "GET", `/servers/${id}${path}`, { headers })).text);
  }
  for (const path of ["/servers", "/stats", "/metrics"])
    seen.push((await send(gateway.url, "GET", path, { headers })).text);
  seen.push(gateway.log());
  for (const text of seen) {
    for (const hidden of [secret, plain, "the-key-of-the-gateway"]) assert.ok(!text.includes(hidden), text);
  }
  const ask = (name: string) =>
    JSON.stringify({
      server_id: "local",
      method: "tools/call",
      params: { name: "env", arguments: { name } },
    });
  const variable = async (name: string) =>
    JSON.parse(
      (await send(gateway.url, "POST", "/mcp", { headers: { ...headers, ...json }, body: ask(name) })).text,
    ).result.content[0].text;
  assert.deepEqual([await variable("A"), await variable("GATEWAY_KEY")], [secret, ""]);
  const local = JSON.parse((await send(gateway.url, "GET", "/servers/local", { headers })).text);
  assert.deepEqual(local.env, { A: "***", TOKEN: "***", PLAIN: "visible" });
  const remote = JSON.parse((await send(gateway.url, "GET", "/servers/remote", { headers })).text);
  assert.deepEqual(remote.runtime.headers, { Authorization: "***", "X-Plain": "visible" });
});
