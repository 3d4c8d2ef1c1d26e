/** A quick fix of valid YAML leaves it valid YAML, whatever the text and its style. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import test from "node:test";
import { stringify } from "yaml";
import { parseNodes, readYaml } from "../../../src/catalog/text/yaml-text.ts";
import { fixtureCatalogs, largeCatalog, mutate, numbersFrom } from "../../support/mutated-catalogs.ts";
import { applied, editsOf, openEditor } from "./editor.ts";

const folder = new URL("../../fixtures/language-server/", import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith(".catalog"));
const written = [
  ...fixtureCatalogs.filter((text) => text.length < 4_000),
  ...names.map((name) => readFileSync(new URL(name, folder), "utf8")),
  largeCatalog(4),
].filter(isYaml);
const values = written.map((text) => readYaml(text).value ?? {});
const originals = [
  ...written,
  ...values.map((value) => `${JSON.stringify(value)}\n`),
  ...values.map((value) => `${JSON.stringify(value, null, 2)}\n`),
  ...values.map((value) => stringify(value, { collectionStyle: "flow" })),
];

function isYaml(text: string): boolean {
  return parseNodes(text).errors.length === 0;
}

test("the fixes of 2,000 mutated catalogs in block style, in braces and in JSON leave them valid YAML", async () => {
  const editor = await openEditor({ options: { secrets: true } });
  const uri = "file:///fixes/catalog.yaml";
  await editor.open(uri, "");
  const next = numbersFrom(1);
  let count = 0;
  for (let round = 0; round < 2_000; round++) {
    let text = originals[next(originals.length)] ?? "";
    for (let edits = next(3); edits > 0; edits--) text = mutate(text, next);
    // Editors break lines at a lone CR, YAML does not.
    if (/\r(?!\n)/.test(text) || !isYaml(text)) continue;
    const found = await editor.type(uri, text);
    for (const problem of found.slice(0, 20)) {
      for (const { edit, title } of await editor.fixes(uri, problem)) {
        const after = applied(text, editsOf(edit, uri));
        assert.ok(
          isYaml(after),
          `${problem.code}: ${title}\n${JSON.stringify(text)}\n${JSON.stringify(after)}`,
        );
        count++;
      }
    }
  }
  assert.ok(count > 1_000, `${count} fixes`);
  await editor.stop();
});
