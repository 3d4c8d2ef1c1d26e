/**
 * Remote servers behind parts of real networks: balancers, proxies, own certificates, cuts, pauses, dead connections.
 */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import { type AddressInfo, connect } from "node:net";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { Worker } from "node:worker_threads";
import { type RemoteNetwork, RemoteRuntime } from "../../src/runtime/remote/remote-runtime.ts";
import type { Launch } from "../../src/runtime/runtime.ts";
import { temporaryFolder } from "../support/gateway.ts";
import { Probe } from "./probe.ts";

interface Request extends http.IncomingMessage {
  json?: { id?: number; method: string; params: Record<string, unknown> };
}
type Serve = (request: Request, response: http.ServerResponse) => void;

/** A server of this test. Requests that `serve` leaves unanswered get the answers of a small MCP server. */
async function serving(t: TestContext, serve: Serve, tls?: https.ServerOptions): Promise<string> {
  const handle = async (request: Request, response: http.ServerResponse) => {
    const text = Buffer.concat(await request.toArray()).toString();
    if (text) request.json = JSON.parse(text);
    serve(request, response);
    if (!response.headersSent && !response.destroyed && !waiting.has(response)) usual(request, response);
  };
  const server = tls ? https.createServer(tls, handle) : http.createServer(handle);
  await once(server.listen(0, "127.0.0.1"), "listening");
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `${tls ? "https" : "http"}://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`;
}

const waiting = new WeakSet<http.ServerResponse>();

function usual({ method, json }: Request, response: http.ServerResponse): void {
  if (method !== "POST" || !json) return void response.writeHead(405).end();
  if (json.id === undefined) return void response.writeHead(202).end();
  answer(response, json.id, resultOf(json));
}

function resultOf({ method, params }: NonNullable<Request["json"]>): object {
  if (method === "tools/list") return { tools: [] };
  if (method !== "initialize") return { content: [{ type: "text", text: "done" }] };
  const serverInfo = { name: "s", version: "1" };
  return { protocolVersion: params["protocolVersion"], capabilities: { tools: {} }, serverInfo };
}

function answer(response: http.ServerResponse, id: unknown, result: object, session?: string): void {
  const headers = { "content-type": "application/json", ...(session && { "mcp-session-id": session }) };
  response.writeHead(200, headers).end(JSON.stringify({ jsonrpc: "2.0", id, result }));
}

function launchOf(url: string, more: object = {}): Launch {
  const redact = (text: string) => text.replaceAll("hunter2", "***");
  const runtime = { type: "remote-sse", url, ...more } as Launch["runtime"];
  return { id: "r", runtime, env: {}, baseDir: "/", redact, hide: () => undefined };
}

async function opened(t: TestContext, url: string, network: RemoteNetwork = {}, more: object = {}) {
  const probe = await Probe.start(new RemoteRuntime(undefined, undefined, network), launchOf(url, more));
  t.after(() => probe.stop());
  await probe.initialize();
  return probe;
}

for (const ends of ["end", "destroy"] as const)
  test(`a call's stream that ends after a priming event is resumed, and its answer reaches the call (${ends})`, async (t) => {
    const resumed: unknown[] = [];
    const url = await serving(t, ({ method, json, headers }, response) => {
      const stream = () => response.writeHead(200, { "content-type": "text/event-stream" });
      if (method === "GET" && headers["last-event-id"] !== undefined) {
        resumed.push(headers["last-event-id"]);
        const result = JSON.stringify({
          jsonrpc: "2.0",
          id: Number(headers["last-event-id"]),
          result: { content: [{ text: "late" }] },
        });
        stream().end(`id: x\ndata: ${result}\n\n`);
      } else if (json?.method === "tools/call") {
        stream().write(`id: ${json.id}\nretry: 10\ndata: \n\n`, () => response[ends]());
      }
    });
    const probe = await opened(t, url);
    assert.equal(await probe.tool("any"), "late");
    assert.equal(resumed.length, 1);
  });

test("a stream that the server does not resume fails its call with the reason", async (t) => {
  const url = await serving(t, ({ method, json, headers }, response) => {
    if (method === "GET" && headers["last-event-id"]) response.writeHead(400).end();
    if (json?.method === "tools/call")
      response.writeHead(200, { "content-type": "text/event-stream" }).end("id: 1\nretry: 1\ndata:\n\n");
  });
  const probe = await opened(t, url);
  await assert.rejects(probe.tool("any"), /did not resume it \(HTTP 400/);
});

test("a web page in place of MCP is named in the error, and so is the text of a 403, without secrets", async (t) => {
  const url = await serving(t, ({ json }, response) => {
    if (json?.method === "tools/list")
      response.writeHead(200, { "content-type": "text/html" }).end("<title>Sign in to Corp</title>");
    if (json?.method === "tools/call") response.writeHead(403).end("the key hunter2 may not\u001b[2J call");
  });
  const probe = await opened(t, url);
  const { host } = new URL(url);
  const page = `${host} answers with a login page: "Sign in to Corp", not with MCP: check the url`;
  await assert.rejects(probe.call("tools/list"), { message: page });
  await assert.rejects(probe.tool("any"), /HTTP 403.*"the key \*\*\* may not\\x1b\[2J call"/);
});

test("a balancer's cookie is sent with every later request", async (t) => {
  const seen: (string | undefined)[] = [];
  const url = await serving(t, ({ method, headers }, response) => {
    if (method === "POST") seen.push(headers.cookie);
    response.setHeader("set-cookie", "AWSALB=1; Path=/");
  });
  const probe = await opened(t, url, {}, { headers: { Cookie: "own=1" } });
  await probe.tool("any");
  assert.deepEqual(seen, ["own=1", "own=1; AWSALB=1", "own=1; AWSALB=1"]);
});

test("a list waits for the time of Retry-After and is sent again, and a call fails with that time", async (t) => {
  const times: number[] = [];
  const url = await serving(t, ({ json }, response) => {
    const isList = json?.method === "tools/list" && times.push(performance.now()) === 1;
    if (isList || json?.method === "tools/call")
      response.writeHead(isList ? 429 : 503, { "retry-after": isList ? "1" : "7" }).end();
  });
  const probe = await opened(t, url);
  assert.deepEqual((await probe.call("tools/list")).json.result, { tools: [] });
  assert.ok((times[1] ?? 0) - (times[0] ?? 0) > 900);
  await assert.rejects(probe.tool("any"), /HTTP 503 from .*: try again in 7 s/);
});

for (const [status, body] of [
  [401, ""],
  [410, ""],
] as const)
  test(`a session that has expired by ${status} is lost at once, so that a new one can begin`, async (t) => {
    let isOver = false;
    const url = await serving(t, ({ json }, response) => {
      if (json?.method === "initialize") answer(response, json.id, resultOf(json), "s");
      else if (isOver) response.writeHead(status).end(body);
    });
    const probe = await opened(t, url);
    await probe.tool("any");
    isOver = true;
    await assert.rejects(probe.tool("any"), /ended the session/);
    assert.deepEqual(await probe.instance.exited, {
      kind: "crashed",
      because: "the remote server ended the session",
    });
  });

test("a 401 for credentials that were never accepted is reported as wrong credentials", async (t) => {
  const url = await serving(t, ({ json }, response) => {
    if (json?.method === "initialize") answer(response, json.id, resultOf(json), "s");
    if (json?.method === "tools/call") response.writeHead(401).end();
  });
  const probe = await opened(t, url);
  await assert.rejects(probe.tool("any"), /rejected the credentials \(HTTP 401\)/);
  assert.deepEqual((await probe.call("tools/list")).json.result, { tools: [] });
});

test("a kept connection that dies is replaced for a list, and not for a call", async (t) => {
  const used = new WeakSet<object>();
  const calls: string[] = [];
  const url = await serving(t, ({ method, json, socket }, response) => {
    if (method !== "POST" || !json) return;
    const isKept = used.has(socket);
    used.add(socket);
    calls.push(json.method);
    if (!isKept || json.method.startsWith("notifications") || json.method === "ping") return;
    waiting.add(response);
    socket.destroy();
  });
  const probe = await opened(t, url);
  await probe.call("ping");
  assert.deepEqual((await probe.call("tools/list")).json.result, { tools: [] });
  assert.equal(calls.filter((method) => method === "tools/list").length, 2);
  await assert.rejects(probe.tool("any"), /closed the connection/);
  assert.equal(calls.filter((method) => method === "tools/call").length, 1);
});

/** Closes idle connections on request. It is a thread of its own, because the test blocks meanwhile. */
const closing = `
const { parentPort, workerData } = require("node:worker_threads");
const http = require("node:http");
const flag = new Int32Array(workerData);
const sockets = new Set();
const server = http.createServer((request, response) => {
  let text = "";
  request.on("data", (part) => { text += part; }).on("end", () => {
    if (request.method !== "POST") return response.writeHead(405).end();
    const { id, method, params } = JSON.parse(text);
    if (id === undefined) return response.writeHead(202).end();
    const result = method === "initialize"
      ? { protocolVersion: params.protocolVersion, capabilities: {}, serverInfo: { name: "s", version: "1" } }
      : { content: [{ type: "text", text: "done" }] };
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ jsonrpc: "2.0", id, result }));
  });
});
server.on("connection", (socket) => sockets.add(socket));
server.listen(0, "127.0.0.1", () => parentPort.postMessage(server.address().port));
parentPort.on("message", () => {
  let open = sockets.size;
  for (const socket of sockets) socket.end(() => {
    if (--open > 0) return;
    Atomics.store(flag, 0, 1);
    Atomics.notify(flag, 0);
  });
});
`;

test("a call on a connection that was closed unnoticed is sent on another one", async (t) => {
  const shared = new SharedArrayBuffer(4);
  const worker = new Worker(closing, { eval: true, workerData: shared });
  t.after(() => worker.terminate());
  const [port] = await once(worker, "message");
  const probe = await opened(t, `http://127.0.0.1:${port}/mcp`);
  assert.equal(await probe.tool("any"), "done");
  worker.postMessage("close");
  assert.notEqual(Atomics.wait(new Int32Array(shared), 0, 0, 10_000), "timed-out");
  assert.equal(await probe.tool("any"), "done");
});

/** A proxy of HTTP and tunnels that leads everything to one port, and records its requests. */
async function proxying(t: TestContext, to: string): Promise<{ url: string; asked: string[] }> {
  const { port } = new URL(to);
  const asked: string[] = [];
  const proxy = http.createServer((request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers["proxy-authorization"]}`);
    const { pathname: path } = new URL(request.url ?? "");
    const { method = "GET", headers } = request;
    const on = http.request({ host: "127.0.0.1", port, method, path, headers }, (answered) => {
      response.writeHead(answered.statusCode ?? 500, answered.headers);
      answered.pipe(response);
    });
    request.pipe(on.on("error", () => response.destroy()));
  });
  proxy.on("connect", (request, client) => {
    asked.push(`CONNECT ${request.url} ${request.headers["proxy-authorization"]}`);
    const server = connect(Number(port), "127.0.0.1", () => {
      client.write("HTTP/1.1 200 OK\r\n\r\n");
      client.pipe(server).pipe(client);
    });
    for (const one of [client, server]) one.on("error", () => undefined);
    t.after(() => server.destroy());
  });
  await once(proxy.listen(0, "127.0.0.1"), "listening");
  t.after(() => {
    proxy.closeAllConnections();
    proxy.close();
  });
  return { url: `http://me:pass@127.0.0.1:${(proxy.address() as AddressInfo).port}`, asked };
}

test("a host that only a proxy knows is reached through it, by its complete URL", async (t) => {
  const url = await serving(t, () => undefined);
  const proxy = await proxying(t, url);
  const probe = await opened(t, "http://mcp.example.invalid/mcp", { proxies: () => ({ http: proxy.url }) });
  assert.equal(await probe.tool("any"), "done");
  assert.equal(proxy.asked[0], "POST http://mcp.example.invalid/mcp Basic bWU6cGFzcw==");
});

test("a proxy that refuses is named without its password", async (t) => {
  const proxies = () => ({ http: "http://me:pass@127.0.0.1:1" });
  const probe = await Probe.start(
    new RemoteRuntime(undefined, undefined, { proxies }),
    launchOf("http://a.invalid/"),
  );
  await assert.rejects(probe.initialize(), { message: "connection to the proxy 127.0.0.1:1 refused" });
  t.after(() => probe.stop());
});

/** A self-signed certificate for 127.0.0.1 and mcp.example.invalid, or a reason why there is none. */
async function selfSigned(t: TestContext, name: string) {
  const folder = await temporaryFolder(t);
  const [key, cert] = [join(folder, `${name}.key`), join(folder, `${name}.pem`)];
  const names = "subjectAltName=IP:127.0.0.1,DNS:mcp.example.invalid";
  const args = [
    "req",
    "-x509",
    "-newkey",
    "rsa:2048",
    "-nodes",
    "-days",
    "2",
    "-subj",
    `/CN=${name}`,
    "-addext",
    names,
  ];
  try {
    execFileSync("openssl", [...args, "-keyout", key, "-out", cert], { stdio: "ignore" });
  } catch {
    return undefined;
  }
  return { key, cert, options: { key: readFileSync(key), cert: readFileSync(cert) } };
}

test("the error for an own certificate names the fix, `ca` applies it, also in a tunnel, and a client certificate is sent", async (t) => {
  const own = await selfSigned(t, "server");
  const client = await selfSigned(t, "client");
  if (!own || !client) return t.skip("there is no openssl to make certificates with");
  const shown: (string | undefined)[] = [];
  const tls = { ...own.options, requestCert: true, rejectUnauthorized: false, ca: client.options.cert };
  const url = await serving(
    t,
    ({ socket }) => {
      const { subject } = (socket as import("node:tls").TLSSocket).getPeerCertificate();
      shown.push(subject?.CN as string | undefined);
    },
    tls,
  );
  const untrusted = await Probe.start(new RemoteRuntime(), launchOf(url));
  await assert.rejects(
    untrusted.initialize(),
    /not trusted \(self-signed certificate\): .*`ca` of the entry/,
  );
  const probe = await opened(t, url, {}, { ca: own.cert, cert: client.cert, key: client.key });
  assert.equal(await probe.tool("any"), "done");
  assert.equal(shown.at(-1), "client");
  const proxy = await proxying(t, url);
  const tunnel = { proxies: () => ({ https: proxy.url }), tls: { ca: own.cert } };
  const far = await opened(t, "https://mcp.example.invalid/mcp", tunnel);
  assert.equal(await far.tool("any"), "done");
  assert.equal(proxy.asked[0], "CONNECT mcp.example.invalid:443 Basic bWU6cGFzcw==");
});

test("certificate files that cannot be used fail the start with field and file", async (t) => {
  const file = join(await temporaryFolder(t), "x.pem");
  writeFileSync(file, "nothing");
  const start = (more: object) => Probe.start(new RemoteRuntime(), launchOf("https://127.0.0.1:1/", more));
  await assert.rejects(start({ ca: file }), {
    code: "start-failed",
    message: /^ca '.*x\.pem' is not a PEM file/,
  });
  await assert.rejects(start({ ca: `${file}.no` }), {
    code: "start-failed",
    message: /^ca cannot be read: ENOENT/,
  });
  await assert.rejects(start({ cert: file }), /^GatewayError: cert is given without key/);
});
