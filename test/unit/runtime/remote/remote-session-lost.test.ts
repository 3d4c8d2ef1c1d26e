/**
 * A remote server that loses its sessions. Calls that it refused are run by the next session, once, and no other
 * calls are.
 */

import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { PassThrough } from "node:stream";
import { type TestContext, test } from "node:test";
import type { GatewayError } from "../../../../src/base/errors.ts";
import type { Entry } from "../../../../src/catalog/entry.ts";
import { InitializeClientSession } from "../../../../src/router/initialize-client-session.ts";
import { FrontEndRequest } from "../../../../src/router/request-context.ts";
import { ServerUpstream } from "../../../../src/router/server-upstream.ts";
import type { Container } from "../../../../src/runtime/container/container.ts";
import { startOverHttp } from "../../../../src/runtime/container/container-http-instance.ts";
import { RemoteRuntime } from "../../../../src/runtime/remote/remote-runtime.ts";
import type { Runtime } from "../../../../src/runtime/runtime.ts";
import { ManagedServer } from "../../../../src/supervisor/managed-server.ts";
import { emptyListCache, launch, message, turns } from "../../fakes.ts";

class ForgetfulServer {
  /** Names of the calls that were run. */
  readonly ran: string[] = [];
  readonly #sessions = new Set<string>();
  readonly #server = http.createServer((request, response) => void this.#serve(request, response));
  #opened = 0;
  /** Answered only when the test resolves it. */
  readonly slow = Promise.withResolvers<void>();
  readonly slowBegun = Promise.withResolvers<void>();

  static async open(t: TestContext): Promise<ForgetfulServer> {
    const server = new ForgetfulServer();
    server.#server.listen(0, "127.0.0.1");
    await once(server.#server, "listening");
    t.after(() => {
      server.#server.closeAllConnections();
      server.#server.close();
    });
    return server;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/mcp`;
  }

  forget(): void {
    this.#sessions.clear();
  }

  async #serve(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    // Only a stream of a call can be resumed, and only in a known session.
    if (request.method === "GET" && "last-event-id" in request.headers)
      return void response.writeHead(404).end();
    if (request.method !== "POST")
      return void response.writeHead(request.method === "DELETE" ? 200 : 405).end();
    const { id, method, params } = JSON.parse(Buffer.concat(await request.toArray()).toString("utf8"));
    const answer = (result: object) => response.end(JSON.stringify({ jsonrpc: "2.0", id, result }));
    response.setHeader("content-type", "application/json");
    if (method === "initialize") {
      const session = `s${++this.#opened}`;
      this.#sessions.add(session);
      response.setHeader("mcp-session-id", session);
      const serverInfo = { name: "forgetful", version: "1" };
      return void answer({ protocolVersion: "2025-06-18", capabilities: { tools: {} }, serverInfo });
    }
    if (!this.#sessions.has(String(request.headers["mcp-session-id"])))
      return void response.writeHead(404).end();
    if (id === undefined) return void response.writeHead(202).end();
    this.ran.push(params.name);
    if (params.name === "slow") {
      this.slowBegun.resolve();
      await this.slow.promise;
    }
    if (params.name === "cut") {
      response.writeHead(200, { "content-type": "text/event-stream" }).write("id: 1\nretry: 1\ndata: \n\n");
      return void setTimeout(() => response.destroy(), 20);
    }
    answer({ content: [] });
  }
}

/** The same server, as if in a container. `removing` is called for its removal, and takes as long as the removal. */
function inContainer(server: ForgetfulServer, removing: () => Promise<void>): Runtime {
  const fake = {
    stream: new PassThrough(),
    ended: () => new Promise(() => {}),
    publishedPort: async () => server.port,
    remove: removing,
    stop: async () => undefined,
  };
  const container = fake as unknown as Container;
  return {
    start: (_, events, signal) => {
      const runtime = { type: "docker", image: "i", transport: "http", port: 1 } as const;
      return startOverHttp({ container, launch: { ...launch, runtime }, events, graceSeconds: 1 }, signal);
    },
  };
}

/** A client whose session with the server is open. */
async function joined(t: TestContext, entry: Entry, runtime: Runtime) {
  const host = {
    defaults: { idleSeconds: 0, requestSeconds: 0, healthSeconds: 0, maxInstances: 1 },
    planLaunch: async () => ({
      kind: "ready" as const,
      launch: { ...launch, runtime: entry.runtime },
      runtime,
      launchKey: "key",
    }),
    onStateChanged: () => undefined,
    onNotification: () => undefined,
    log: () => undefined,
  };
  const server = new ManagedServer(entry, host, "1");
  const listCache = emptyListCache();
  const sink = { push: () => undefined };
  const upstream = new ServerUpstream(server, listCache);
  const client = new InitializeClientSession(upstream, sink, { gatewayVersion: "1", listCache });
  t.after(() => server.close());
  let lastId = 0;
  const ask = (method: string, params: object) =>
    new Promise<string>((resolve) => {
      const fail = ({ code }: GatewayError) => resolve(code);
      const reply = {
        push: () => undefined,
        end: () => resolve("answered"),
        fail,
        drop: () => resolve("dropped"),
      };
      client.handle(message({ id: ++lastId, method, params }), new FrontEndRequest({ reply }));
    });
  const clientInfo = { name: "test", version: "1" };
  await ask("initialize", { protocolVersion: "2025-06-18", capabilities: {}, clientInfo });
  return { server, call: (name: string) => ask("tools/call", { name }) };
}

const names = ["a", "b", "c", "d", "e"];

test("calls that are refused together because the session is lost are all run on the next session, once", async (t) => {
  const server = await ForgetfulServer.open(t);
  const entry: Entry = { id: "x", runtime: { type: "remote-sse", url: server.url } };
  const { call } = await joined(t, entry, new RemoteRuntime());
  server.forget();
  const outcomes = await Promise.all(names.map(call));
  assert.deepEqual(
    outcomes,
    names.map(() => "answered"),
  );
  assert.deepEqual(server.ran.sort(), names);
});

test("a call that was accepted before its session was lost may still be answered, and is not run again", async (t) => {
  const server = await ForgetfulServer.open(t);
  const entry: Entry = { id: "x", runtime: { type: "remote-sse", url: server.url } };
  const { call } = await joined(t, entry, new RemoteRuntime());
  const slow = call("slow");
  await server.slowBegun.promise;
  server.forget();
  const refused = call("a");
  server.slow.resolve();
  assert.deepEqual(await Promise.all([slow, refused]), ["answered", "answered"]);
  assert.deepEqual(server.ran, ["slow", "a"]);
});

test("a call whose stream cannot be resumed in a lost session fails, and is not run again", async (t) => {
  const forgetful = await ForgetfulServer.open(t);
  const entry: Entry = { id: "x", runtime: { type: "remote-sse", url: forgetful.url } };
  const { call } = await joined(t, entry, new RemoteRuntime());
  assert.equal(await call("cut"), "server-ended");
  assert.equal(await call("a"), "answered");
  assert.deepEqual(forgetful.ran, ["cut", "a"]);
});

test("a lost session ends although a call on it is never answered, and that call is not run again", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const server = await ForgetfulServer.open(t);
  const lines: string[] = [];
  const lost = Promise.withResolvers<boolean>();
  const events = {
    message: () => undefined,
    log: (line: string) => void lines.push(line),
    undelivered: (_text: string, _because: string, mayRetry: boolean) => lost.resolve(mayRetry),
  };
  const runtime = { type: "remote-sse", url: server.url } as const;
  const answered = Promise.withResolvers<void>();
  const instance = await new RemoteRuntime().start(
    { ...launch, runtime },
    { ...events, message: () => answered.resolve() },
    new AbortController().signal,
  );
  const send = (id: number, method: string, params: object) =>
    instance.send(JSON.stringify({ jsonrpc: "2.0", id, method, params }));
  send(1, "initialize", {
    protocolVersion: "2025-06-18",
    capabilities: {},
    clientInfo: { name: "t", version: "1" },
  });
  await answered.promise;
  send(2, "tools/call", { name: "slow" });
  await server.slowBegun.promise;
  server.forget();
  send(3, "tools/call", { name: "a" });
  assert.equal(await lost.promise, true);
  t.mock.timers.tick(10_000);
  assert.deepEqual(await instance.exited, {
    kind: "crashed",
    because: "the remote server ended the session",
  });
  assert.deepEqual([server.ran, lines], [["slow"], []]);
});

test("calls to a container that has lost its session wait until it is removed, and are run by the next container, once", async (t) => {
  const server = await ForgetfulServer.open(t);
  const [removing, removed] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const remove = () => {
    removing.resolve();
    return removed.promise;
  };
  const entry: Entry = { id: "x", runtime: { type: "docker", image: "i", transport: "http", port: 1 } };
  const { call } = await joined(t, entry, inContainer(server, remove));
  server.forget();
  const outcomes = Promise.all(names.map(call));
  await removing.promise;
  const late = call("late");
  await turns();
  removed.resolve();
  assert.deepEqual(
    await outcomes,
    names.map(() => "answered"),
  );
  assert.equal(await late, "answered");
  assert.deepEqual(server.ran.sort(), [...names, "late"]);
});
