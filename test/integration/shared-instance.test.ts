/** Many clients share one instance, and nothing of one client reaches another (protocol.md, *Shared instance*). */

import assert from "node:assert/strict";
import { test } from "node:test";
import { fixture, startGateway } from "../support/gateway.ts";
import { McpClient, type RpcMessage } from "../support/mcp-client.ts";
import { until } from "../support/until.ts";

const clients = 50;

function openMany(url: string, server: string, capabilities: object = {}) {
  return Promise.all(Array.from({ length: clients }, () => McpClient.open(url, server, capabilities)));
}

test("50 clients with equal ids and tokens use one child, and answers and progress never cross", async (t) => {
  const { url } = await startGateway(t, [{ id: "echo", runtime: fixture("echo") }]);
  const all = await openMany(url, "echo");
  const pids = new Set(await Promise.all(all.map((client) => client.callTool("who", {}, { id: 1 }))));
  assert.equal(pids.size, 1);

  const answers = await Promise.all(all.map((client, n) => client.callTool("echo", { n }, { id: "same" })));
  assert.deepEqual(
    answers,
    all.map((_, n) => JSON.stringify({ n })),
  );

  // Each client requests its own number of steps, all with the token "t" and the id 7.
  const seen = await Promise.all(
    all.map(async (client, n) => {
      const steps: RpcMessage[] = [];
      const args = { steps: (n % 5) + 1, everyMs: 10 };
      await client.callTool("progress", args, {
        id: 7,
        token: "t",
        onMessage: (message) => steps.push(message),
      });
      return steps;
    }),
  );
  for (const [n, steps] of seen.entries()) {
    const total = (n % 5) + 1;
    assert.deepEqual(
      steps.map(({ params }) => params),
      Array.from({ length: total }, (_, step) => ({ progressToken: "t", progress: step + 1, total })),
    );
  }
});

test("ids and tokens that are numbers come back as numbers", async (t) => {
  const { url } = await startGateway(t, [{ id: "echo", runtime: fixture("echo") }]);
  const client = await McpClient.open(url, "echo");
  for (const id of [0, -3, 1.5, 9007199254740991, "1", ""]) {
    const steps: RpcMessage[] = [];
    const params = { name: "progress", arguments: { steps: 1, everyMs: 1 }, _meta: { progressToken: id } };
    const answer = await client.request("tools/call", params, {
      id,
      onMessage: (message) => steps.push(message),
    });
    assert.equal(answer?.id, id);
    assert.equal(steps[0]?.params.progressToken, id);
  }
  const response = await client.post('{"jsonrpc":"2.0","id":12345678901234567890,"method":"ping"}');
  assert.equal(await response.text(), '{"jsonrpc":"2.0","id":12345678901234567890,"result":{}}');
});

test("a cancellation ends the call of its client only, among 50 calls of one id of which half are cancelled", async (t) => {
  const { url } = await startGateway(t, [{ id: "echo", runtime: fixture("echo") }]);
  const all = await openMany(url, "echo");
  const other = await McpClient.open(url, "echo");
  const calls = all.map((client, n) => {
    const args = { name: "sleep", arguments: { ms: n % 2 === 0 ? 60_000 : 1_500 } };
    return client.request("tools/call", args, { id: 5 });
  });
  await until("all calls are with the server", async () => {
    const text = await (await fetch(`${url}/metrics`)).text();
    return text.includes('mcp_gateway_server_in_flight{server="echo"} 50');
  });
  const cancel = { requestId: 5, reason: "changed my mind" };
  await Promise.all(
    all.map((client, n) => (n % 2 === 0 ? client.notify("notifications/cancelled", cancel) : undefined)),
  );
  const answers = await Promise.all(calls);
  for (const [n, answer] of answers.entries()) {
    // A late answer would be an error, because the stream of a cancelled call ends without an answer.
    assert.deepEqual(answer?.result?.content[0].text, n % 2 === 0 ? undefined : "slept");
  }
  assert.equal(JSON.parse(await other.callTool("cancelled")).length, 25);
});

test("the server's questions go to the client whose call is in flight, and its answer to the server", async (t) => {
  const { url } = await startGateway(t, [{ id: "asks", runtime: fixture("asks-client") }]);
  const all = await openMany(url, "asks", { sampling: {}, elicitation: {} });
  const answers = await Promise.all(
    all.map(async (client, n) => {
      // The calls run one after the other in the server, so the question names the call it came from.
      const text = await client.callTool(
        "elicit",
        { message: `for ${n}` },
        {
          onMessage: (question) => {
            assert.equal(question.method, "elicitation/create");
            return client.answer(question.id, {
              action: "accept",
              content: { asked: question.params.message },
            });
          },
        },
      );
      return JSON.parse(text).result.content.asked;
    }),
  );
  // With many calls in flight the newest client with the capability is asked. Every question was answered exactly once.
  // Where other calls were in flight, the question names its subject.
  const asked = answers.map((answer: string) => answer.replace(/^asks \(elicit\): /, ""));
  assert.deepEqual(asked.sort(), all.map((_, n) => `for ${n}`).sort());
});

test("a question that no client can answer is refused at once", async (t) => {
  const { url } = await startGateway(t, [{ id: "asks", runtime: fixture("asks-client") }]);
  const client = await McpClient.open(url, "asks", { sampling: {} });
  const { error } = JSON.parse(await client.callTool("roots"));
  assert.deepEqual(error, { code: -32601, message: "No client can answer 'roots/list' now" });
});

test("a client that leaves while it is asked does not leave the server waiting", async (t) => {
  const { url } = await startGateway(t, [{ id: "asks", runtime: fixture("asks-client") }]);
  const client = await McpClient.open(url, "asks", { sampling: {} });
  const asked = Promise.withResolvers<void>();
  const call = client.request(
    "tools/call",
    { name: "sample", arguments: { text: "?" } },
    { onMessage: () => asked.resolve() },
  );
  await asked.promise;
  assert.equal(await client.end(), 204);
  await call;
  const other = await McpClient.open(url, "asks");
  assert.match(await other.callTool("sample", { text: "?" }), /No client can answer/);
});

test("each client receives the logs, resource updates and list changes that it requested", async (t) => {
  const { url } = await startGateway(t, [{ id: "server", runtime: fixture("logs-and-changes") }]);
  const abort = new AbortController();
  t.after(() => abort.abort());
  const listen = async (level?: string, uri?: string) => {
    const client = await McpClient.open(url, "server");
    const heard: string[] = [];
    const events = await client.listen(abort.signal);
    void (async () => {
      for await (const event of events) {
        const { method, params } = JSON.parse(event.data) as RpcMessage;
        heard.push(
          method === "notifications/message"
            ? params.data
            : `${method?.split("/").at(-1)} ${params?.uri ?? ""}`.trim(),
        );
      }
    })().catch(() => undefined);
    if (level !== undefined) await client.request("logging/setLevel", { level });
    if (uri !== undefined) await client.request("resources/subscribe", { uri });
    return { client, heard };
  };
  const [debug, error, plain] = [
    await listen("debug", "file:///a"),
    await listen("error", "file:///b"),
    await listen(),
  ];
  const actor = await McpClient.open(url, "server");
  for (const level of ["debug", "info", "error"]) await actor.callTool("log", { level, data: level });
  await actor.callTool("update", { uri: "file:///a" });
  await actor.callTool("update", { uri: "file:///b/below" });
  await actor.callTool("change", {});

  const all = [debug, error, plain];
  await until("all heard the change", () => all.every(({ heard }) => heard.includes("list_changed")));
  assert.deepEqual(debug.heard, ["debug", "info", "error", "updated file:///a", "list_changed"]);
  assert.deepEqual(error.heard, ["error", "updated file:///b/below", "list_changed"]);
  assert.deepEqual(plain.heard, ["info", "error", "list_changed"]);
});

test("a resource stays subscribed while any client listens", async (t) => {
  const { url } = await startGateway(t, [{ id: "server", runtime: fixture("logs-and-changes") }]);
  const [one, other] = [await McpClient.open(url, "server"), await McpClient.open(url, "server")];
  const uris = async () =>
    (JSON.parse(await one.callTool("subscriptions")) as [string][]).map(([uri]) => uri);
  await one.request("resources/subscribe", { uri: "file:///x" });
  await other.request("resources/subscribe", { uri: "file:///x" });
  await one.request("resources/unsubscribe", { uri: "file:///x" });
  assert.deepEqual(await uris(), ["file:///x"]);
  await other.request("resources/unsubscribe", { uri: "file:///x" });
  assert.deepEqual(await uris(), []);
});

test("each client session has an instance of its own where the entry requires it", async (t) => {
  const entry = { id: "own", instances: "session", runtime: fixture("echo") };
  const { url } = await startGateway(t, [entry], { config: { max_connections_per_server: 2 } });
  const [one, other] = [await McpClient.open(url, "own"), await McpClient.open(url, "own")];
  const pids = [await one.callTool("who"), await other.callTool("who"), await one.callTool("who")];
  assert.notEqual(pids[0], pids[1]);
  assert.equal(pids[0], pids[2]);

  const third = new McpClient(url, "own");
  const refused = await third.initialize();
  assert.match(refused.error?.message ?? "", /maximum of 2 instances/);
  await other.end();
  await until("there is room again", async () => (await third.initialize()).result);
  assert.equal(typeof (await third.callTool("who")), "string");
});

/** Collects all messages on a client's GET stream until the test ends. */
async function heardBy(client: McpClient, signal: AbortSignal): Promise<RpcMessage[]> {
  const heard: RpcMessage[] = [];
  const events = await client.listen(signal);
  void (async () => {
    for await (const event of events) heard.push(JSON.parse(event.data));
  })().catch(() => undefined);
  return heard;
}

test("progress, status, questions and the list of tasks of a task reach its client only", async (t) => {
  const { url } = await startGateway(t, [{ id: "tasks", runtime: fixture("tasks") }]);
  const abort = new AbortController();
  t.after(() => abort.abort());
  const [one, other] = [
    await McpClient.open(url, "tasks", { sampling: {} }),
    await McpClient.open(url, "tasks", { sampling: {} }),
  ];
  const [ofOne, ofOther] = [await heardBy(one, abort.signal), await heardBy(other, abort.signal)];
  const begin = (client: McpClient, token: string) =>
    client.request("tools/call", {
      name: "begin",
      arguments: { steps: 2, ask: true },
      task: {},
      _meta: { progressToken: token },
    });
  const [first, second] = [await begin(one, "same"), await begin(other, "same")];
  const ids = [first, second].map((answer) => answer?.result.task.taskId);
  for (const [client, heard] of [
    [one, ofOne],
    [other, ofOther],
  ] as const) {
    const question = await until("it is asked", () =>
      heard.find(({ method }) => method === "sampling/createMessage"),
    );
    await client.answer(question.id, { role: "assistant", model: "m", content: { type: "text", text: "x" } });
  }
  for (const [heard, taskId] of [
    [ofOne, ids[0]],
    [ofOther, ids[1]],
  ] as const) {
    await until("it is done", () => heard.some(({ params }) => params.status === "completed"));
    assert.deepEqual(
      heard.map(({ method, params }) => [
        method,
        params.progressToken ?? params.taskId ?? params._meta["io.modelcontextprotocol/related-task"].taskId,
      ]),
      [
        ["notifications/progress", "same"],
        ["notifications/progress", "same"],
        ["sampling/createMessage", taskId],
        ["notifications/tasks/status", taskId],
      ],
    );
  }
  const list = await one.request("tasks/list");
  assert.deepEqual(
    list?.result.tasks.map(({ taskId }: { taskId: string }) => taskId),
    [ids[0]],
  );
  assert.equal((await one.request("tasks/get", { taskId: ids[0] }))?.result.status, "completed");
  assert.deepEqual((await one.request("tasks/get", { taskId: ids[1] }))?.error, {
    code: -32602,
    message: `Task not found: ${ids[1]}`,
  });
});

test("the end of a visit to a URL is reported to the client that was sent there", async (t) => {
  const { url } = await startGateway(t, [{ id: "tasks", runtime: fixture("tasks") }]);
  const abort = new AbortController();
  t.after(() => abort.abort());
  const [one, other] = [
    await McpClient.open(url, "tasks", { elicitation: { url: {} } }),
    await McpClient.open(url, "tasks"),
  ];
  const [ofOne, ofOther] = [await heardBy(one, abort.signal), await heardBy(other, abort.signal)];
  await one.callTool("visit", {}, { onMessage: ({ id }) => one.answer(id, { action: "accept" }) });
  const told = await until("it is told", () =>
    ofOne.find(({ method }) => method === "notifications/elicitation/complete"),
  );
  assert.equal(told.params.elicitationId, "visit-1");
  assert.deepEqual(ofOther, []);
});

test("tools the catalog hides are neither listed nor called", async (t) => {
  const entry = { id: "echo", runtime: fixture("echo"), tools: { allow: ["echo", "w*"], deny: ["who"] } };
  const { url } = await startGateway(t, [entry]);
  const client = await McpClient.open(url, "echo");
  const list = await client.request("tools/list");
  assert.deepEqual(
    list?.result.tools.map(({ name }: { name: string }) => name),
    ["echo"],
  );
  await assert.rejects(client.callTool("who"), /-32602 Unknown tool: who/);
  assert.equal(await client.callTool("echo", {}), "{}");
});

test("a server's status lists its clients for as long as they are connected", async (t) => {
  const { url } = await startGateway(t, [{ id: "echo", runtime: fixture("echo") }]);
  const clients = async () =>
    ((await (await fetch(`${url}/servers/echo`)).json()) as { clients: string[] }).clients;
  const [one, two] = [await McpClient.open(url, "echo"), await McpClient.open(url, "echo")];
  assert.deepEqual(await clients(), ["test 1", "test 1"]);
  await one.end();
  assert.deepEqual(await clients(), ["test 1"]);
  await two.end();
  assert.deepEqual(await clients(), []);
});
