/** The generated directories and the tables of the documentation must match the current schemas. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test from "node:test";
import { replaceBetween } from "../../../scripts/field-tables.ts";
import { generatedFiles, pageWithTables, readSchemas, tablePages } from "../../../scripts/generate.ts";

const root = new URL("../../../", import.meta.url);
const schemas = await readSchemas();

test("the generated files are up to date with schemas/", async () => {
  for (const [name, text] of Object.entries(await generatedFiles(schemas))) {
    const written = await readFile(new URL(`src/${name}`, root), "utf8");
    assert.equal(written, text, `${name}: run 'npm run generate'`);
  }
});

for (const [table, page] of Object.entries(tablePages)) {
  test(`the table '${table}' of ${page} is up to date`, async () => {
    const text = await readFile(new URL(page, root), "utf8");
    assert.ok(text.includes(`<!-- generated:${table} -->`), `${page} has no table '${table}'`);
    assert.equal(text, pageWithTables(text, schemas), `${page}: run 'npm run generate'`);
  });
}

test("the tables list every field with its default", () => {
  const empty = "<!-- generated:catalog-fields -->\n<!-- /generated:catalog-fields -->\n";
  const tables = pageWithTables(empty, schemas);
  for (const row of [
    "| `id` | required |",
    "| `instances` | `shared` |",
    "| `restart.max_attempts` | `5` |",
    "| `command` | required |",
    "**`runtime.type: remote-sse`**",
  ]) {
    assert.ok(tables.includes(row), row);
  }
});

test("a text without markers stays as it is", () => {
  assert.equal(replaceBetween("# Title\n", "catalog-fields", "new"), "# Title\n");
});

test("every field of the schemas is described", () => {
  const undescribed: string[] = [];
  const visit = (node: unknown, path: string): void => {
    if (typeof node !== "object" || node === null) return;
    for (const [name, field] of Object.entries((node as { properties?: object }).properties ?? {})) {
      const { description, title, $ref } = field as Record<string, unknown>;
      if ($ref === undefined && (!description || !title)) undescribed.push(`${path}.${name}`);
    }
    // A condition is about fields that are described elsewhere.
    for (const [key, value] of Object.entries(node)) if (key !== "if") visit(value, `${path}.${key}`);
  };
  for (const [name, schema] of Object.entries(schemas)) visit(schema, name);
  assert.deepEqual(undescribed, []);
});
