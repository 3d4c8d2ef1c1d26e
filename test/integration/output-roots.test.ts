/**
 * Structured output of any root (2026-07-28) for clients that accept objects only, wrapped as the SDK's servers wrap
 * it.
 */

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

/** Schema and results of each tool, with text and without, as a client of the initialize era receives them. */
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

test("an older client gets the same whether the server wraps or the gateway, awake or asleep, alone or with all servers", async (t) => {
  // This server supports the era of the client, and wraps the output.
  const own = await start(t);
  const expected = await seen(await McpClient.open(own.url, "roots"));
  assert.equal(Object.keys(expected).length, 8);
  // This server supports the newer era only, and the gateway wraps the output.
  const { url } = await start(t, "stateless");
  assert.deepEqual(await seen(await McpClient.open(url, "roots")), expected);
  assert.deepEqual(await seen(await McpClient.open(url, ""), "roots__"), expected);
  await asleep(url);
  assert.deepEqual(await seen(await McpClient.open(url, "roots")), expected);
  await asleep(url);
  assert.deepEqual(await seen(await McpClient.open(url, ""), "roots__"), expected);
});

test("a newer client gets the output of the server unwrapped, also when an older client has listed before", async (t) => {
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
  // A list that was read in the newer era is used for both eras.
  assert.deepEqual(await schemaOf(), shown);
  await asleep(url);
});

test("the endpoint of all servers gives the same, with the first call after the server slept", async (t) => {
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

test("an older client gets results that match its list, also when a newer client has listed before", async (t) => {
  const { url } = await start(t);
  const expected = await seen(await McpClient.open(url, "roots"));
  await asleep(url);
  await ask(`${url}/roots/mcp`, "tools/list");
  await asleep(url);
  // The server answers its first call in the older era, and has wrapped the result itself.
  assert.deepEqual(await seen(await McpClient.open(url, ""), "roots__"), expected);
});
