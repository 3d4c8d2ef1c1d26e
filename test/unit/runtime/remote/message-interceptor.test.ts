/** Messages are read from HTTP bodies without changes, and the SDK gets stubs that keep its state correct. */

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Message } from "../../../../src/jsonrpc/message.ts";
import { interceptJson, isStub, tapEvents } from "../../../../src/runtime/remote/message-interceptor.ts";

function tapped() {
  const texts: string[] = [];
  const noise: string[] = [];
  return { texts, noise, message: ({ text }: Message) => texts.push(text) };
}

async function* cut(text: string, size: number): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function events(text: string, size: number) {
  const { texts, noise, message } = tapped();
  let out = "";
  for await (const chunk of tapEvents(cut(text, size), { message, noise: (line) => noise.push(line) }))
    out += chunk;
  return { texts, noise, out };
}

const odd = '{"jsonrpc":"2.0","method":"odd","x":12345678901234567890}';
const answer = '{"jsonrpc":"2.0","id":"ü","result":{},"x-top":1}';
const stream = `: hello\nretry: 10\nid: 1\ndata: ${odd}\n\r\nevent: message\r\nid: 2\r\ndata:${answer}\r\n\r\n`;
const stub = '{"jsonrpc":"2.0","method":"open-mcp-gateway/stub"}';
const answerStub = '{"jsonrpc":"2.0","id":"ü","result":{"open-mcp-gateway/stub":true}}';

test("events are passed on unchanged, and stubs keep ids and retry", async () => {
  for (const size of [1, 5, 1000]) {
    const { texts, out } = await events(stream, size);
    assert.deepEqual(texts, [odd, answer]);
    assert.equal(out, `retry: 10\nid: 1\ndata: ${stub}\n\nevent: message\nid: 2\ndata: ${answerStub}\n\n`);
  }
});

test("other events pass, and noise is reported as noise, with its event id still counting", async () => {
  const { texts, noise, out } = await events(
    "event: endpoint\ndata: /mcp?x=1\n\nid: 3\ndata: nonsense\n\nid: 4\ndata:\n\n",
    1000,
  );
  assert.deepEqual([texts, noise], [[], ["nonsense"]]);
  assert.equal(out, `event: endpoint\ndata: /mcp?x=1\n\nid: 3\ndata: ${stub}\n\nid: 4\ndata:\n\n`);
});

test("data over several lines is one message", async () => {
  assert.deepEqual((await events('data: {"method":\ndata: "a"}\n\n', 3)).texts, ['{"method": "a"}']);
});

test("a JSON body is passed on, whether one message or a batch", async () => {
  for (const [body, expected] of [
    [answer, [answer]],
    ['{\r\n  "method": "a\\n"\n}', ['{   "method": "a\\n" }']],
    ['\n[{"method":"a"},{"method":"b"}]', ['{"method":"a"}', '{"method":"b"}']],
  ] as const) {
    const { texts, message } = tapped();
    assert.equal(await interceptJson(cut(body, 7), { message }), "[]");
    assert.deepEqual(texts, expected);
  }
  for (const body of ["", '{"status":"ok"}', "<html>"]) {
    await assert.rejects(
      interceptJson(cut(body, 7), { message: () => assert.fail() }),
      /not a JSON-RPC message/,
    );
  }
});

test("stubs are distinguished from messages", () => {
  assert.ok(isStub(JSON.parse(stub)));
  assert.ok(isStub(JSON.parse(answerStub)));
  for (const text of [odd, answer, '{"id":1,"error":{}}', '{"id":1,"result":null}'])
    assert.equal(isStub(JSON.parse(text)), false);
});
