/** The quick start of the README, as a user with curl and an editor sees it. */

import assert from "node:assert/strict";
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { test } from "node:test";
import { fixture, npmServer, startGateway } from "../support/gateway.ts";
import { until } from "../support/until.ts";

async function getJson(url: string) {
  const response = await fetch(url);
  // biome-ignore lint/suspicious/noExplicitAny: tests read messages of any shape
  return { status: response.status, body: (await response.json()) as any };
}

function oneShot(url: string, body: object) {
  return fetch(`${url}/mcp`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
}

const everything = { id: "everything", tags: ["demo"], runtime: npmServer("everything") };
const echo = { id: "echo", runtime: fixture("echo") };

test("health, list, a first call that starts the server, stop and start work", async (t) => {
  const { url } = await startGateway(t, [everything, { ...echo, enabled: false }]);
  assert.deepEqual(await getJson(`${url}/health`), { status: 200, body: { status: "ok" } });

  const before = (await getJson(`${url}/servers`)).body;
  assert.deepEqual(
    before.map(({ id, status }: { id: string; status: string }) => [id, status]),
    [
      ["everything", "stopped"],
      ["echo", "stopped"],
    ],
  );
  assert.deepEqual(
    (await getJson(`${url}/servers?tag=demo`)).body.map((row: { id: string }) => row.id),
    ["everything"],
  );

  const call = {
    server_id: "everything",
    method: "tools/call",
    params: { name: "echo", arguments: { message: "hi" } },
  };
  const answer = await oneShot(url, call);
  assert.equal(answer.status, 200);
  assert.deepEqual(await answer.json(), {
    result: { content: [{ type: "text", text: "Echo: hi" }] },
    jsonrpc: "2.0",
    id: 1,
  });
  const row = (await getJson(`${url}/servers/everything`)).body;
  assert.equal(row.status, "running");
  assert.equal(row.request_count, 1);
  assert.equal(row.connection_count, 1);

  const post = async (path: string) => (await fetch(`${url}/servers/${path}`, { method: "POST" })).json();
  const id = "everything";
  assert.deepEqual(await post(`${id}/start`), { id, status: "running", message: "Server already running" });
  assert.deepEqual(await post(`${id}/stop`), {
    id,
    status: "stopped",
    message: "Server stopped successfully",
  });
  assert.deepEqual(await post(`${id}/stop`), { id, status: "stopped", message: "Server already stopped" });
  assert.deepEqual(await post(`${id}/start`), {
    id,
    status: "running",
    message: "Server started successfully",
  });
  assert.deepEqual(await post(`${id}/restart`), {
    id,
    status: "running",
    message: "Server restarted successfully",
  });
  assert.deepEqual(await post("nobody/start"), { error: "Not Found", message: "Server 'nobody' not found" });
  assert.match(
    (await (await fetch(`${url}/servers/${id}/logs?tail=5`)).text()).toString(),
    /default \(STDIO\) server/,
  );
});

test("POST /rpc with X-Server-ID accepts a notification, and answers with the client's own id", async (t) => {
  const { url } = await startGateway(t, [echo]);
  const rpc = (body: object) =>
    fetch(`${url}/rpc`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Server-ID": "echo" },
      body: JSON.stringify(body),
    });
  const answer = await rpc({
    jsonrpc: "2.0",
    id: "mine",
    method: "tools/call",
    params: { name: "echo", arguments: { a: 1 } },
  });
  const body = (await answer.json()) as { id: string; result: { content: { text: string }[] } };
  assert.equal(body.id, "mine");
  assert.equal(body.result.content[0]?.text, '{"a":1}');
  assert.equal((await rpc({ jsonrpc: "2.0", method: "notifications/whatever" })).status, 202);
});

test("an edited catalog is in force within a second: new servers answer, and removed ones are 404", async (t) => {
  const gateway = await startGateway(t, [echo]);
  const call = (server_id: string) => oneShot(gateway.url, { server_id, method: "tools/list" });
  assert.equal((await call("echo")).status, 200);

  await gateway.writeCatalog([{ id: "fresh", runtime: fixture("echo") }]);
  const saved = performance.now();
  await until("the new server answers", async () => (await call("fresh")).status === 200);
  const elapsed = performance.now() - saved;
  assert.equal((await call("echo")).status, 404);
  const gone = await fetch(`${gateway.url}/servers/echo`);
  assert.deepEqual(await gone.json(), { error: "Not Found", message: "Server 'echo' not found" });
  t.diagnostic(`the new server answered ${Math.round(elapsed)} ms after the edit`);
});

test("a catalog is reloaded when an editor replaces the file", async (t) => {
  const gateway = await startGateway(t, [echo]);
  const beside = `${gateway.catalogPath}.new`;
  await writeFile(
    beside,
    JSON.stringify({ servers: [echo, { id: "renamed-in", runtime: fixture("echo") }] }),
  );
  await rename(beside, gateway.catalogPath);
  await until("the replaced file is read", async () => (await fetch(`${gateway.url}/servers/renamed-in`)).ok);
});

test("an invalid edit keeps the old catalog and is reported with line and column", async (t) => {
  const gateway = await startGateway(t, [echo]);
  const valid = await readFile(gateway.catalogPath, "utf8");
  await writeFile(gateway.catalogPath, "servers:\n  - id: echo\n    runtime: {type: teleport}\n");
  const stats = await until("the problem is shown", async () => {
    const { body } = await getJson(`${gateway.url}/stats`);
    return body.last_reload_error && body;
  });
  const place = "catalog.yaml:3:21: Server 'echo' has unknown runtime type: teleport";
  assert.ok(stats.last_reload_error.endsWith(place), stats.last_reload_error);
  assert.ok((await gateway.logged(/teleport/)).includes(place));
  assert.equal((await oneShot(gateway.url, { server_id: "echo", method: "tools/list" })).status, 200);

  const reload = () => fetch(`${gateway.url}/admin/reload`, { method: "POST" });
  const refused = await reload();
  assert.equal(refused.status, 500);
  assert.match(
    ((await refused.json()) as { message: string }).message,
    /^Failed to reload catalog: .*:3:21: /,
  );

  await rm(gateway.catalogPath);
  assert.equal((await reload()).status, 500);
  assert.equal((await fetch(`${gateway.url}/servers/echo`)).status, 200);

  await writeFile(gateway.catalogPath, valid);
  assert.deepEqual(await (await reload()).json(), {
    status: "ok",
    message: "Catalog reloaded",
    servers_loaded: 1,
    servers_added: 0,
    servers_removed: 0,
    servers_modified: 0,
  });
  assert.equal((await getJson(`${gateway.url}/stats`)).body.last_reload_error, undefined);
});

test("without hot reload the file is read on request", async (t) => {
  const gateway = await startGateway(t, [echo], { config: { hot_reload: false } });
  await gateway.writeCatalog([echo, { id: "later", runtime: fixture("echo") }]);
  const reload = await fetch(`${gateway.url}/admin/reload`, { method: "POST" });
  assert.equal(((await reload.json()) as { servers_added: number }).servers_added, 1);
});

test("a modified server keeps its old configuration until a restart, and an edit that is undone changes nothing", async (t) => {
  const before = { id: "echo", runtime: fixture("echo"), env: { COLOUR: "red" } };
  const after = { ...before, env: { COLOUR: "blue" } };
  const gateway = await startGateway(t, [before]);
  const colour = async () => {
    const call = {
      server_id: "echo",
      method: "tools/call",
      params: { name: "env", arguments: { name: "COLOUR" } },
    };
    const body = (await (await oneShot(gateway.url, call)).json()) as {
      result: { content: { text: string }[] };
    };
    return body.result.content[0]?.text;
  };
  const reload = () => fetch(`${gateway.url}/admin/reload`, { method: "POST" });
  const restartRequired = async () => (await getJson(`${gateway.url}/servers/echo`)).body.restart_required;
  assert.equal(await colour(), "red");
  await gateway.writeCatalog([after]);
  await reload();
  assert.equal(await restartRequired(), true);
  assert.equal(await colour(), "red");
  await gateway.writeCatalog([before]);
  await reload();
  assert.equal(await restartRequired(), undefined);
  await gateway.writeCatalog([after]);
  await reload();
  await fetch(`${gateway.url}/servers/echo/restart`, { method: "POST" });
  assert.equal(await colour(), "blue");
  assert.equal(await restartRequired(), undefined);
});

test("a removed server finishes its calls in flight", async (t) => {
  const gateway = await startGateway(t, [echo]);
  const slow = oneShot(gateway.url, {
    server_id: "echo",
    method: "tools/call",
    params: { name: "sleep", arguments: { ms: 1_500 } },
  });
  await until(
    "the server runs",
    async () => (await getJson(`${gateway.url}/servers/echo`)).body.status === "running",
  );
  await gateway.writeCatalog([]);
  await fetch(`${gateway.url}/admin/reload`, { method: "POST" });
  assert.equal((await fetch(`${gateway.url}/servers/echo`)).status, 404);
  assert.match(await (await slow).text(), /slept/);
});

test("events and metrics report the changes", async (t) => {
  const { url } = await startGateway(t, [echo]);
  const abort = new AbortController();
  t.after(() => abort.abort());
  const stream = await fetch(`${url}/events`, { signal: abort.signal });
  await oneShot(url, { server_id: "echo", method: "tools/list" });
  await fetch(`${url}/admin/reload`, { method: "POST" });
  let seen = "";
  for await (const chunk of stream.body ?? []) {
    seen += Buffer.from(chunk as Uint8Array).toString();
    if (seen.includes('"type":"reload"')) break;
  }
  assert.match(seen, /event: server\ndata: \{"type":"server","id":"echo","status":"starting"\}/);
  assert.match(seen, /"status":"running"/);

  const text = await (await fetch(`${url}/metrics`)).text();
  assert.match(text, /^mcp_gateway_requests_total\{server="echo"\} 1$/m);
  assert.match(text, /^mcp_gateway_server_state\{server="echo",state="running"\} 1$/m);
  assert.match(text, /^mcp_gateway_request_duration_seconds_bucket\{server="echo",le="\+Inf"\} 1$/m);
  assert.match(text, /^process_resident_memory_bytes \d+$/m);
});

test("a log can be followed", async (t) => {
  const { url } = await startGateway(t, [echo]);
  const say = (line: string) =>
    oneShot(url, { server_id: "echo", method: "tools/call", params: { name: "log", arguments: { line } } });
  await say("first words");
  const abort = new AbortController();
  t.after(() => abort.abort());
  const stream = await fetch(`${url}/servers/echo/logs?follow=1&tail=10`, { signal: abort.signal });
  await say("later words");
  let seen = "";
  for await (const chunk of stream.body ?? []) {
    seen += Buffer.from(chunk as Uint8Array).toString();
    if (seen.includes("later words")) break;
  }
  assert.match(seen, /data: first words\n\n.*data: later words\n\n/s);
});
