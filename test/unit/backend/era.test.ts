/** Tests that the envelope of the stateless era is added and removed, and that nothing else changes. */

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  claimedVersion,
  declares,
  type Envelope,
  envelopeOf,
  logLevelOf,
  statelessVersion,
  subscriptionOf,
  withEnvelope,
  withoutEnvelope,
  withoutSubscription,
  withParamsMeta,
} from "../../../src/backend/era.ts";
import { type Message, parseMessage } from "../../../src/jsonrpc/message.ts";
import { textAt } from "../../../src/jsonrpc/text-edit.ts";

function message(text: string): Message {
  const parsed = parseMessage(text);
  assert.ok(parsed, text);
  return parsed;
}

const key = (name: string) => `io.modelcontextprotocol/${name}`;
const envelope: Envelope = {
  capabilities: { roots: {} },
  clientInfo: { name: "client", version: "1" },
  logLevel: "debug",
};

test("the client information of a request comes from its envelope", () => {
  const { json } = withEnvelope(message('{"method":"tools/list"}'), envelope);
  assert.equal(claimedVersion(json), statelessVersion);
  assert.deepEqual(envelopeOf(json), {
    capabilities: envelope.capabilities,
    clientInfo: envelope.clientInfo,
  });
  assert.equal(logLevelOf(json), "debug");
  assert.deepEqual([declares(json, "roots"), declares(json, "sampling")], [true, false]);
});

test("a request without an envelope has no client information", () => {
  for (const params of ["[]", '"x"', "null", '{"_meta":[]}', '{"_meta":null}', "{}"]) {
    const { json } = message(`{"method":"m","params":${params}}`);
    assert.equal(claimedVersion(json), undefined, params);
    assert.deepEqual(envelopeOf(json), { capabilities: {}, clientInfo: undefined }, params);
    assert.equal(declares(json, "roots"), false, params);
  }
});

test("an envelope is added and removed, and the rest stays letter by letter", () => {
  const text =
    '{"id":1,"params":{"n":12345678901234567890,"_meta":{"progressToken":12345678901234567891,"own":{"x":1}},"o":1.0},"method":"m"}';
  const withMeta = withEnvelope(message(text), envelope);
  assert.equal(textAt(withMeta, ["params", "n"]), "12345678901234567890");
  assert.equal(textAt(withMeta, ["params", "_meta", "progressToken"]), "12345678901234567891");
  assert.equal(withoutEnvelope(withMeta).text, text);
});

test("a request gets an envelope whatever its params are, and no parameter is lost", () => {
  const table = [
    ['{"method":"m"}', {}],
    ['{"method":"m","params":{}}', {}],
    ['{"method":"m","params":{"a":1,"_meta":null}}', { a: 1 }],
    ['{"method":"m","params":{"a":1},"params":{"a":2}}', { a: 2 }],
    ['{"method":"m","p\\u0061rams":{"a":1}}', { a: 1 }],
  ] as const;
  for (const [text, expected] of table) {
    const { _meta, ...params } = withEnvelope(message(text), envelope).json.params ?? {};
    assert.deepEqual(params, expected, text);
    assert.deepEqual((_meta as Record<string, unknown>)[key("protocolVersion")], statelessVersion, text);
  }
});

test("a value set in the _meta of params creates the missing objects around it, and loses nothing", () => {
  const table = [
    ['{"method":"m"}', '{"params":{"_meta":{"k":7}},"method":"m"}'],
    ['{"method":"m","params":{ }}', '{"method":"m","params":{"_meta":{"k":7} }}'],
    ['{"params":{"_meta":{"k":1,"j":2}}}', '{"params":{"_meta":{"k":7,"j":2}}}'],
    ['{"p\\u0061rams":{"a":1}}', '{"params":{"a":1,"_meta":{"k":7}}}'],
    ['{"params":{"_m\\u0065ta":{"a":1}}}', '{"params":{"_meta":{"a":1,"k":7}}}'],
  ] as const;
  for (const [text, expected] of table) assert.equal(withParamsMeta(message(text), "k", "7").text, expected);
});

test("a notification without its subscription id reads as if it never had one", () => {
  const id = key("subscriptionId");
  const alone = message(`{"method":"m","params":{"uri":"u","_meta":{"${id}":5}}}`);
  assert.equal(subscriptionOf(alone.json), 5);
  assert.equal(withoutSubscription(alone).text, '{"method":"m","params":{"uri":"u"}}');
  const withOthers = message(`{"method":"m","params":{"_meta":{"a":1,"${id}":5}}}`);
  assert.equal(withoutSubscription(withOthers).text, '{"method":"m","params":{"_meta":{"a":1}}}');
  const twice = message(`{"method":"m","params":{"_meta":{"a":1,"${id}":5,"${id}":6}}}`);
  assert.equal(subscriptionOf(withoutSubscription(twice).json), undefined);
});
