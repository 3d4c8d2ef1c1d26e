/** One user's call makes a shared server ask, and the form is shown to another user. */

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { fixture, root, startGateway } from "../support/gateway.ts";
import { McpClient } from "../support/mcp-client.ts";

const keys = ["key-of-one", "key-of-another"];

/** A client with that key. All questions it gets are in `asked`. */
async function person(url: string, key: string) {
  const client = new McpClient(url, "asks", { Authorization: `Bearer ${key}` });
  await client.initialize({ elicitation: {} });
  const asked: string[] = [];
  const call = (name: string, args: object = {}) =>
    client.callTool(name, args, {
      onMessage: ({ id, params }) => {
        asked.push(params.message);
        return client.answer(id, { action: "accept", content: {} });
      },
    });
  return { asked, call };
}

async function remote(t: TestContext): Promise<string> {
  const file = join(root, "test/fixtures/servers/asks-late.ts");
  const child = spawn(process.execPath, [file], {
    env: { ...process.env, PORT: "0" },
    stdio: ["pipe", "pipe", "inherit"],
  });
  t.after(() => child.kill());
  const [line] = await once(child.stdout, "data");
  return `http://127.0.0.1:${JSON.parse(String(line)).port}/mcp`;
}

test("a question of a server that does not name its call is refused while calls of two users are in flight", async (t) => {
  const { url, logged } = await startGateway(t, [{ id: "asks", runtime: fixture("asks-late") }], {
    config: { api_key: keys, log_level: "debug" },
  });
  const [one, other] = [await person(url, "key-of-one"), await person(url, "key-of-another")];
  const called = one.call("later", { message: "Your password, please" });
  // The call has reached the server once a later one of the same client has.
  await one.call("unknown").catch(() => undefined);
  assert.equal(await other.call("go"), "gone");
  assert.match(JSON.parse(await called).error.message, /calls of several users are in flight/);
  assert.deepEqual([one.asked, other.asked], [[], []]);
  await logged(/elicitation\/create: The request was not sent to a client/);
});

test("a remote server's question on the stream of a call goes to the user of that call only", async (t) => {
  const runtime = { type: "remote-sse", url: await remote(t) };
  const { url } = await startGateway(t, [{ id: "asks", runtime }], { config: { api_key: keys } });
  const [one, other] = [await person(url, "key-of-one"), await person(url, "key-of-another")];
  const called = one.call("later", { message: "Your password, please" });
  await one.call("unknown").catch(() => undefined);
  assert.equal(await other.call("go"), "gone");
  assert.deepEqual(JSON.parse(await called), { result: { action: "accept", content: {} } });
  assert.deepEqual([one.asked, other.asked], [["Your password, please"], []]);
});

test("any client of one user is asked, and the question names its subject", async (t) => {
  const { url } = await startGateway(t, [{ id: "asks", runtime: fixture("asks-late") }], {
    config: { api_key: keys },
  });
  const [one, other] = [await person(url, "key-of-one"), await person(url, "key-of-one")];
  const called = one.call("later", { message: "Sure?" });
  await one.call("unknown").catch(() => undefined);
  assert.equal(await other.call("go"), "gone");
  assert.equal(JSON.parse(await called).result.action, "accept");
  assert.deepEqual([...one.asked, ...other.asked], ["asks (go): Sure?"]);
});
