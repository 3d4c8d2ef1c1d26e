/**
 * A shared server that requests roots outside of a call gets those of all its clients (protocol.md, *Shared instance*).
 */

import assert from "node:assert/strict";
import { mkdir, realpath } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { pathToFileURL } from "node:url";
import { npmServer, startGateway, temporaryFolder } from "../support/gateway.ts";
import { McpClient, type RpcMessage } from "../support/mcp-client.ts";
import { until } from "../support/until.ts";

/** A client with one folder as its root, which it returns on each request. */
async function withRoot(t: TestContext, url: string, server: string, folder: string) {
  const client = new McpClient(url, server);
  await client.initialize({ roots: { listChanged: true } });
  const abort = new AbortController();
  t.after(() => abort.abort());
  const events = await client.listen(abort.signal);
  const onMessage = ({ id, method }: RpcMessage) =>
    method === "roots/list" && client.answer(id, { roots: [{ uri: pathToFileURL(folder).href }] });
  void (async () => {
    for await (const { data } of events) await onMessage(JSON.parse(data));
  })().catch(() => undefined);
  const call = (name: string) => client.callTool(name, {}, { onMessage });
  return { client, call };
}

test("server-filesystem without arguments serves the roots of all its clients, from the first call on", async (t) => {
  const folder = await realpath(await temporaryFolder(t));
  const [one, other] = [join(folder, "one"), join(folder, "other")];
  for (const root of [one, other]) await mkdir(root);
  const { url } = await startGateway(t, [{ id: "files", runtime: npmServer("filesystem") }]);
  const all = await withRoot(t, url, "", one);
  // At the endpoint of all servers nothing has started it yet. The call starts it.
  const first = await all.call("files__list_allowed_directories");
  assert.ok(first.includes(one), first);
  const two = await withRoot(t, url, "files", other);
  await two.client.notify("notifications/roots/list_changed");
  const allowed = await until("both are allowed", async () => {
    const text = await two.call("list_allowed_directories");
    return text.includes(one) && text.includes(other) && text;
  });
  assert.ok(allowed.includes(other));
  await two.client.end();
  await until("who left takes its root along", async () => {
    const text = await all.call("files__list_allowed_directories");
    return text.includes(one) && !text.includes(other);
  });
});
