/** No process that the gateway started outlives it, however it ends (gateway.md, *Lifecycle*). */

import assert from "node:assert/strict";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { fixture, type RunningGateway, root, startGateway, temporaryFolder } from "../support/gateway.ts";
import { McpClient } from "../support/mcp-client.ts";
import { StdioClient } from "../support/stdio-client.ts";
import { isAlive, until } from "../support/until.ts";

const servers = [
  { id: "tree", runtime: fixture("spawns-grandchild") },
  { id: "stubborn", runtime: fixture("ignores-sigterm") },
  {
    id: "npx",
    runtime: {
      type: "local-process",
      command: "npx",
      args: ["-y", "@modelcontextprotocol/server-memory"],
      working_dir: root,
    },
  },
];

/** Every process with the mark of this gateway: its servers and all their children. */
async function processesOf(gatewayPid: number): Promise<number[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(
    pids.map(async (pid) => {
      const environ = await readFile(`/proc/${pid}/environ`, "utf8").catch(() => "");
      return environ.includes(`OPEN_MCP_GATEWAY_OWNER=${gatewayPid}:`) && (await isAlive(pid)) ? [pid] : [];
    }),
  );
  return found.flat();
}

async function startAll(gateway: RunningGateway): Promise<number[]> {
  const clients = await Promise.all(servers.map(({ id }) => McpClient.open(gateway.url, id)));
  await Promise.all(clients.map((client) => client.request("tools/list")));
  await clients[0]?.callTool("grandchildren");
  return processesOf(gateway.process.pid ?? 0);
}

async function allGone(pids: readonly number[]): Promise<boolean> {
  return (await Promise.all(pids.map(isAlive))).every((alive) => !alive);
}

const skip = process.platform === "linux" ? false : "looks into /proc";

async function gateway(t: TestContext) {
  return startGateway(t, servers, { config: { log_level: "warn" } });
}

test("SIGTERM ends with exit code 0 and leaves no process, not even stubborn ones and grandchildren of npx", {
  skip,
}, async (t) => {
  const running = await gateway(t);
  const pids = await startAll(running);
  // Three servers, three grandchildren, and the processes of npx between itself and its server.
  assert.ok(pids.length >= 7, `${pids.length} processes`);
  assert.equal(await running.stop(), 0);
  assert.ok(await allGone(pids));
});

test("kill -9 leaves no process", { skip }, async (t) => {
  const running = await gateway(t);
  const pids = await startAll(running);
  assert.ok(pids.length >= 7, `${pids.length} processes`);
  running.process.kill("SIGKILL");
  await until("all are gone", () => allGone(pids));
});

test("kill -9 of gateway-stdio leaves no process", { skip }, async (t) => {
  const catalog = join(await temporaryFolder(t), "catalog.yaml");
  await writeFile(catalog, JSON.stringify({ servers }));
  const client = new StdioClient(t, ["--server", "tree", "--catalog", catalog]);
  await client.initialize();
  await client.callTool("grandchildren");
  const pids = await processesOf(client.process.pid ?? 0);
  assert.equal(pids.length, 4);
  client.process.kill("SIGKILL");
  await until("all are gone", () => allGone(pids));
});

test("a gateway that receives a stop signal finishes calls in flight and does not accept new ones", async (t) => {
  const running = await startGateway(t, [{ id: "echo", runtime: fixture("echo") }]);
  const client = await McpClient.open(running.url, "echo");
  const call = client.callTool("sleep", { ms: 1_000 });
  await until("it is under way", async () => (await client.callTool("who")) !== "");
  const exited = running.stop();
  assert.equal(await call, "slept");
  assert.equal(await exited, 0);
});

test("a second signal ends it at once", { skip }, async (t) => {
  const running = await startGateway(t, [{ id: "echo", runtime: fixture("echo") }]);
  const client = await McpClient.open(running.url, "echo");
  const pid = Number(await client.callTool("who"));
  const call = client.callTool("sleep", { ms: 60_000 }).catch(() => "cut");
  await until("it is under way", async () => (await client.callTool("who")) !== "");
  const exited = new Promise((done) => running.process.once("exit", done));
  running.process.kill("SIGTERM");
  await running.logged(/SIGTERM: stopping/);
  running.process.kill("SIGTERM");
  assert.equal(await exited, 1);
  assert.equal(await call, "cut");
  await until("the server is gone", async () => !(await isAlive(pid)));
});
