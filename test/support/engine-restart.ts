/**
 * The state that a gateway shows while the engine of its containers stops and starts again. It is the same for every
 * engine.
 */

import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { startGateway } from "./gateway.ts";
import { McpClient } from "./mcp-client.ts";
import { until } from "./until.ts";

export interface RestartableEngine {
  /** Entries by id. One of them continues without an interruption where its container does. */
  readonly entries: readonly { readonly id: string; readonly [field: string]: unknown }[];
  end(): Promise<void>;
  begin(): Promise<void>;
  /** Ids of all containers of an entry, running or not. */
  containersOf(id: string): Promise<string[]>;
}

interface View {
  readonly status: string;
  readonly reason?: string;
}

/**
 * Ends the engine during use and starts it again. The gateway must report it, and then serve, with one container each.
 */
export async function outlastsItsEngine(t: TestContext, engine: RestartableEngine): Promise<void> {
  const gateway = await startGateway(t, engine.entries);
  const viewOf = async (id: string) => (await (await fetch(`${gateway.url}/servers/${id}`)).json()) as View;
  const clients = new Map<string, McpClient>();
  for (const { id } of engine.entries) {
    const client = await McpClient.open(gateway.url, id);
    assert.equal(await client.callTool("echo", { before: id }), JSON.stringify({ before: id }));
    clients.set(id, client);
  }
  await engine.end();
  for (const { id } of engine.entries) {
    await until(`${id} shows that its engine is gone`, async () => (await viewOf(id)).status !== "running");
    const reason = await until(`${id} says why`, async () => (await viewOf(id)).reason);
    assert.match(reason, /engine|does not answer at/);
    const refused = await until(`a call to ${id} says why`, () =>
      clients
        .get(id)
        ?.callTool("echo")
        .then(() => undefined, String),
    );
    assert.match(refused, /does not answer at .*: is it running\?|container engine: /);
  }
  await engine.begin();
  for (const { id } of engine.entries) {
    const answer = await until(`${id} serves again`, () =>
      clients
        .get(id)
        ?.callTool("echo", { after: id })
        .catch(() => undefined),
    );
    assert.equal(answer, JSON.stringify({ after: id }));
    await until(`one container of ${id} is left`, async () => (await engine.containersOf(id)).length === 1);
  }
  assert.equal(await gateway.stop(), 0);
  for (const { id } of engine.entries) assert.deepEqual(await engine.containersOf(id), []);
}
