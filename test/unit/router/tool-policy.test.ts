/** Tests the rules about tools, in calls, in notifications and in lists alike. */

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Entry } from "../../../src/catalog/entry.ts";
import { parseMessage } from "../../../src/jsonrpc/message.ts";
import {
  isOffered,
  longestToolName,
  refusedTool,
  visibleAnswer,
  visibleItems,
} from "../../../src/router/tool-policy.ts";
import { message } from "../fakes.ts";

const entry = (tools?: Entry["tools"]): Entry => ({
  id: "x",
  runtime: { type: "local-process", command: "x" },
  ...(tools && { tools }),
});

test("deny overrides allow, and without allow all tools are allowed", () => {
  const filtered = entry({ allow: ["read_*", "list"], deny: ["*_secret"] });
  for (const name of ["read_file", "read_", "list"]) assert.ok(isOffered(name, filtered), name);
  for (const name of ["read_secret", "write_file", "List", "lists"])
    assert.ok(!isOffered(name, filtered), name);
  assert.ok(isOffered("anything", entry()));
  assert.ok(isOffered("anything", entry({ deny: ["other"] })));
  assert.ok(!isOffered("anything", entry({ allow: [] })));
});

test("names with dots and slashes are matched like any other", () => {
  assert.ok(isOffered("files/read.text", entry({ allow: ["files*"] })));
  assert.ok(!isOffered(".hidden", entry({ deny: ["*"] })));
});

test("a glob that expands to too many names denies all tools and allows none", () => {
  const glob = "{a,b}".repeat(20);
  assert.ok(!isOffered("x", entry({ deny: [glob] })));
  assert.ok(!isOffered("x", entry({ allow: [glob] })));
});

test("a name that clients do not accept is not a tool, in calls and in lists", () => {
  const [longest, longer] = ["n".repeat(longestToolName), "n".repeat(longestToolName + 1)];
  const call = (name: unknown) =>
    refusedTool(message({ id: 1, method: "tools/call", params: { name } }), entry());
  assert.deepEqual([call(longest), call(longer), call(5)], [undefined, longer, "(no name)"]);
  const items = [longest, longer].map((name) => JSON.stringify({ name }));
  assert.deepEqual(visibleItems("tools", items, entry()), items.slice(0, 1));
});

test("the rules apply to calls of tools only", () => {
  const hidden = entry({ allow: [] });
  assert.equal(
    refusedTool(message({ id: 1, method: "prompts/get", params: { name: "x" } }), hidden),
    undefined,
  );
  assert.equal(refusedTool(message({ method: "tools/call", params: { name: "x" } }), hidden), "x");
  assert.deepEqual(visibleItems("prompts", ['{"name":"x"}'], hidden), ['{"name":"x"}']);
});

test("a list loses its hidden tools and is otherwise unchanged to the letter", () => {
  const text =
    '{"id":1,"result":{"tools":[{"name":"a","x":9007199254740993},{"name":"b"}],"nextCursor":"c","big":9007199254740993}}';
  const list = parseMessage(text);
  assert.ok(list);
  assert.equal(visibleAnswer(text, list, entry({ deny: ["b"] })), text.replace(',{"name":"b"}', ""));
  assert.equal(visibleAnswer(text, list, entry({ deny: ["c"] })), text);
  const error = '{"id":1,"error":{"code":-1,"message":"no"}}';
  assert.equal(visibleAnswer(error, parseMessage(error) ?? list, entry({ deny: ["b"] })), error);
});
