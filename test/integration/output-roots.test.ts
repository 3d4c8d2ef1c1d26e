/** Structured output of any root (2026-07-28) for clients that take objects only: as the SDK's servers themselves wrap it. */

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { fixture, startGateway } from "../support/gateway.ts";
import { McpClient } from "../support/mcp-client.ts";
import { ask } from "../support/stateless-client.ts";
import { until } from "../support/until.ts";

interface Tool {
  readonly name: string;
  readonly outputSchema: Record<string, unknown>;
}

/** What a client of the initialize era gets of each tool: its schema and its results, with text and without. */
async function seen(client: McpClient, prefix = ""): Promise<Record<string, unknown>> {
  const tools: Tool[] = (await client.request("tools/list"))?.result.tools;
  const entries = tools.map(async ({ name, outputSchema }) => {
    const call = (args: object) => client.request("tools/call", { name, arguments: args });
    const results = [await call({}), await call({ bare: true })].map((answer) => {
      const { content, structuredContent } = answer?.result ?? {};
      return { content, structuredContent };
    });
    return [name.slice(prefix.length), { outputSchema, results }] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

const start = (t: TestContext, ...args: string[]) =>
  startGateway(t, [{ id: "roots", idle_timeout_seconds: 1, runtime: fixture("any-root", ...args) }]);

async function asleep(url: string): Promise<void> {
  const status = async () =>
    ((await (await fetch(`${url}/servers/roots`)).json()) as { status: string }).status;
  await until("the server sleeps", async () => (await status()) === "stopped");
}

test("an older client gets the same whether the server wraps or the gateway, awake or asleep, alone or as one", async (t) => {
  // The server speaks this client's era, and wraps.
  const own = await start(t);
  const expected = await seen(await McpClient.open(own.url, "roots"));
  assert.equal(Object.keys(expected).length, 8);
  // It speaks the newer one only, and the gateway wraps.
  const { url } = await start(t, "stateless");
  assert.deepEqual(await seen(await McpClient.open(url, "roots")), expected);
  assert.deepEqual(await seen(await McpClient.open(url, ""), "roots__"), expected);
  await asleep(url);
  assert.deepEqual(await seen(await McpClient.open(url, "roots")), expected);
  await asleep(url);
  assert.deepEqual(await seen(await McpClient.open(url, ""), "roots__"), expected);
});

test("a newer client gets what the server means, also when an older one has listed before", async (t) => {
  const { url } = await start(t);
  const older = await McpClient.open(url, "roots");
  await older.request("tools/list");
  await asleep(url);
  const endpoint = `${url}/roots/mcp`;
  const schemaOf = async () => {
    const { answer } = await ask(endpoint, "tools/list");
    return answer.result.tools.find(({ name }: Tool) => name === "list").outputSchema;
  };
  const shown = await schemaOf();
  const { answer } = await ask(endpoint, "tools/call", { name: "list", arguments: {} });
  assert.deepEqual(
    [shown, answer.result.structuredContent],
    [{ type: "array", items: { type: "number" } }, [1, 2]],
  );
  await asleep(url);
  // What was listed in the newer era is known for both.
  assert.deepEqual(await schemaOf(), shown);
  await asleep(url);
});

test("the same through all as one, with the first call after the server slept", async (t) => {
  const { url } = await start(t);
  const older = await McpClient.open(url, "");
  await older.request("tools/list");
  await asleep(url);
  const endpoint = `${url}/mcp`;
  const { answer: listed } = await ask(endpoint, "tools/list");
  const tool = listed.result.tools.find(({ name }: Tool) => name === "roots__list");
  const { answer } = await ask(endpoint, "tools/call", { name: "roots__list", arguments: {} });
  assert.deepEqual(
    [tool.outputSchema, answer.result.structuredContent],
    [{ type: "array", items: { type: "number" } }, [1, 2]],
  );
});

test("an older client gets what it was shown, also when a newer one has listed before", async (t) => {
  const { url } = await start(t);
  const expected = await seen(await McpClient.open(url, "roots"));
  await asleep(url);
  await ask(`${url}/roots/mcp`, "tools/list");
  await asleep(url);
  // The server answers its first call in the older era, and has wrapped the result itself.
  assert.deepEqual(await seen(await McpClient.open(url, ""), "roots__"), expected);
});
