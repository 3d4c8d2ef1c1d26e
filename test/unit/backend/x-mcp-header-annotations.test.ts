/** Tests that tools follow the specification of `x-mcp-header`. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { headerAnnotationError } from "../../../src/backend/x-mcp-header-annotations.ts";
import { withoutInvalidTools } from "../../../src/runtime/remote/valid-tools.ts";
import { message } from "../fakes.ts";

const annotated = (type: unknown, name: unknown) => ({ type, "x-mcp-header": name });
const errorOf = (properties: object) => headerAnnotationError({ type: "object", properties });

test("valid annotations and schemas without annotations are accepted", () => {
  const where = { type: "object", properties: { zone: annotated("integer", "Zone") } };
  assert.equal(
    errorOf({ region: annotated("string", "Region"), on: annotated("boolean", "On"), where }),
    undefined,
  );
  for (const schema of [
    undefined,
    true,
    {},
    { anyOf: [{}, null] },
    { properties: { "x-mcp-header": { type: "null" } } },
  ])
    assert.equal(headerAnnotationError(schema), undefined);
});

test("each kind of error is reported with its argument", () => {
  const cases: readonly (readonly [object, RegExp])[] = [
    [{ a: annotated("string", "") }, /^a: .*not empty/],
    [{ a: annotated("string", 5) }, /^a: .*a string/],
    [{ a: annotated("string", "My Region") }, /^a: .*valid header name/],
    [{ a: annotated("string", "Région") }, /^a: .*valid header name/],
    [{ a: annotated("string", "A\tB") }, /^a: .*valid header name/],
    ...["object", "array", "null", "number", undefined, ["string"]].map(
      (type) => [{ a: annotated(type, "A") }, /^a: .*only for strings/] as const,
    ),
    [{ a: annotated("string", "My"), b: annotated("string", "my") }, /^b: .*same as/],
    [{ a: { type: "array", items: annotated("string", "A") } }, /^a\.<items>: .*properties/],
    [{ a: { anyOf: [annotated("string", "A")] } }, /^a\.<anyOf>: .*properties/],
    [
      { a: { patternProperties: { x: { properties: { y: annotated("string", "A") } } } } },
      /^a\.x\.y: .*properties/,
    ],
  ];
  for (const [properties, error] of cases) assert.match(errorOf(properties) ?? "", error);
  assert.match(headerAnnotationError(annotated("string", "A")) ?? "", /^inputSchema: /);
});

test("an invalid tool is left out with a warning, and the rest stays as written", () => {
  const tool = (name: string, header: string) => ({
    name,
    inputSchema: { properties: { r: annotated("string", header) } },
  });
  const list = message({
    id: 1,
    result: { tools: [tool("good", "R"), tool("b\u001bd", "a b")], nextCursor: "2" },
  });
  const warnings: string[] = [];
  const { json, text } = withoutInvalidTools(list, (line) => warnings.push(line));
  assert.deepEqual(json.result, { tools: [tool("good", "R")], nextCursor: "2" });
  assert.ok(text.includes(JSON.stringify(tool("good", "R"))));
  assert.deepEqual(warnings.length, 1);
  assert.match(warnings[0] ?? "", /^warning: tool 'b\\x1bd' is left out: r: /);
  const fine = message({ id: 1, result: { tools: [tool("good", "R")] } });
  assert.equal(
    withoutInvalidTools(fine, () => assert.fail()),
    fine,
  );
});
