/** Idle stop, crashes and timeouts, which the client session survives (gateway.md, *Lifecycle*). */

import assert from "node:assert/strict";
import { test } from "node:test";
import { fixture, startGateway } from "../support/gateway.ts";
import { McpClient } from "../support/mcp-client.ts";
import { isAlive, until } from "../support/until.ts";

async function serverRow(url: string, id: string) {
  // biome-ignore lint/suspicious/noExplicitAny: tests read messages of any shape
  return (await (await fetch(`${url}/servers/${id}`)).json()) as any;
}

const status = async (url: string, id: string) => (await serverRow(url, id)).status;

test("an idle server stops, and the next call in the same client session works with the client's subscriptions", async (t) => {
  const entry = { id: "server", idle_timeout_seconds: 1, runtime: fixture("logs-and-changes") };
  const { url } = await startGateway(t, [entry]);
  const client = await McpClient.open(url, "server");
  const abort = new AbortController();
  t.after(() => abort.abort());
  const events = await client.listen(abort.signal);
  await client.request("resources/subscribe", { uri: "file:///x" });
  await client.callTool("log", { level: "info", data: "still up" });
  await until(
    "it stops, though a GET stream is open",
    async () => (await status(url, "server")) === "stopped",
  );

  assert.deepEqual(JSON.parse(await client.callTool("subscriptions")), [["file:///x", 1]]);
  await client.callTool("update", { uri: "file:///x" });
  const heard = [JSON.parse((await events.next()).value.data), JSON.parse((await events.next()).value.data)];
  assert.deepEqual(
    heard.map(({ method }) => method),
    ["notifications/message", "notifications/resources/updated"],
  );
});

test("a silent call of 65 s outlives an idle timeout of 2 s, and progress keeps one past the request timeout", async (t) => {
  const { url } = await startGateway(t, [
    { id: "silent", idle_timeout_seconds: 2, request_timeout_seconds: 0, runtime: fixture("echo") },
    { id: "short", idle_timeout_seconds: 2, request_timeout_seconds: 1, runtime: fixture("echo") },
  ]);
  const [silent, short] = [await McpClient.open(url, "silent"), await McpClient.open(url, "short")];
  const long = silent.callTool("sleep", { ms: 65_000 });
  let steps = 0;
  const args = { steps: 8, everyMs: 500 };
  assert.equal(await short.callTool("progress", args, { token: 1, onMessage: () => steps++ }), "done");
  assert.equal(steps, 8);
  await assert.rejects(
    short.callTool("sleep", { ms: 60_000 }),
    /-32004 No answer and no progress within 1 s/,
  );
  assert.equal(JSON.parse(await short.callTool("cancelled")).length, 1);
  assert.equal(await long, "slept");
});

test("client sessions with sleeping instances do not count towards the limit of instances", async (t) => {
  const entry = { id: "own", instances: "session", idle_timeout_seconds: 1, runtime: fixture("echo") };
  const { url } = await startGateway(t, [entry], { config: { max_connections_per_server: 1 } });
  const [one, other] = [await McpClient.open(url, "own"), new McpClient(url, "own")];
  assert.match((await other.initialize()).error?.message ?? "", /maximum of 1 instances/);
  await until("the first sleeps", async () => (await status(url, "own")) === "stopped");
  assert.equal((await other.initialize()).error, undefined);
  assert.match((await one.request("tools/list"))?.error?.message ?? "", /maximum of 1 instances/);
  await until("the second sleeps", async () => (await status(url, "own")) === "stopped");
  assert.equal(await one.callTool("echo", {}), "{}");
});

test("kill -9 of the child during a call is an error at once, and the next call works", async (t) => {
  const { url } = await startGateway(t, [{ id: "echo", runtime: fixture("echo") }]);
  const client = await McpClient.open(url, "echo");
  const pid = Number(await client.callTool("who"));
  const call = client.callTool("sleep", { ms: 60_000 });
  const rejected = assert.rejects(call, /-32003 Server ended during the call: killed by SIGKILL/);
  await until("the call is with the server", async () => (await serverRow(url, "echo")).status === "running");
  process.kill(pid, "SIGKILL");
  await rejected;
  assert.notEqual(Number(await client.callTool("who")), pid);
  assert.equal(
    ((await (await fetch(`${url}/stats`)).json()) as { servers: { echo: { restarts: number } } }).servers.echo
      .restarts,
    1,
  );
});

test("five quick crashes fail a server with reason and last output, and a corrected entry recovers it", async (t) => {
  const gateway = await startGateway(t, [{ id: "fragile", runtime: fixture("crash-on-call") }]);
  const client = await McpClient.open(gateway.url, "fragile");
  for (let crash = 1; crash <= 5; crash++) {
    await assert.rejects(
      client.callTool("crash", { code: 7 }),
      /Server ended during the call: exited with code 7/,
    );
  }
  const row = await until("it is given up", async () => {
    const now = await serverRow(gateway.url, "fragile");
    return now.status === "failed" && now;
  });
  assert.equal(row.reason, "crashed 5 times within 60 s, last: exited with code 7");
  assert.deepEqual(row.last_output, ["about to crash"]);

  await gateway.writeCatalog([{ id: "fragile", runtime: fixture("echo") }]);
  await until("the entry is corrected", async () => (await status(gateway.url, "fragile")) === "stopped");
  assert.equal(await client.callTool("echo", { a: 1 }), '{"a":1}');
});

test("a server that cannot start reports the reason and its last output, and the next request tries again", async (t) => {
  const { url } = await startGateway(t, [
    { id: "dies", runtime: fixture("crash-on-start") },
    { id: "missing", runtime: { type: "local-process", command: "no-such-command-here" } },
    { id: "slow", start_timeout_seconds: 1, runtime: fixture("slow-start") },
    { id: "nowhere", runtime: { type: "local-process", command: "node", working_dir: "no/such/folder" } },
    { id: "unset", runtime: fixture("echo"), env: { TOKEN: `\${NO_SUCH_VARIABLE}` } },
  ]);
  const start = async (id: string) => {
    const response = await fetch(`${url}/servers/${id}/start`, { method: "POST" });
    assert.equal(response.status, 502);
    return ((await response.json()) as { message: string }).message;
  };
  assert.match(
    await start("dies"),
    /^Failed to start server: exited with code 3; last output: .+ \| .+ \| .+$/,
  );
  assert.match(await start("missing"), /^Failed to start server: .*no-such-command-here.*PATH/);
  assert.match(
    await start("slow"),
    /^Failed to start server: not ready within 1 s \(start_timeout_seconds\)$/,
  );
  assert.match(await start("nowhere"), /^Failed to start server: .*no\/such\/folder/);
  assert.match(await start("unset"), /^Failed to start server: .*NO_SUCH_VARIABLE.*env\.TOKEN/);
  assert.equal(await status(url, "unset"), "misconfigured");
  assert.equal(await status(url, "dies"), "failed");
  assert.match(await start("dies"), /exited with code 3/);
});

test("an entry with an unset variable shows before a client requests it, and does not affect the other entries", async (t) => {
  const { url } = await startGateway(t, [
    { id: "unset", runtime: fixture("echo"), env: { TOKEN: `\${NO_SUCH_VARIABLE}` } },
    { id: "echo", runtime: fixture("echo") },
  ]);
  await until("it is shown", async () => (await status(url, "unset")) === "misconfigured");
  assert.match((await serverRow(url, "unset")).reason, /NO_SUCH_VARIABLE/);
  const client = await McpClient.open(url, "echo");
  assert.equal(await client.callTool("echo", {}), "{}");
});

test("clients that call while a server starts share the start", async (t) => {
  const slow = { id: "slow", runtime: fixture("slow-start"), env: { SLOW_MS: "500" } };
  const { url } = await startGateway(t, [slow]);
  const pids = await Promise.all(
    Array.from({ length: 10 }, async () => {
      const body = { server_id: "slow", method: "tools/call", params: { name: "who" } };
      const init = {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(body),
      };
      // biome-ignore lint/suspicious/noExplicitAny: tests read messages of any shape
      return ((await (await fetch(`${url}/mcp`, init)).json()) as any).result.content[0].text;
    }),
  );
  assert.equal(new Set(pids).size, 1);
  assert.match(
    await (await fetch(`${url}/metrics`)).text(),
    /^mcp_gateway_server_starts_total\{server="slow"\} 1$/m,
  );
});

test("a quiet server that does not answer pings is unhealthy, and the next request gets a new instance", async (t) => {
  const { url } = await startGateway(t, [{ id: "echo", runtime: fixture("echo") }], {
    config: { health_check_interval_seconds: 1 },
  });
  const client = await McpClient.open(url, "echo");
  const pid = Number(await client.callTool("who"));
  process.kill(pid, "SIGSTOP");
  t.after(async () => (await isAlive(pid)) && process.kill(pid, "SIGKILL"));
  await until("it is found unhealthy", async () => (await status(url, "echo")) === "unhealthy");
  assert.match((await serverRow(url, "echo")).reason, /no answer to ping/);
  assert.notEqual(Number(await client.callTool("who")), pid);
  await until("the old one is gone", async () => !(await isAlive(pid)));
});

test("a reload under load drops no request", async (t) => {
  const gateway = await startGateway(t, [{ id: "echo", runtime: fixture("echo") }]);
  const client = await McpClient.open(gateway.url, "echo");
  let done = false;
  const load = (async () => {
    for (let n = 0; !done; n++) assert.equal(await client.callTool("echo", { n }), JSON.stringify({ n }));
  })();
  for (let round = 0; round < 10; round++) {
    await gateway.writeCatalog([
      { id: "echo", description: `round ${round}`, runtime: fixture("echo") },
      { id: `extra-${round}`, runtime: fixture("echo") },
    ]);
    assert.equal((await fetch(`${gateway.url}/admin/reload`, { method: "POST" })).status, 200);
  }
  done = true;
  await load;
});
