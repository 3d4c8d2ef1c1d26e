import assert from "node:assert/strict";
import { test } from "node:test";
import {
  aggregateName,
  aggregateUri,
  mayBeOf,
  splitName,
  splitUri,
} from "../../../../src/router/aggregate/aggregate-names.ts";
import { aggregateItem, aggregateResult } from "../../../../src/router/aggregate/aggregate-results.ts";

const ids = ["a", "a-b", "files", "x".repeat(63), `${"x".repeat(62)}y`];

const names = [
  "echo",
  "a__b",
  "__",
  "_",
  "with space",
  "ünïcödé",
  "dots.and/slashes",
  "n".repeat(64),
  "n".repeat(65),
  `${"n".repeat(64)}m`,
  "ends_in_0123abcd",
  "",
];

test("every name is valid for clients, and all names are distinct", () => {
  const seen = new Map<string, string>();
  for (const id of ids) {
    for (const name of names) {
      const aggregate = aggregateName(id, name);
      assert.match(aggregate, /^[A-Za-z0-9_-]{1,64}$/);
      assert.equal(seen.get(aggregate), undefined, `${id} ${name}`);
      seen.set(aggregate, `${id} ${name}`);
    }
  }
});

test("a plain name is <id>__<name>, and contains its server and its name", () => {
  assert.equal(aggregateName("files", "read_file"), "files__read_file");
  assert.deepEqual(splitName("files__read_file"), { kind: "plain", id: "files", name: "read_file" });
  assert.deepEqual(splitName("a__a__b"), { kind: "plain", id: "a", name: "a__b" });
});

test("a name that had to be changed still shows to which server it may belong", () => {
  for (const id of ids) {
    for (const name of names) {
      const aggregate = aggregateName(id, name);
      const split = splitName(aggregate);
      if (split.kind === "digest") assert.ok(mayBeOf(id, aggregate), `${id} ${name}`);
      else assert.deepEqual(split, { kind: "plain", id, name });
    }
  }
});

test("a name without a server's id belongs to no server", () => {
  for (const name of ["echo", "", "_"]) assert.deepEqual(splitName(name), { kind: "none" }, name);
});

test("URIs stay URIs and can be split again", () => {
  for (const id of ["files", "1st", "a-b"]) {
    for (const uri of ["file:///x+y", "item://1", "", "a+b:c", "demo://{n}\n"]) {
      assert.deepEqual(splitUri(aggregateUri(id, uri)), { id, uri });
    }
    assert.ok(URL.canParse(aggregateUri(id, "file:///x")));
  }
  assert.equal(splitUri("file:///x"), undefined);
});

test("an item changes only its name or its URI", () => {
  assert.equal(
    aggregateItem("a", "tools", '{"name":"t","x":18446744073709551615, "inputSchema":{"name":"t"}}'),
    '{"name":"a__t","x":18446744073709551615, "inputSchema":{"name":"t"}}',
  );
  assert.equal(
    aggregateItem("a", "resources", '{"uri":"item://1","name":"n"}'),
    '{"uri":"a+item://1","name":"n"}',
  );
  assert.equal(
    aggregateItem("a", "resourceTemplates", '{"uriTemplate":"item://{n}"}'),
    '{"uriTemplate":"a+item://{n}"}',
  );
});

test("results name resources in the form in which a client of all servers must request them", () => {
  const rewritten = (result: object) =>
    JSON.parse(aggregateResult("a", JSON.stringify({ id: 1, result }))).result;
  assert.deepEqual(rewritten({ contents: [{ uri: "u:1", text: "x" }] }), {
    contents: [{ uri: "a+u:1", text: "x" }],
  });
  assert.deepEqual(
    rewritten({
      content: [
        { type: "text", text: '"uri"' },
        { type: "resource_link", uri: "u:1" },
        { type: "resource", resource: { uri: "u:2" } },
      ],
    }),
    {
      content: [
        { type: "text", text: '"uri"' },
        { type: "resource_link", uri: "a+u:1" },
        { type: "resource", resource: { uri: "a+u:2" } },
      ],
    },
  );
  assert.deepEqual(
    rewritten({ messages: [{ role: "user", content: { type: "resource", resource: { uri: "u:2" } } }] }),
    { messages: [{ role: "user", content: { type: "resource", resource: { uri: "a+u:2" } } }] },
  );
  const plain = '{"id":1,"result":{"structuredContent":{"uri":"u:1"},"n":9007199254740993}}';
  assert.equal(aggregateResult("a", plain), plain);
});
