/* biome-ignore-all lint/suspicious/noTemplateCurlyInString: the syntax under test */
/** The server answers in time, whatever a document contains. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import test from "node:test";
import { fixtureCatalogs, largeCatalog, mutate, numbersFrom } from "../../support/mutated-catalogs.ts";
import { type Editor, openEditor } from "./editor.ts";

const longestMs = 1_000;
const example = readFileSync(new URL("../../../examples/catalog.yaml", import.meta.url), "utf8");

const atPosition = ["completion", "hover", "definition", "prepareRename"];
const aboutDocument = ["documentSymbol", "foldingRange", "documentLink", "codeLens"];

/** Milliseconds until the diagnostics and every answer had arrived. The longest of them counts. */
async function askAll(
  editor: Editor,
  text: string,
  next: (below: number) => number,
  uri = "file:///hostile/catalog.yaml",
): Promise<number> {
  const lines = text.split("\n");
  const line = next(lines.length);
  const position = { line, character: next(Math.min(lines[line]?.length ?? 0, 200) + 1) };
  const range = { start: { line: 0, character: 0 }, end: { line: lines.length, character: 0 } };
  const start = performance.now();
  let longest = 0;
  const timed = async (answer: Promise<unknown>) => {
    await answer;
    longest = Math.max(longest, performance.now() - start);
  };
  const checked = editor.type(uri, text);
  await Promise.all([
    // The diagnostics of very large texts come from a thread, if they come at all.
    ...(text.length < 15_000 ? [timed(checked)] : []),
    ...atPosition.map((method) => timed(editor.ask(method, uri, { position }))),
    ...aboutDocument.map((method) => timed(editor.ask(method, uri))),
    timed(editor.ask("references", uri, { position, context: { includeDeclaration: true } })),
    timed(editor.ask("codeAction", uri, { range, context: { diagnostics: [] } })),
  ]);
  return longest;
}

test("for 5,000 mutated catalogs, every request is answered within a second", async () => {
  const editor = await openEditor({ options: { states: true } });
  await editor.open("file:///hostile/catalog.yaml", "");
  const next = numbersFrom(5_000);
  const originals = [...fixtureCatalogs, example, largeCatalog(6)];
  for (let round = 0; round < 5_000; round++) {
    let text = originals[next(originals.length)] ?? "";
    for (let edits = next(4); edits >= 0; edits--) text = mutate(text, next);
    const ms = await askAll(editor, text, next);
    assert.ok(ms < longestMs, `${ms} ms for ${JSON.stringify(text)}`);
  }
  assert.deepEqual(editor.logged, []);
  await editor.stop();
});

test("for 1,000 mutated files of metadata, every request is answered within a second", async () => {
  const editor = await openEditor();
  const metadata = "file:///hostile/.mcp/metadata.yaml";
  await editor.open(metadata, "", "mcp-metadata");
  const next = numbersFrom(1_000);
  const folder = new URL("../../fixtures/language-server/", import.meta.url);
  const names = readdirSync(folder).filter((name) => name.endsWith(".metadata"));
  const originals = names.map((name) => readFileSync(new URL(name, folder), "utf8"));
  for (let round = 0; round < 1_000; round++) {
    let text = originals[next(originals.length)] ?? "";
    for (let edits = next(4); edits >= 0; edits--) text = mutate(text, next);
    const ms = await askAll(editor, text, next, metadata);
    assert.ok(ms < longestMs, `${ms} ms for ${JSON.stringify(text)}`);
  }
  assert.deepEqual(editor.logged, []);
  await editor.stop();
});

const mega = 1024 * 1024;
const fill = (text: string, size = mega) => text.repeat(Math.floor(size / text.length));
const head = "servers:\n  - id: a\n    runtime: { type: local-process, command: x }\n";
const giants: Record<string, string> = {
  "a line as long as a file may be": `${head}    description: ${fill("x", mega - 200)}\n`,
  "a line of words": `${head}    description: ${fill("word ", mega - 200)}\n`,
  "a line of spaces": `${head}    description: a${fill(" ", mega - 200)}\n`,
  "a line of variables": `${head}    env: { A: "${fill("${A}", 500_000)}" }\n`,
  "a line of open braces": `${head}    args: ${fill("[", 500_000)}\n`,
  "a line of quotes": `${head}    description: ${fill('"', mega - 200)}\n`,
  "a line of colons": `${head}    ${fill("a: ", mega - 200)}\n`,
  "a line of dashes": `servers:\n  ${fill("- ", mega - 200)}\n`,
  "lines of dashes": `servers:\n${fill("  - id: a\n", 200_000)}`,
  "a line of 5 MB": `${head}    description: ${fill("x", 5 * mega)}\n`,
  "a line of 5 MB of quotes": `${head}    description: ${fill('"', 5 * mega)}\n`,
  "a bomb of aliases": readFileSync(
    new URL("../../fixtures/catalogs/billion-laughs.catalog", import.meta.url),
    "utf8",
  ),
};

for (const [name, text] of Object.entries(giants)) {
  test(`${name}: requests are answered, and the next key is answered within a second`, async () => {
    const editor = await openEditor({ options: { states: true } });
    await editor.open("file:///hostile/catalog.yaml", head);
    const small = await askAll(editor, `${text.slice(0, 60_000)}\n`, numbersFrom(1));
    const ms = await askAll(editor, text, numbersFrom(1));
    const after = await askAll(editor, head, numbersFrom(2));
    for (const each of [small, ms, after]) assert.ok(each < longestMs, `${each} ms`);
    await editor.stop();
  });
}
