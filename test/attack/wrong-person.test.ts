/** One person's call makes a shared server ask, and another person is shown the form. */

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { fixture, root, startGateway } from "../support/gateway.ts";
import { McpClient } from "../support/mcp-client.ts";

const keys = ["key-of-one", "key-of-another"];

/** A client with that key; all it is asked comes in `asked`. */
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

test("where calls of two people are in flight, a server that does not say whose it asks about is refused", async (t) => {
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

test("a remote server says by its stream whose it asks about: that person is asked, and no other", async (t) => {
  const runtime = { type: "remote-sse", url: await remote(t) };
  const { url } = await startGateway(t, [{ id: "asks", runtime }], { config: { api_key: keys } });
  const [one, other] = [await person(url, "key-of-one"), await person(url, "key-of-another")];
  const called = one.call("later", { message: "Your password, please" });
  await one.call("unknown").catch(() => undefined);
  assert.equal(await other.call("go"), "gone");
  assert.deepEqual(JSON.parse(await called), { result: { action: "accept", content: {} } });
  assert.deepEqual([one.asked, other.asked], [["Your password, please"], []]);
});

test("clients of one person are asked as they come, and told what it is about", async (t) => {
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
