/**
 * A server sends requests to the gateway again and again and never reads the answers. It must not fill the gateway's
 * memory.
 */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { fixture, startGateway } from "../support/gateway.ts";
import { McpClient, type RpcMessage } from "../support/mcp-client.ts";
import { until } from "../support/until.ts";

async function residentMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
}

const runtime = fixture("pings-and-never-reads");

test("endless pings without a read answer wait in the server and not in the gateway", {
  skip: process.platform !== "linux" && "resident memory is read from /proc",
}, async (t) => {
  const gateway = await startGateway(t, [{ id: "pings", runtime, request_timeout_seconds: 6 }]);
  const client = await McpClient.open(gateway.url, "pings");
  const before = await residentMb(gateway.process.pid ?? 0);
  const flood = await client.request("tools/call", {
    name: "flood",
    arguments: { bytes: 600_000_000, idBytes: 64_000 },
  });
  assert.match(flood?.error?.message ?? "", /No answer and no progress/);
  const grown = (await residentMb(gateway.process.pid ?? 0)) - before;
  assert.ok(grown < 150, `grew by ${grown.toFixed(0)} MB`);
  assert.equal((await fetch(`${gateway.url}/health`)).status, 200);
});

test("a server that sends pings and answers nothing is not healthy", async (t) => {
  const { url } = await startGateway(t, [{ id: "pings", runtime }], {
    config: { health_check_interval_seconds: 1 },
  });
  const client = await McpClient.open(url, "pings");
  assert.equal(await client.callTool("babble"), "babbling");
  await until("it is found unhealthy", async () => {
    const row = (await (await fetch(`${url}/servers/pings`)).json()) as { status: string };
    return row.status === "unhealthy";
  });
});

test("a server that writes before it reads still gets a large answer", async (t) => {
  const entry = { id: "writes", runtime: fixture("writes-before-it-reads"), request_timeout_seconds: 10 };
  const { url } = await startGateway(t, [entry]);
  const client = new McpClient(url, "writes");
  await client.initialize({ sampling: {} });
  const content = { type: "text", text: "y".repeat(3_000_000) };
  const args = { bytes: 3_000_000 };
  const onMessage = ({ id, method }: RpcMessage) =>
    method === "sampling/createMessage" && client.answer(id, { model: "m", role: "assistant", content });
  assert.equal(await client.callTool("ask", args, { onMessage }), "3000000 characters");
});
