/** The stateless era at the gateway's own endpoint, as its clients see it on the wire (protocol.md, *Two eras*). */

import assert from "node:assert/strict";
import { test } from "node:test";
import { fixture, startGateway, temporaryFolder } from "../support/gateway.ts";
import { eventsOf, McpClient, type RpcMessage } from "../support/mcp-client.ts";
import { ask, post } from "../support/stateless-client.ts";
import { until } from "../support/until.ts";

const asks = (era: "initialize" | "stateless", more: object = {}) => ({
  id: "asks",
  runtime: fixture("asks-thrice", era),
  ...more,
});

async function statusOf(gateway: string, id: string): Promise<string> {
  return ((await (await fetch(`${gateway}/servers/${id}`)).json()) as { status: string }).status;
}

async function toolText(url: string, name: string, args: object = {}): Promise<string> {
  return (await ask(url, "tools/call", { name, arguments: args })).answer.result.content[0].text;
}

for (const era of ["initialize", "stateless"] as const) {
  test(`a dropped stream cancels the call of a stateless client, in a server of the ${era} era`, async (t) => {
    const { url } = await startGateway(t, [asks(era)]);
    const mcp = `${url}/asks/mcp`;
    const abort = new AbortController();
    const call = post(mcp, "tools/call", { name: "wait", arguments: { key: "k" } }, { signal: abort.signal });
    call.catch(() => undefined);
    await until("the call waits", async () => (await toolText(mcp, "waits", { key: "k" })) === "waiting");
    abort.abort();
    await until("the server knows", async () => (await toolText(mcp, "waits", { key: "k" })) === "cancelled");
  });

  test(`a dropped stream does not cancel the call of a session, in a server of the ${era} era`, async (t) => {
    const { url } = await startGateway(t, [asks(era)]);
    const client = await McpClient.open(url, "asks");
    const abort = new AbortController();
    const params = { name: "steps", arguments: { key: "k" }, _meta: { progressToken: "t" } };
    const response = await client.post(
      { jsonrpc: "2.0", id: "c", method: "tools/call", params },
      abort.signal,
    );
    const events = eventsOf(response);
    const first = await events.next();
    assert.ok(!first.done);
    abort.abort();
    await events.next().catch(() => undefined);
    await client.callTool("finish", { key: "k" });
    const rest = await client.listen(AbortSignal.timeout(10_000), first.value.id);
    const left: RpcMessage[] = [];
    for await (const { data } of rest) {
      left.push(JSON.parse(data));
      if (left.at(-1)?.id === "c") break;
    }
    assert.equal(left.at(-1)?.result.content[0].text, "done");
  });
}

test("errors of the era have the HTTP statuses of the era", async (t) => {
  const { url } = await startGateway(t, [asks("initialize")]);
  const mcp = `${url}/asks/mcp`;
  const refusals: readonly (readonly [string, number, number, Parameters<typeof post>])[] = [
    ["a method of the other era", 404, -32601, [mcp, "ping"]],
    ["a method nobody knows", 404, -32601, [mcp, "no/such"]],
    [
      "another method in the header",
      400,
      -32020,
      [mcp, "tools/list", {}, { headers: { "Mcp-Method": "x" } }],
    ],
    [
      "another name in the header",
      400,
      -32020,
      [mcp, "tools/call", { name: "pid" }, { headers: { "Mcp-Name": "secret" } }],
    ],
    [
      "another version in the header",
      400,
      -32020,
      [mcp, "tools/list", {}, { headers: { "MCP-Protocol-Version": "2025-11-25" } }],
    ],
    [
      "a version nobody speaks",
      400,
      -32022,
      [
        mcp,
        "tools/list",
        { _meta: { "io.modelcontextprotocol/protocolVersion": "2099-01-01" } },
        { headers: { "MCP-Protocol-Version": "2099-01-01" } },
      ],
    ],
    [
      "no capabilities",
      400,
      -32602,
      [mcp, "tools/list", { _meta: { "io.modelcontextprotocol/clientCapabilities": null } }],
    ],
  ];
  for (const [what, status, code, request] of refusals) {
    const refused = await ask(...request);
    assert.deepEqual([refused.status, refused.answer.error?.code], [status, code], what);
    assert.equal(refused.answer.id, 1, what);
  }
  for (const method of ["GET", "DELETE"]) {
    const response = await fetch(mcp, { method, headers: { "MCP-Protocol-Version": "2026-07-28" } });
    assert.deepEqual([response.status, response.headers.get("allow")], [405, "POST"]);
  }
});

test("a server's introduction and lists are known while it sleeps, to clients of both eras", async (t) => {
  const options = { env: { MCP_GATEWAY_CACHE_DIR: await temporaryFolder(t) } };
  const first = await startGateway(t, [asks("initialize")], options);
  const before = await McpClient.open(first.url, "asks");
  const listed = (await before.request("tools/list"))?.result.tools;
  await first.stop();

  const second = await startGateway(t, [asks("initialize")], options);
  const mcp = `${second.url}/asks/mcp`;
  const session = await McpClient.open(second.url, "asks");
  assert.deepEqual((await session.request("tools/list"))?.result.tools, listed);
  const { answer } = await ask(mcp, "server/discover");
  assert.equal(answer.result._meta["io.modelcontextprotocol/serverInfo"].name, "asks-thrice");
  assert.deepEqual((await ask(mcp, "tools/list")).answer.result.tools, listed);
  assert.equal(await statusOf(second.url, "asks"), "stopped");
  await toolText(mcp, "pid");
  assert.equal(await statusOf(second.url, "asks"), "running");
});

test("a client with an outdated list is notified when the server wakes", async (t) => {
  const options = { env: { MCP_GATEWAY_CACHE_DIR: await temporaryFolder(t) } };
  const first = await startGateway(t, [asks("initialize")], options);
  const before = await McpClient.open(first.url, "asks");
  await before.callTool("change");
  await before.request("tools/list");
  await first.stop();

  const second = await startGateway(t, [asks("initialize")], options);
  const client = await McpClient.open(second.url, "asks");
  const tools = async () => (await client.request("tools/list"))?.result.tools.length;
  const shown = await tools();
  const abort = new AbortController();
  t.after(() => abort.abort());
  const events = await client.listen(abort.signal);
  await client.callTool("pid");
  const told = await events.next();
  assert.equal(JSON.parse(told.value.data).method, "notifications/tools/list_changed");
  assert.equal(await tools(), shown - 1);
});

for (const server of ["ends-unless-initialized", "deaf-unless-initialized"]) {
  test(`a stateless client uses a server that ${server.replaceAll("-", " ")}`, async (t) => {
    const { url } = await startGateway(t, [{ id: "old", runtime: fixture(server) }]);
    const pid = await toolText(`${url}/old/mcp`, "pid");
    assert.equal(await toolText(`${url}/old/mcp`, "pid"), pid);
  });
}

test("clients without a session share one instance of an entry with instances: session", async (t) => {
  const { url } = await startGateway(t, [asks("initialize", { instances: "session" })]);
  const pids = [await toolText(`${url}/asks/mcp`, "pid"), await toolText(`${url}/asks/mcp`, "pid")];
  const session = await McpClient.open(url, "asks");
  assert.equal(pids[0], pids[1]);
  assert.notEqual(await session.callTool("pid"), pids[0]);
});

test("a client that only listens does not keep a server running, and is notified again when the server wakes", async (t) => {
  const { url } = await startGateway(t, [asks("initialize", { idle_timeout_seconds: 1 })]);
  const mcp = `${url}/asks/mcp`;
  await toolText(mcp, "pid");
  const abort = new AbortController();
  t.after(() => abort.abort());
  const notifications = { toolsListChanged: true, resourceSubscriptions: ["test://counter"] };
  const listening = await post(
    mcp,
    "subscriptions/listen",
    { notifications },
    { id: "l", signal: abort.signal },
  );
  const events = eventsOf(listening);
  const next = async () => JSON.parse((await events.next()).value.data) as RpcMessage;
  const acknowledged = await next();
  assert.equal(acknowledged.method, "notifications/subscriptions/acknowledged");
  assert.deepEqual(acknowledged.params.notifications, notifications);
  await until("it sleeps", async () => (await statusOf(url, "asks")) === "stopped");
  await toolText(mcp, "change");
  const heard = [await next(), await next()];
  assert.deepEqual(heard.map(({ method }) => method).sort(), [
    "notifications/resources/updated",
    "notifications/tools/list_changed",
  ]);
  for (const { params } of heard) assert.equal(params._meta["io.modelcontextprotocol/subscriptionId"], "l");
});

test("the end of the gateway ends listening requests with their result, at once", async (t) => {
  const gateway = await startGateway(t, [asks("stateless")]);
  const notifications = { toolsListChanged: true };
  for (const path of ["/asks/mcp", "/mcp"]) {
    const listening = await post(
      `${gateway.url}${path}`,
      "subscriptions/listen",
      { notifications },
      { id: 7 },
    );
    const events = eventsOf(listening);
    await events.next();
    if (path === "/asks/mcp") continue;
    const began = performance.now();
    const stopped = gateway.stop();
    const last = JSON.parse((await events.next()).value.data);
    assert.deepEqual([last.id, last.result.resultType], [7, "complete"]);
    assert.equal(last.result._meta["io.modelcontextprotocol/subscriptionId"], 7);
    assert.equal(await stopped, 0);
    assert.ok(performance.now() - began < 9_000, "waited for those who listen");
  }
});
