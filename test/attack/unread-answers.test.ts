/** Clients request large answers and read none of them. All waiting answers together have one bound. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { Log } from "../../src/base/log.ts";
import type { Entry } from "../../src/catalog/entry.ts";
import { headlessSources } from "../../src/catalog/variables/headless-sources.ts";
import { HttpFrontEnd } from "../../src/frontend/http/http-front-end.ts";
import { fixedEntries } from "../../src/gateway/catalog-source.ts";
import { Gateway } from "../../src/gateway/gateway.ts";
import { headlessServices } from "../../src/gateway/host-services.ts";
import { fixture, temporaryFolder } from "../support/gateway.ts";
import { statelessVersion } from "../support/stateless-client.ts";
import { until } from "../support/until.ts";

/** A gateway of this process, whose clients may leave 20 MB unread together. */
async function serving(t: TestContext) {
  const baseDir = await temporaryFolder(t);
  const lines: string[] = [];
  const entry = { id: "echo", runtime: fixture("echo") } as Entry;
  const options = {
    source: fixedEntries([entry], baseDir),
    services: headlessServices(new Log("warn", ({ message }) => void lines.push(message)), {
      baseDir,
      sources: headlessSources({ baseDir }),
    }),
    defaults: { idleSeconds: 0, requestSeconds: 30, healthSeconds: 0, maxInstances: 10 },
    hotReload: false,
    cacheDir: join(baseDir, "cache"),
  };
  const gateway = new Gateway(options, [entry]);
  t.after(() => gateway.close());
  const frontEnd = new HttpFrontEnd(gateway, {
    host: "127.0.0.1",
    origins: [],
    keys: [],
    maxBodyBytes: 64_000_000,
    maxUnreadBytes: 20_000_000,
  });
  t.after(() => frontEnd.close());
  const url = new URL(await frontEnd.listen({ kind: "tcp", host: "127.0.0.1", port: 0 }));
  return { url, lines };
}

const large = "x".repeat(12_000_000);
const call = { name: "echo", arguments: { message: large } };
const json = { "Content-Type": "application/json", Accept: "application/json, text/event-stream" };
const prefix = "io.modelcontextprotocol/";
const _meta = { [`${prefix}protocolVersion`]: statelessVersion, [`${prefix}clientCapabilities`]: {} };

const forms: Readonly<Record<string, { path: string; headers: Record<string, string>; body: object }>> = {
  "one-shot": {
    path: "/mcp",
    headers: json,
    body: { server_id: "echo", method: "tools/call", params: call },
  },
  stateless: {
    path: "/echo/mcp",
    headers: {
      ...json,
      "MCP-Protocol-Version": statelessVersion,
      "Mcp-Method": "tools/call",
      "Mcp-Name": "echo",
    },
    body: { jsonrpc: "2.0", id: 1, method: "tools/call", params: { ...call, _meta } },
  },
};

/** Sends a POST and never reads the answer. `closed` resolves once the gateway has closed it. */
async function deafPost(t: TestContext, url: URL, { path, headers, body }: (typeof forms)[string]) {
  const socket: Socket = connect(Number(url.port), url.hostname);
  t.after(() => socket.destroy());
  socket.pause();
  socket.on("error", () => undefined);
  await once(socket, "connect");
  const text = JSON.stringify(body);
  const all = { Host: url.host, "Content-Length": String(Buffer.byteLength(text)), ...headers };
  const head = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  socket.write([`POST ${path} HTTP/1.1`, ...head, "", text].join("\r\n"));
}

for (const [form, post] of Object.entries(forms))
  test(`unread ${form} answers are cut at the bound, and other clients are served`, async (t) => {
    const { url, lines } = await serving(t);
    for (let n = 0; n < 6; n++) await deafPost(t, url, post);
    const why = /disconnected a client with \d+ MiB unread: all clients together exceeded 19 MiB/;
    await until("clients are cut off", () => lines.filter((line) => why.test(line)).length >= 3, 60_000);
    const params = { name: "echo", arguments: { message: "small" } };
    const body = JSON.stringify({ server_id: "echo", method: "tools/call", params });
    const answer = await fetch(new URL("/mcp", url), { method: "POST", headers: json, body });
    assert.match(await answer.text(), /small/);
  });
