/**
 * Streams of Streamable HTTP: which message goes to which stream, and the effect of a broken connection (protocol.md,
 * *Streams*).
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { fixture, startGateway } from "../support/gateway.ts";
import { eventsOf, McpClient, type RpcMessage, type ServerEvent } from "../support/mcp-client.ts";
import { until } from "../support/until.ts";

const changes = { id: "server", runtime: fixture("logs-and-changes") };
const echo = { id: "echo", runtime: fixture("echo") };

const dataOf = (event: ServerEvent) => JSON.parse(event.data) as RpcMessage;

test("a quick answer is plain JSON, and one with progress is a stream with the answer at its end", async (t) => {
  const { url } = await startGateway(t, [echo]);
  const client = await McpClient.open(url, "echo");
  const call = (name: string, args: object) => ({
    jsonrpc: "2.0",
    id: 1,
    method: "tools/call",
    params: { name, arguments: args, _meta: { progressToken: "p" } },
  });
  const quick = await client.post(call("echo", {}));
  assert.equal(quick.headers.get("content-type"), "application/json");
  await quick.arrayBuffer();
  const long = await client.post(call("progress", { steps: 2, everyMs: 5 }));
  assert.equal(long.headers.get("content-type"), "text/event-stream");
  const messages: RpcMessage[] = [];
  for await (const event of eventsOf(long)) messages.push(dataOf(event));
  assert.deepEqual(
    messages.map(({ method, id }) => method ?? id),
    ["notifications/progress", "notifications/progress", 1],
  );
});

test("a slow answer without progress becomes a stream that shows life, and can be resumed from its first moment", async (t) => {
  const { url } = await startGateway(t, [echo]);
  const client = await McpClient.open(url, "echo");
  const abort = new AbortController();
  const call = {
    jsonrpc: "2.0",
    id: 1,
    method: "tools/call",
    params: { name: "sleep", arguments: { ms: 4_000 } },
  };
  const response = await client.post(call, abort.signal);
  const events = eventsOf(response);
  const primer = (await events.next()).value;
  assert.equal(primer?.data, "");
  abort.abort();
  // The cut does not cancel the call. The answer waits until the client comes back.
  const resumed = await client.listen(t.signal, primer?.id);
  const answer = (await resumed.next()).value;
  assert.equal(answer && dataOf(answer).result.content[0].text, "slept");
  assert.equal((await resumed.next()).done, true);
});

test("resuming after a cut loses nothing and repeats nothing", async (t) => {
  const { url } = await startGateway(t, [echo]);
  const client = await McpClient.open(url, "echo");
  const abort = new AbortController();
  const params = { name: "progress", arguments: { steps: 20, everyMs: 20 }, _meta: { progressToken: "p" } };
  const response = await client.post({ jsonrpc: "2.0", id: 9, method: "tools/call", params }, abort.signal);
  const seen: ServerEvent[] = [];
  for await (const event of eventsOf(response)) {
    seen.push(event);
    if (seen.length === 5) break;
  }
  abort.abort();
  for await (const event of await client.listen(t.signal, seen.at(-1)?.id)) seen.push(event);
  assert.deepEqual(
    seen.map((event) => dataOf(event).params?.progress ?? dataOf(event).id),
    [...Array.from({ length: 20 }, (_, step) => step + 1), 9],
  );
});

test("a message that belongs to no call waits for the GET stream, is sent there once, and can be resumed", async (t) => {
  const { url } = await startGateway(t, [changes]);
  const client = await McpClient.open(url, "server");
  await client.callTool("log", { level: "info", data: "late", afterMs: 1 });
  const actor = await McpClient.open(url, "server");
  await until("it was sent", async () => (await actor.callTool("subscriptions")) !== "");
  const first = new AbortController();
  const events = await client.listen(first.signal);
  const waited = (await events.next()).value;
  assert.equal(waited && dataOf(waited).params.data, "late");
  first.abort();
  await actor.callTool("log", { level: "info", data: "while away" });
  await actor.callTool("log", { level: "info", data: "and again" });

  const again = await client.listen(t.signal, waited?.id);
  const heard = [(await again.next()).value, (await again.next()).value];
  assert.deepEqual(
    heard.map((event) => event && dataOf(event).params.data),
    ["while away", "and again"],
  );
});

test("a client without a GET stream gets everything of its call", async (t) => {
  const { url } = await startGateway(t, [changes]);
  const client = await McpClient.open(url, "server");
  const heard: RpcMessage[] = [];
  await client.callTool(
    "log",
    { level: "info", data: "mine" },
    { onMessage: (message) => heard.push(message) },
  );
  assert.deepEqual(
    heard.map(({ params }) => params.data),
    ["mine"],
  );
});

test("a client that takes only JSON gets its answers, and the rest on the GET stream", async (t) => {
  const { url } = await startGateway(t, [changes]);
  const client = await McpClient.open(url, "server");
  const headers = { "Content-Type": "application/json", ...client.headers, Accept: "application/json" };
  const call = {
    jsonrpc: "2.0",
    id: 1,
    method: "tools/call",
    params: { name: "log", arguments: { level: "info", data: "x" } },
  };
  const response = await fetch(client.endpoint, { method: "POST", headers, body: JSON.stringify(call) });
  assert.equal(((await response.json()) as RpcMessage).id, 1);
  const event = (await (await client.listen(t.signal)).next()).value;
  assert.equal(event && dataOf(event).params.data, "x");
});

test("a second GET stream takes over from the first, which stays open and goes on after it", async (t) => {
  const { url } = await startGateway(t, [changes]);
  const client = await McpClient.open(url, "server");
  const first = await client.listen(t.signal);
  const abort = new AbortController();
  const second = await client.listen(abort.signal);
  const actor = await McpClient.open(url, "server");
  await actor.callTool("change", {});
  const event = (await second.next()).value;
  assert.equal(event && dataOf(event).method, "notifications/tools/list_changed");
  abort.abort();
  await second.next().catch(() => undefined);
  // An event that is sent before the gateway notices the end of the second stream is lost, like any event in transit.
  const next = first.next();
  let heard = false;
  void next.then(() => {
    heard = true;
  });
  await until("a change on the first stream", async () => {
    await actor.callTool("change", {});
    return heard;
  });
  const later = (await next).value;
  assert.equal(later && dataOf(later).method, "notifications/tools/list_changed");
});

test("a GET that would resume a finished call is 405, so that the client does not ask again and again", async (t) => {
  const { url } = await startGateway(t, [echo]);
  const client = await McpClient.open(url, "echo");
  const params = { name: "progress", arguments: { steps: 2, everyMs: 5 }, _meta: { progressToken: "p" } };
  const ids: (string | undefined)[] = [];
  for (let call = 0; call < 20; call++)
    await client.post({ jsonrpc: "2.0", id: call, method: "tools/call", params }).then(async (response) => {
      for await (const event of eventsOf(response)) ids.push(event.id);
    });
  const resume = async (id: string | undefined) => {
    const headers = { Accept: "text/event-stream", ...client.headers, "Last-Event-ID": id ?? "" };
    const response = await fetch(client.endpoint, { headers });
    return [response.status, response.headers.get("allow"), await response.text()] as const;
  };
  // The id of the last call, and that of the first call, which is forgotten by now.
  for (const id of [ids.at(-1), ids[2]]) {
    const [status, allowed, text] = await resume(id);
    assert.deepEqual([status, allowed], [405, "POST, DELETE"], text);
    assert.match(text, /nothing to resume/);
  }
  const [status, , text] = await resume(ids.at(-2));
  assert.equal(status, 200);
  assert.match(text, /"result"/);
  assert.equal((await resume("99-1"))[0], 400);
});

test("batches are answered where 2025-03-26 was negotiated", async (t) => {
  const { url } = await startGateway(t, [echo]);
  const client = await McpClient.open(url, "echo", {}, "2025-03-26");
  const call = (id: number, n: number) => ({
    jsonrpc: "2.0",
    id,
    method: "tools/call",
    params: { name: "echo", arguments: { n } },
  });
  const response = await client.post([
    call(1, 10),
    { jsonrpc: "2.0", method: "notifications/x" },
    call(2, 20),
  ]);
  const answers = (await response.json()) as RpcMessage[];
  assert.deepEqual(answers.map(({ id, result }) => [id, result.content[0].text]).sort(), [
    [1, '{"n":10}'],
    [2, '{"n":20}'],
  ]);
  assert.equal((await client.post([{ jsonrpc: "2.0", method: "notifications/x" }])).status, 202);
});

test("DELETE ends the session, which is unknown afterwards", async (t) => {
  const { url } = await startGateway(t, [echo]);
  const client = await McpClient.open(url, "echo");
  const stream = await client.listen(t.signal);
  assert.equal(await client.end(), 204);
  assert.equal((await stream.next()).done, true);
  assert.equal((await client.post({ jsonrpc: "2.0", id: 1, method: "ping" })).status, 404);
  assert.equal(await client.end(), 404);
});

test("a client is answered in the version that it requested, or in the gateway's newest version", async (t) => {
  const { url } = await startGateway(t, [echo]);
  for (const version of ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"]) {
    const answer = await new McpClient(url, "echo").initialize({}, version);
    assert.equal(answer.result.protocolVersion, version);
    assert.equal(answer.result.serverInfo.name, "fixture");
  }
  const unknown = await new McpClient(url, "echo").initialize({}, "1999-01-01");
  assert.equal(unknown.result.protocolVersion, "2025-11-25");
});

test("the second of two simultaneous requests with one id is refused, and the first goes on", async (t) => {
  const { url } = await startGateway(t, [echo]);
  const client = await McpClient.open(url, "echo");
  const first = client.callTool("sleep", { ms: 400 }, { id: 1 });
  const second = await until("the first is under way", async () => {
    const answer = await client.request("tools/call", { name: "who" }, { id: 1 });
    return answer?.error;
  });
  assert.equal(second.message, "A request with the id 1 is in flight");
  assert.equal(await first, "slept");
});
