import assert from "node:assert/strict";
import { test } from "node:test";
import { type Message, parseMessage, scanOrRefuse, withParam } from "../../../src/jsonrpc/message.ts";

function outlined(text: string): Message {
  const message = parseMessage(text);
  assert.ok(message);
  assert.equal(scanOrRefuse(message), undefined);
  return message;
}

test("a name is replaced at its place, and everything else is found at its new place", () => {
  const before = outlined(
    '{"params": {"_meta":{"progressToken":"t"}, "n\\u0061me":"id__tool","arguments":{"name":"x"}}, "method":"tools/call","id":1.0 }',
  );
  const after = withParam(before, "name", 'to"ol');
  assert.equal(
    after?.text,
    '{"params": {"_meta":{"progressToken":"t"}, "n\\u0061me":"to\\"ol","arguments":{"name":"x"}}, "method":"tools/call","id":1.0 }',
  );
  assert.deepEqual(after, { ...outlined(after.text), spans: { uri: undefined, ...after.spans } });
  const { spans } = outlined(after.text);
  for (const key of ["id", "progressToken", "name"] as const)
    assert.deepEqual(after.spans?.[key], spans?.[key]);
});

test("a parameter that a message does not have is not replaced", () => {
  for (const text of [
    '{"id":1,"method":"tools/call"}',
    '{"id":1,"method":"tools/call","params":[]}',
    '{"id":1,"method":"tools/call","params":{"arguments":{"name":"x"}},"x":{"name":"y"}}',
  ])
    assert.equal(withParam(outlined(text), "name", "other"), undefined, text);
});

test("a message whose escaped key the parser read as another key is refused", () => {
  // The readings are those of V8 13.6 after a message with such a key (strict-scan.ts).
  for (const [text, json] of [
    ['{"id":1,"\\u006dethod":"m","result":{}}', { id: 1, "\\u006d": "m", result: {} }],
    [
      '{"method":"tools/call","params":{"n\\u0061me":"x"}}',
      { method: "tools/call", params: { "n\\u0": "x" } },
    ],
    ['{"method":"m","params":{"_meta":{"progressToke\\u006e":1}}}', { method: "m", params: { _meta: {} } }],
  ] as const)
    assert.match(
      scanOrRefuse({ text, json: json as Message["json"] }) ?? "",
      /could be taken for another key/,
    );
});
