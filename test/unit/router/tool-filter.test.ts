import assert from "node:assert/strict";
import { test } from "node:test";
import { parseMessage } from "../../../src/connection/message.ts";
import { isAllowed, withoutHidden } from "../../../src/router/tool-filter.ts";

test("deny wins over allow; without allow all are allowed", () => {
  const filter = { allow: ["read_*", "list"], deny: ["*_secret"] };
  for (const name of ["read_file", "read_", "list"]) assert.ok(isAllowed(name, filter), name);
  for (const name of ["read_secret", "write_file", "List", "lists"])
    assert.ok(!isAllowed(name, filter), name);
  assert.ok(isAllowed("anything", undefined));
  assert.ok(isAllowed("anything", { deny: ["other"] }));
  assert.ok(!isAllowed("anything", { allow: [] }));
});

test("names with dots and slashes are matched like any other", () => {
  assert.ok(isAllowed("files/read.text", { allow: ["files*"] }));
  assert.ok(!isAllowed(".hidden", { deny: ["*"] }));
});

test("a list loses its hidden tools and nothing else", () => {
  const text =
    '{"id":1,"result":{"tools":[{"name":"a","x":1},{"name":"b"}],"nextCursor":"c","big":9007199254740993}}';
  const message = parseMessage(text);
  assert.ok(message);
  assert.equal(withoutHidden(text, message, { deny: ["b"] }), text.replace(',{"name":"b"}', ""));
  assert.equal(withoutHidden(text, message, { deny: ["c"] }), text);
  const error = '{"id":1,"error":{"code":-1,"message":"no"}}';
  assert.equal(withoutHidden(error, parseMessage(error) ?? message, { deny: ["b"] }), error);
});
