/** What a gateway shows while the engine of its containers goes and comes back: the same for every engine. */

import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { startGateway } from "./gateway.ts";
import { McpClient } from "./mcp-client.ts";
import { until } from "./until.ts";

export interface RestartableEngine {
  /** Entries by id, of which one goes on as if nothing had happened where its container does. */
  readonly entries: readonly { readonly id: string; readonly [field: string]: unknown }[];
  end(): Promise<void>;
  begin(): Promise<void>;
  /** Ids of the containers of an entry, whether they run or not. */
  containersOf(id: string): Promise<string[]>;
}

interface View {
  readonly status: string;
  readonly reason?: string;
}

/** Ends the engine during use and begins it again; the gateway must tell, and then serve, with one container each. */
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
