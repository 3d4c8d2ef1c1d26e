/**
 * The runtime contract for remote servers over each of their transports, and features that only HTTP has: statuses,
 * sessions.
 */

import assert from "node:assert/strict";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { after, describe, test } from "node:test";
import { RemoteRuntime } from "../../src/runtime/remote/remote-runtime.ts";
import type { Launch } from "../../src/runtime/runtime.ts";
import { freePort, HttpFixtures } from "./http-fixture.ts";
import { Probe } from "./probe.ts";
import { runtimeContract } from "./runtime-contract.ts";

const fixtures = new HttpFixtures();
const runtime = new RemoteRuntime();

after(() => fixtures.close());

function launch(url: string, headers: Record<string, string> = {}): Launch {
  const redact = (text: string) => text.replaceAll("hunter2", "***");
  const config = { type: "remote-sse", url, headers } as const;
  return { id: "remote", runtime: config, env: {}, baseDir: "/", redact, hide: () => undefined };
}

async function opened(url: string, headers?: Record<string, string>): Promise<Probe> {
  const probe = await Probe.start(runtime, launch(url, headers));
  await probe.initialize();
  return probe;
}

interface Seen {
  method: string;
  path: string;
  headers: Record<string, string>;
}

async function seenBy(origin: string): Promise<Seen[]> {
  return (await (await fetch(`${origin}/seen`)).json()) as Seen[];
}

const control = (origin: string, path: string) => fetch(`${origin}${path}`, { method: "POST" });

for (const mode of ["stream", "json", "legacy"]) {
  describe(`remote-sse keeps the runtime contract (${mode})`, () => {
    runtimeContract({
      runtime,
      launch: async (fixture) => launch(`${await fixtures.serve(fixture, mode)}/mcp`),
      ...(mode === "json" && {
        answersOnly: "a server that answers in JSON has no stream for anything else",
      }),
    });
  });
}

for (const [transport, path] of [
  ["streamableHttp", "/mcp"],
  ["sse", "/sse"],
] as const) {
  test(`server-everything over ${transport}`, async () => {
    const probe = await opened(`${await fixtures.everything(transport)}${path}`);
    assert.equal(await probe.tool("echo", { message: "hello" }), "Echo: hello");
    const meta = { progressToken: 7 };
    await probe.tool("trigger-long-running-operation", { duration: 0.2, steps: 2 }, meta);
    await probe.until(
      () => probe.messages.filter(({ json }) => json.method === "notifications/progress").length >= 2,
    );
    assert.deepEqual(await probe.stop(), { kind: "stopped" });
  });
}

describe("remote-sse", () => {
  test("a remote server gets the catalog's headers, the session and the negotiated version, and the end of the session", async () => {
    const origin = await fixtures.serve("echo.ts");
    const probe = await opened(`${origin}/mcp`, { Authorization: "Bearer hunter2" });
    await probe.tool("echo");
    await probe.stop();
    const seen = await seenBy(origin);
    assert.deepEqual(seen.map(({ method }) => method).sort(), ["DELETE", "GET", "POST", "POST", "POST"]);
    for (const { headers } of seen) assert.equal(headers["authorization"], "Bearer hunter2");
    for (const { headers } of seen.slice(1)) {
      assert.ok(headers["mcp-session-id"]);
      assert.equal(headers["mcp-protocol-version"], "2025-06-18");
    }
  });

  test("a server that cannot be reached ends the instance at once, with host and port only in the reason", async () => {
    const port = await freePort();
    const probe = await Probe.start(runtime, launch(`http://127.0.0.1:${port}/mcp?key=hunter2`));
    await assert.rejects(probe.initialize(), { message: `connection to 127.0.0.1:${port} refused` });
    assert.deepEqual(probe.exit, { kind: "crashed", because: `connection to 127.0.0.1:${port} refused` });
    const nowhere = await Probe.start(runtime, launch("http://no-such-host.invalid/mcp"));
    await assert.rejects(
      nowhere.initialize(),
      /host 'no-such-host.invalid' (not found|could not be looked up)/,
    );
  });

  test("a refusal is reported with its status", async () => {
    const origin = await fixtures.serve("echo.ts");
    const host = new URL(origin).host;
    const credentials = (status: number) =>
      `the remote server rejected the credentials (HTTP ${status}): check headers; it answered "refused"`;
    const cases = [
      [401, credentials(401)],
      [403, credentials(403)],
      [404, `HTTP 404 from ${host} ("refused"): no MCP endpoint at this URL`],
      [405, `HTTP 405 from ${host} ("refused")`],
      [500, `HTTP 500 from ${host} ("refused")`],
      [302, `HTTP 302 from ${host}: it redirects, so set url to the new address`],
    ] as const;
    for (const [status, message] of cases) {
      const probe = await Probe.start(runtime, launch(`${origin}/refuse/${status}`));
      await assert.rejects(probe.initialize(), { message });
      assert.equal(probe.exit?.kind, "crashed");
    }
  });

  test("a URL or header that cannot be used is refused, and the error does not quote it", async () => {
    const cases = [
      [launch("no url hunter2"), "url is not a valid URL"],
      [launch("ftp://hunter2@host/"), "url must begin with http:// or https://, not ftp:"],
      [launch("http://host/", { "X-Key": "hunter2\n" }), undefined],
      [
        launch("http://host/", { "X-Key": "a\nhunter2" }),
        "header 'X-Key' cannot be sent: its name or value has characters that HTTP forbids",
      ],
    ] as const;
    for (const [entry, message] of cases) {
      if (message) await assert.rejects(Probe.start(runtime, entry), { code: "start-failed", message });
      else await (await Probe.start(runtime, entry)).stop();
    }
  });

  test("no message overtakes the handshake", async () => {
    const order: string[] = [];
    const { origin, close } = await scripted(async (body) => {
      order.push(body.method);
      if (body.method !== "ping") await new Promise((resolve) => setTimeout(resolve, 50));
      order.push(`${body.method} answered`);
      return answerTo(body);
    });
    const probe = await Probe.start(runtime, launch(`${origin}/mcp`));
    await Promise.all([probe.initialize(), probe.call("ping")]);
    await probe.call("ping");
    assert.deepEqual(order.slice(0, 2), ["initialize", "initialize answered"]);
    const initialized = order.indexOf("notifications/initialized");
    assert.equal(order[initialized + 1], "notifications/initialized answered");
    await probe.stop();
    close();
  });

  test("an HTTP error for one message fails that message, not the session", async () => {
    const { origin, close } = await scripted((body) => (body.method === "tools/call" ? 502 : answerTo(body)));
    const probe = await opened(`${origin}/mcp`);
    await assert.rejects(probe.tool("any"), { message: `HTTP 502 from ${new URL(origin).host}` });
    assert.deepEqual((await probe.call("ping")).json.result, {});
    await probe.stop();
    close();
  });

  test("a JSON-RPC error in the body of an HTTP error is the answer", async () => {
    const refusal = { jsonrpc: "2.0", error: { code: -32601, message: "no", data: { "x-odd": 1 } } };
    const { origin, close } = await scripted((body) =>
      body.method === "tools/call" ? [500, { ...refusal, id: body.id }] : answerTo(body),
    );
    const probe = await opened(`${origin}/mcp`);
    assert.deepEqual((await probe.call("tools/call")).json.error, refusal.error);
    await probe.stop();
    close();
  });

  test("an answer to a call that is not JSON-RPC fails the call", async () => {
    const { origin, close } = await scripted((body) =>
      body.method === "tools/call" ? [200, { status: "ok" }] : answerTo(body),
    );
    const probe = await opened(`${origin}/mcp`);
    await assert.rejects(probe.tool("any"), /not a JSON-RPC message/);
    await probe.stop();
    close();
  });

  test("a session that the server forgot ends the instance", async () => {
    const origin = await fixtures.serve("echo.ts");
    const probe = await opened(`${origin}/mcp`);
    await control(origin, "/forget");
    await assert.rejects(probe.tool("echo"), /ended the session/);
    assert.deepEqual(await probe.instance.exited, {
      kind: "crashed",
      because: "the remote server ended the session",
    });
  });

  test("the stream for messages outside a call is resumed after a cut", async () => {
    const origin = await fixtures.serve("logs-and-changes.ts");
    const probe = await opened(`${origin}/mcp`);
    const streams = async () => (await seenBy(origin)).filter(({ method }) => method === "GET");
    while ((await streams()).length < 1) await probe.call("ping");
    await control(origin, "/cut");
    while ((await streams()).length < 2) await probe.call("ping");
    await probe.tool("change", { afterMs: 1 });
    await probe.until(() =>
      probe.messages.some(({ json }) => json.method === "notifications/tools/list_changed"),
    );
    assert.deepEqual(await probe.stop(), { kind: "stopped" });
  });

  test("a stop waits two seconds at most for the end of the session", async () => {
    const probe = await opened(`${await fixtures.serve("echo.ts", "deaf")}/mcp`);
    const begun = performance.now();
    assert.deepEqual(await probe.stop(), { kind: "stopped" });
    const tookMs = performance.now() - begun;
    assert.ok(tookMs > 1900 && tookMs < 4000, String(tookMs));
  });

  test("a silent call outlasts every timeout of idle connections", async () => {
    const url = `${await fixtures.serve("echo.ts")}/mcp`;
    const probe = await Probe.start(new RemoteRuntime(50), launch(url));
    await probe.initialize();
    assert.equal(await probe.tool("sleep", { ms: 400 }), "slept");
    await probe.stop();
  });

  for (const mode of ["stream", "json"]) {
    test(`an answer over 64 MiB fails its call only (${mode})`, async () => {
      const probe = await opened(`${await fixtures.serve("echo.ts", mode)}/mcp`);
      const told = probe.tool("big", { bytes: 68 * 1024 * 1024 }).catch(String);
      assert.match(await told, /the server's answer is larger than 64 MiB/);
      assert.equal(await probe.tool("echo"), "{}");
      await probe.stop();
    });
  }

  test("a version negotiated after a refused first message is in every later request", async () => {
    const versions: unknown[] = [];
    const server = await scripted((body, headers) => {
      if (body.method === "ping") versions.push(headers["mcp-protocol-version"]);
      const error = { code: -32601, message: "Method not found" };
      return body.method === "server/discover"
        ? [200, { jsonrpc: "2.0", id: body.id, error }]
        : answerTo(body);
    });
    const probe = await Probe.start(runtime, launch(`${server.origin}/mcp`));
    assert.ok((await probe.call("server/discover")).json.error);
    await probe.initialize();
    await probe.call("ping");
    assert.deepEqual(versions, ["2025-06-18"]);
    await probe.stop();
    server.close();
  });

  test("many large messages in transit make the channel congested until they are sent", async () => {
    const probe = await opened(`${await fixtures.serve("echo.ts")}/mcp`);
    for (let n = 0; n < 6; n++) probe.notify("notifications/filler", { filler: "z".repeat(1_000_000) });
    const { congested } = probe.instance;
    assert.ok(congested);
    await congested;
    assert.equal(probe.instance.congested, undefined);
    await probe.stop();
  });
});

type Body = { id?: number; method: string; params: Record<string, unknown> };
type Reply = number | readonly [number, object];
type Replies = (body: Body, headers: IncomingHttpHeaders) => Reply | Promise<Reply>;

/** A server that answers each POST with the given reply, in JSON, without sessions. */
async function scripted(reply: Replies): Promise<{ origin: string; close(): void }> {
  const server = createServer(async (request, response) => {
    if (request.method !== "POST") return void response.writeHead(405).end();
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const told = await reply(JSON.parse(Buffer.concat(chunks).toString()), request.headers);
    const [status, body] = typeof told === "number" ? [told, undefined] : told;
    response.writeHead(status, { "content-type": "application/json" }).end(body && JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

function answerTo({ id, method, params }: Body): Reply {
  if (id === undefined) return 202;
  const serverInfo = { name: "scripted", version: "1" };
  const result =
    method === "initialize"
      ? { protocolVersion: params["protocolVersion"], capabilities: {}, serverInfo }
      : {};
  return [200, { jsonrpc: "2.0", id, result }];
}
