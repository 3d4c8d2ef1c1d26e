import assert from "node:assert/strict";
import { test } from "node:test";
import { type Message, parseMessage } from "../../../src/jsonrpc/message.ts";
import {
  editText,
  membersAt,
  textAt,
  toSingleLine,
  withMember,
  withoutMember,
} from "../../../src/jsonrpc/text-edit.ts";

function message(text: string): Message {
  const parsed = parseMessage(text);
  assert.ok(parsed, text);
  return parsed;
}

const id = (json: string) => [{ path: ["id"], json }];

test("only the named value changes, byte for byte", () => {
  const text =
    '{ "result" : {"n":12345678901234567890, "id":7,"s":"a\\"b\\\\" ,"x":[{"id":1}]},\t"jsonrpc":"2.0","id": 5 ,"new":1.0}';
  assert.equal(editText(message(text), id('"c-1"')), text.replace('"id": 5', '"id": "c-1"'));
});

test("several values, nested ones included, are replaced together", () => {
  const text =
    '{"method":"tools/call","params":{"_meta":{"progressToken":"t","k":{}},"name":"x"},"id":1,"jsonrpc":"2.0"}';
  const edits = [
    { path: ["id"], json: "9" },
    { path: ["params", "_meta", "progressToken"], json: "10" },
  ];
  assert.equal(
    editText(message(text), edits),
    '{"method":"tools/call","params":{"_meta":{"progressToken":10,"k":{}},"name":"x"},"id":9,"jsonrpc":"2.0"}',
  );
});

test("a path that does not exist changes nothing", () => {
  const text = '{"id":1,"params":[1],"method":"x"}';
  assert.equal(editText(message(text), [{ path: ["params", "_meta", "progressToken"], json: "1" }]), text);
});

test("a key that is written twice or with escapes is read as JSON.parse reads it", () => {
  assert.equal(editText(message('{"id":1,"method":"m","id":2}'), id("9")), '{"id":9,"method":"m"}');
  assert.equal(editText(message('{"\\u0069d":1,"method":"m"}'), id("9")), '{"id":9,"method":"m"}');
});

test("strings full of quotes, braces and backslashes do not confuse it", () => {
  for (const value of ['"', "\\", '\\"', '{"id":1}', "}]", '","id":3', "\\\\\\"]) {
    const text = JSON.stringify({ result: { value, list: [value, { [value]: value }] }, id: 1 });
    const expected = JSON.stringify({ result: { value, list: [value, { [value]: value }] }, id: 42 });
    assert.equal(JSON.stringify(JSON.parse(editText(message(text), id("42")))), expected);
  }
});

test("the text of a value is given as written", () => {
  assert.equal(textAt(message('{"id":1.0e2,"method":"m"}'), ["id"]), "1.0e2");
  assert.equal(textAt(message('{"method":"m"}'), ["id"]), undefined);
});

test("pretty-printed JSON goes onto one line without losing escaped line breaks", () => {
  assert.deepEqual(JSON.parse(toSingleLine('{\r\n  "a": "x\\ny"\n}')), { a: "x\ny" });
  assert.ok(!toSingleLine('{\n"a":1\n}').includes("\n"));
});

test("a member is replaced at its place, or added at the front", () => {
  const table: [string, string[], string, string][] = [
    ['{ "a" : 1 , "b":2}', [], "a", '{ "a" : 9 , "b":2}'],
    ['{ "b":2}', [], "a", '{"a":9, "b":2}'],
    ["{ }", [], "a", '{"a":9 }'],
    ['{"p":{"q":{}}}', ["p", "q"], "a", '{"p":{"q":{"a":9}}}'],
    ['{"p":{"a":"}\\""},"a":1}', ["p"], "a", '{"p":{"a":9},"a":1}'],
    // Without an object at that place nothing changes.
    ['{"p":[]}', ["p"], "a", '{"p":[]}'],
    ['{"p":1}', ["p", "q"], "a", '{"p":1}'],
    ["{}", ["p"], "a", "{}"],
  ];
  for (const [text, path, key, expected] of table)
    assert.equal(withMember(message(text), path, key, "9"), expected);
});

test("a member that could be read in two ways is set as JSON.parse reads it", () => {
  assert.equal(withMember(message('{"a":1,"a":2,"b":3}'), [], "a", "9"), '{"a":9,"b":3}');
  assert.equal(withMember(message('{"\\u0061":1,"b":3}'), [], "a", "9"), '{"a":9,"b":3}');
  assert.equal(withMember(message('{"p":{"x":1},"p":{}}'), ["p"], "a", "9"), '{"p":{"a":9}}');
});

test("a member is removed with its comma, and nothing else is removed", () => {
  const table: [string, string[], string, string][] = [
    ['{"a":1}', [], "a", "{}"],
    ['{ "a" : 1 , "b":2 }', [], "a", '{ "b":2 }'],
    ['{"b":2 , "a":[1,{"a":2}] }', [], "a", '{"b":2 }'],
    ['{"b":"\\"a\\":","a":1,"c":3}', [], "a", '{"b":"\\"a\\":","c":3}'],
    ['{"p":{"a":{"a":1},"b":2},"a":3}', ["p"], "a", '{"p":{"b":2},"a":3}'],
    ['{"p":{"b":2}}', ["p"], "a", '{"p":{"b":2}}'],
    ['{"p":[1]}', ["p"], "a", '{"p":[1]}'],
  ];
  for (const [text, path, key, expected] of table)
    assert.equal(withoutMember(message(text), path, key), expected);
});

test("a member that every object inherits is not edited", () => {
  const text = '{"\\u0061":{"b":1}}';
  assert.equal(editText(message(text), [{ path: ["a", "toString"], json: "1" }]), '{"a":{"b":1}}');
});

test("a member is removed although its value reads like its key", () => {
  assert.equal(withoutMember(message('{"a":"a","b":1}'), [], "a"), '{"b":1}');
  assert.equal(withoutMember(message('{"b":1,"a" : "a"}'), [], "a"), '{"b":1}');
});

test("a member that could be read in two ways is removed in both", () => {
  assert.equal(withoutMember(message('{"a":1,"b":2,"a":3}'), [], "a"), '{"b":2}');
  assert.equal(withoutMember(message('{"p":{"\\u0061":1,"b":2}}'), ["p"], "a"), '{"p":{"b":2}}');
});

test("the members of an object are found as they were written", () => {
  const text = '{"result": {"a b":1, "in" : { "x\\u0041" : {"n":1e2} , "y":["}"], "z":"\\"" }}}';
  const found = membersAt({ text, json: JSON.parse(text) }, ["result", "in"]);
  assert.deepEqual(
    [...found],
    [
      ["xA", '{"n":1e2}'],
      ["y", '["}"]'],
      ["z", '"\\""'],
    ],
  );
  assert.equal(membersAt({ text, json: JSON.parse(text) }, ["result", "a b"]).size, 0);
  assert.equal(membersAt({ text, json: JSON.parse(text) }, ["error"]).size, 0);
});
