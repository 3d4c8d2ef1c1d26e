/** Messages pass unchanged: large ones, unusual ones, and those between noise (protocol.md, *Raw messages*). */

import assert from "node:assert/strict";
import { test } from "node:test";
import { oddAnswer, oddNotification } from "../fixtures/servers/odd-fields.ts";
import { fixture, startGateway } from "../support/gateway.ts";
import { eventsOf, McpClient } from "../support/mcp-client.ts";
import { until } from "../support/until.ts";

test("results of 12 MB and arguments of 5 MB pass", async (t) => {
  const { url } = await startGateway(t, [{ id: "echo", runtime: fixture("echo") }]);
  const client = await McpClient.open(url, "echo");
  const bytes = 12 * 1024 * 1024;
  assert.equal((await client.callTool("big", { bytes })).length, bytes);
  const blob = "ü".repeat(2.5 * 1024 * 1024);
  assert.equal(await client.callTool("echo", { blob }), JSON.stringify({ blob }));
});

test("a body over the limit is 413, and other requests are not affected", async (t) => {
  const { url } = await startGateway(t, [{ id: "echo", runtime: fixture("echo") }], {
    config: { max_body_bytes: 100_000 },
  });
  const client = await McpClient.open(url, "echo");
  const refused = await client.post({
    jsonrpc: "2.0",
    id: 1,
    method: "tools/call",
    params: { pad: "x".repeat(100_000) },
  });
  assert.equal(refused.status, 413);
  assert.deepEqual(await refused.json(), {
    error: "Payload Too Large",
    message: "The body is over the limit of 100000 bytes",
  });
  assert.equal(await client.callTool("echo", { still: "here" }), '{"still":"here"}');
});

test("a server that prints noise on stdout works, and its noise is in its log", async (t) => {
  const { url } = await startGateway(t, [{ id: "noisy", runtime: fixture("noisy-stdout") }]);
  const client = await McpClient.open(url, "noisy");
  const list = await client.request("tools/list");
  const tool = list?.result.tools[0].name;
  assert.equal(typeof (await client.callTool(tool, {})), "string");
  assert.notEqual((await (await fetch(`${url}/servers/noisy/logs`)).text()).trim(), "");
});

test("unknown fields, methods and content types, and numbers beyond a double, arrive unchanged", async (t) => {
  const { url } = await startGateway(t, [{ id: "odd", runtime: fixture("odd-fields") }]);
  const client = await McpClient.open(url, "odd");
  const id = '"an id ü"';
  const call = `{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":{"name":"odd"}}`;
  const events: string[] = [];
  for await (const event of eventsOf(await client.post(call))) events.push(event.data);
  assert.deepEqual(events, [oddNotification, oddAnswer(id)]);

  const params = '{"big":18446744073709551615,"float":1.0,"nested":{"x":[1e400]}}';
  const response = await client.post(
    `{"x":0,"jsonrpc":"2.0","method":"odd/method","params":${params},"id":1}`,
  );
  assert.deepEqual(await response.json(), {
    jsonrpc: "2.0",
    id: 1,
    result: JSON.parse(params.replace("1e400", "null")),
  });
  const list = await (await client.post('{"jsonrpc":"2.0","id":2,"method":"tools/list"}')).text();
  assert.match(list, /"x-tool":\{"big":9007199254740993\}\}\],"x-list":true/);
});

test("JSON over several lines reaches a line-based server as one line", async (t) => {
  const { url } = await startGateway(t, [{ id: "echo", runtime: fixture("echo") }]);
  const client = await McpClient.open(url, "echo");
  const message = {
    jsonrpc: "2.0",
    id: 1,
    method: "tools/call",
    params: { name: "echo", arguments: { text: "a\nb" } },
  };
  // biome-ignore lint/suspicious/noExplicitAny: tests read messages of any shape
  const answer = (await (await client.post(JSON.stringify(message, undefined, "\r\n  "))).json()) as any;
  assert.equal(answer.result.content[0].text, '{"text":"a\\nb"}');
});

test("a client that requests more than it reads has to wait, and the gateway's memory does not grow with it", async (t) => {
  const { url } = await startGateway(t, [{ id: "echo", runtime: fixture("echo") }]);
  const client = await McpClient.open(url, "echo");
  const residentMb = async () => {
    const text = await (await fetch(`${url}/metrics`)).text();
    return Number(/^process_resident_memory_bytes (\d+)$/m.exec(text)?.[1]) / 1024 / 1024;
  };
  const bytes = 12 * 1024 * 1024;
  const ask = (id: number) =>
    client.post({ jsonrpc: "2.0", id, method: "tools/call", params: { name: "big", arguments: { bytes } } });
  const unread: Response[] = [];
  let asked = 0;
  const asking = (async () => {
    while (asked < 40) unread.push(await ask(++asked));
  })();
  // Its next request has arrived and is not passed on. No event announces that. The state just stays the same.
  let still = 0;
  let last = 0;
  await until("it is made to wait", () => {
    still = asked === last && unread.length < asked ? still + 1 : 0;
    last = asked;
    return still > 25;
  });
  assert.ok(asked < 10, `${asked} answers of 12 MB wait`);
  assert.ok((await residentMb()) < 500);
  for (let read = 0; read < 40; read++) {
    const response = await until("the next answer", () => unread[read]);
    assert.ok((await response.text()).length > bytes);
  }
  await asking;
});

test("a client that reads nothing does not delay the server, which serves the other clients", async (t) => {
  const { url } = await startGateway(t, [{ id: "echo", runtime: fixture("echo") }]);
  const [slow, quick] = [await McpClient.open(url, "echo"), await McpClient.open(url, "echo")];
  const bytes = 12 * 1024 * 1024;
  const unread = await Promise.all(
    Array.from({ length: 4 }, (_, id) =>
      slow.post({ jsonrpc: "2.0", id, method: "tools/call", params: { name: "big", arguments: { bytes } } }),
    ),
  );
  assert.equal(await quick.callTool("echo", {}), "{}");
  for (const response of unread) assert.ok((await response.text()).length > bytes);
});
