/** For each field of the schemas, completion and hover show the text of the schema. A new field needs no code. */
import assert from "node:assert/strict";
import test from "node:test";
import { documentKinds } from "../../../language-server/document-kinds.ts";
import { forHover, resolved, type Schema } from "../../../language-server/schema/json-schema.ts";
import { type Editor, openEditor } from "./editor.ts";

interface Row {
  /** `runtime[local-process].command`. */
  readonly name: string;
  /** Lines above the field, in block style. */
  readonly above: readonly string[];
  /** Text before the field on its line. */
  readonly indent: string;
  readonly key: string;
  readonly field: Schema;
}

/** Position of an object in a document. */
interface Position extends Pick<Row, "above" | "indent"> {
  /** Beginning of the names of its fields. */
  readonly prefix: string;
}

/** Every field of a schema, with a document around it. */
function rowsOf(root: Schema, schema: Schema, { above, indent, prefix }: Position): Row[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, raw]) => {
    const field = resolved(root, raw);
    const name = `${prefix}${key}`;
    const below = [...above, `${indent}${key}:`];
    const deeper = indent.replace("-", " ");
    const inside = (schema: Schema, above: readonly string[], suffix: string) =>
      rowsOf(root, schema, { above, indent: `${deeper}  `, prefix: `${name}${suffix}.` });
    const branches = (field.oneOf ?? []).flatMap((branch) => {
      const runtime = resolved(root, branch);
      const type = String(runtime.properties?.["type"]?.const);
      const { type: _, ...others } = runtime.properties ?? {};
      return inside({ ...runtime, properties: others }, [...below, `${deeper}  type: ${type}`], `[${type}]`);
    });
    const items = field.items === undefined ? {} : resolved(root, field.items);
    const position = { above: below, indent: `${deeper}  - `, prefix: `${name}[].` };
    const ofItems = items.properties ? rowsOf(root, items, position) : [];
    return [
      { name, above, indent, key, field },
      ...(field.oneOf ? branches : inside(field, below, "")),
      ...ofItems,
    ];
  });
}

/** The schemas with one more field in every object, and one more runtime. */
function enlarged(schema: Schema): Schema {
  const added = { title: "Frobnication", description: "How *much* it `frobs`.", type: "string" };
  const grown = JSON.parse(JSON.stringify(schema), (key, value) => {
    const isObject = typeof value === "object" && value !== null && value.type === "object";
    return isObject && value.properties && key !== "properties"
      ? { ...value, properties: { ...value.properties, frobnicate: added } }
      : value;
  });
  const definitions = grown.definitions;
  if (definitions?.RuntimeConfig) {
    definitions.Teleport = {
      title: "Teleport",
      description: "A server far away.",
      type: "object",
      required: ["type", "planet"],
      properties: {
        type: { title: "Type", description: "A server far away.", const: "teleport" },
        planet: { title: "Planet", description: "Where it is.", type: "string", examples: ["Mars"] },
      },
    };
    definitions.RuntimeConfig.oneOf.push({ $ref: "#/definitions/Teleport" });
  }
  return grown;
}

for (const [what, change] of [
  ["the schemas", (schema: Schema) => schema],
  ["schemas with a new field and a new runtime", enlarged],
] as const) {
  test(`completion and hover of every field: ${what}`, async (t) => {
    const own = documentKinds.map((kind) => ({ ...kind, schema: change(kind.schema) }));
    const editor = await openEditor({ kinds: own });
    for (const { name, languageId, schema } of own) {
      const rows = rowsOf(schema, schema, { above: [], indent: "", prefix: "" });
      if (change === enlarged) assert.ok(rows.some(({ key }) => key === "frobnicate"));
      for (const row of rows) await t.test(`${name} ${row.name}`, () => check(editor, languageId, row));
    }
    await editor.stop();
  });
}

async function check(editor: Editor, languageId: string, row: Row): Promise<void> {
  const { above, indent, key, field } = row;
  const uri = "file:///table/document.yaml";
  const line = above.length;
  await editor.open(uri, [...above, indent].join("\n"), languageId);
  const items = await editor.complete(uri, { line, character: indent.length });
  const item = items.find(({ label }) => label === key);
  assert.ok(item, `no completion among ${items.map(({ label }) => label).join(", ")}`);
  assert.equal((item.documentation as { value: string }).value, descriptionOf(field));
  await editor.type(uri, [...above, `${indent}${key}: x`].join("\n"));
  const hover = await editor.hover(uri, { line, character: indent.length + 1 });
  assert.ok(hover?.includes(String(field.description)), `hover is ${hover}`);
  assert.ok(hover?.includes(String(field.title)), `hover is ${hover}`);
}

function descriptionOf(field: Schema): unknown {
  return forHover(field)["markdownDescription"];
}

test("selectable values come from the schema, with their meaning", async () => {
  const editor = await openEditor();
  const uri = "file:///table/catalog.yaml";
  await editor.open(uri, "servers:\n  - id: a\n    instances: \n");
  const items = await editor.complete(uri, { line: 2, character: 15 });
  assert.deepEqual(
    items.map(({ label, documentation }) => [label, documentation]),
    [
      ["shared", "One instance serves all client sessions."],
      ["session", "Every client session gets an instance of its own."],
    ],
  );
  await editor.stop();
});
