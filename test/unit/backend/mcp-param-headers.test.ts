/** Tests that headers which repeat arguments follow the specification. */

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  decodeHeader,
  encodeHeader,
  headerParameters,
  paramHeaders,
  paramMismatch,
} from "../../../src/backend/mcp-param-headers.ts";

function parametersOf(properties: object) {
  const tool = { name: "t", inputSchema: { type: "object", properties } };
  return headerParameters([JSON.stringify(tool)]).get("t") ?? [];
}

const annotated = (type: unknown, name: unknown) => ({ type, "x-mcp-header": name });

test("a text goes through a header and back, and only text that a header cannot hold is encoded", () => {
  for (const text of ["eu", "a b\tc", "!#~"]) assert.equal(encodeHeader(text), text);
  const encoded = ["", " a", "a ", "\ta", "Zürich", "☃", "a\nb", "=?base64?eA==?=", "\u007f"];
  for (const text of encoded) {
    assert.match(encodeHeader(text), /^=\?base64\?[A-Za-z0-9+/]*={0,2}\?=$/);
    assert.equal(decodeHeader(encodeHeader(text)), text);
  }
  for (const literal of ["=?base64?eA==", "eA==?=", "=?BASE64?eA==?="])
    assert.equal(decodeHeader(literal), literal);
  for (const wrong of ["=?base64?eA?=", "=?base64?e!A=?=", "=?base64?====?="])
    assert.equal(decodeHeader(wrong), undefined);
});

test("arguments with an annotation are repeated in headers", () => {
  const found = parametersOf({
    region: annotated("string", "Region"),
    where: {
      type: "object",
      properties: { zone: annotated("integer", "Zone"), deep: annotated("boolean", "Deep") },
    },
    constructor: annotated("string", "Own"),
    list: { type: "array", items: annotated("string", "Item") },
    either: { anyOf: [annotated("string", "Either")] },
    object: annotated("object", "Object"),
    untyped: annotated(undefined, "Untyped"),
    broken: annotated("string", "a b"),
    injected: annotated("string", "a\r\nX-Evil"),
    empty: annotated("string", ""),
    number: annotated("string", 5),
  });
  assert.deepEqual(
    found.map(({ path, header }) => `${path.join(".")} ${header}`),
    [
      "region Mcp-Param-Region",
      "where.zone Mcp-Param-Zone",
      "where.deep Mcp-Param-Deep",
      "constructor Mcp-Param-Own",
    ],
  );
  assert.deepEqual(
    [...headerParameters(["{", "[]", '{"x-mcp-header":1}', '{"name":"x","inputSchema":"x-mcp-header"}'])],
    [],
  );
});

test("an endless schema is read to a limited depth only", () => {
  const depth = 5_000;
  const begin = '{"type":"object","properties":{"a":'.repeat(depth);
  const schema = `${begin}${JSON.stringify(annotated("string", "Deep"))}${"}}".repeat(depth)}`;
  assert.equal(headerParameters([`{"name":"t","inputSchema":${schema}}`]).size, 0);
});

test("the headers of a call leave out values without an exact text", () => {
  const parameters = parametersOf({
    text: annotated("string", "Text"),
    count: annotated("integer", "Count"),
    share: annotated("number", "Share"),
    on: annotated("boolean", "On"),
    in: { type: "object", properties: { it: annotated("string", "It") } },
  });
  assert.deepEqual(
    paramHeaders(parameters, { text: "ü", count: -3, share: 0.5, on: false, in: { it: "x" } }),
    {
      "Mcp-Param-Text": "=?base64?w7w=?=",
      "Mcp-Param-Count": "-3",
      "Mcp-Param-Share": "0.5",
      "Mcp-Param-On": "false",
      "Mcp-Param-It": "x",
    },
  );
  for (const args of [undefined, null, [], "x", { text: null, count: 2 ** 60, on: {}, in: "it" }])
    assert.deepEqual(paramHeaders(parameters, args), {});
});

test("headers and body are compared with each other", () => {
  const parameters = parametersOf({
    text: annotated("string", "Text"),
    count: annotated("integer", "Count"),
  });
  const mismatch = (args: object, headers: Record<string, string>) =>
    paramMismatch(parameters, args, (name) => headers[name]);
  assert.equal(mismatch({}, {}), undefined);
  assert.equal(mismatch({ text: null }, { "Mcp-Param-Text": "x" }), undefined);
  assert.equal(
    mismatch({ text: "1", count: 10 }, { "Mcp-Param-Text": "1", "Mcp-Param-Count": "10.0" }),
    undefined,
  );
  assert.match(mismatch({ text: "1" }, { "Mcp-Param-Text": "1.0" }) ?? "", /Text header differs from/);
  assert.match(mismatch({ count: 10 }, { "Mcp-Param-Count": "1e1" }) ?? "", /Count header differs from/);
  assert.match(mismatch({ text: "1" }, {}) ?? "", /Text header is required/);
  assert.match(mismatch({ text: "1" }, { "Mcp-Param-Text": "=?base64?x?=" }) ?? "", /not valid Base64/);
});
