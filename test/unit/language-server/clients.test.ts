/* biome-ignore-all lint/suspicious/noTemplateCurlyInString: the syntax under test */
/** Clients that announce less than VS Code get answers that they understand. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { pathToFileURL } from "node:url";
import type { ClientCapabilities, CodeAction, SymbolInformation } from "vscode-languageserver";
import { languageIds } from "../../../language-server/protocol.ts";
import { applied, atCursor, editsOf, openEditor } from "./editor.ts";

const folder = mkdtempSync(join(tmpdir(), "clients-"));
const uri = pathToFileURL(join(folder, "catalog.yaml")).href;
const dotenv = pathToFileURL(join(folder, ".env")).href;
const editor = await openEditor({ capabilities: {} });
await editor.open(uri, "");
test.after(async () => {
  await editor.stop();
  rmSync(folder, { recursive: true });
});

async function fixesOf(text: string, client = editor): Promise<CodeAction[]> {
  const found = await client.type(uri, text);
  return (await Promise.all(found.map((one) => client.fixes(uri, one)))).flat();
}

test("without snippet support, completion items are plain text that can be inserted as it is", async () => {
  const config = "file:///clients/config.yaml";
  await editor.open(config, "", languageIds.config);
  const places = [
    [uri, "|"],
    [uri, "servers:\n  - id: a\n    |"],
    [uri, "servers:\n  - id: a\n    runtime:\n      type: docker\n      |"],
    [uri, "servers:\n  - { id: a, | }"],
    [config, "|"],
    [config, "catalog_sources:\n  |"],
  ] as const;
  for (const [document, marked] of places) {
    const { text, position } = atCursor(marked);
    await editor.type(document, text);
    const items = await editor.complete(document, position);
    assert.ok(items.length > 0, marked);
    for (const { label, insertTextFormat, insertText = "", textEdit } of items) {
      assert.notEqual(insertTextFormat, 2, label);
      assert.doesNotMatch(insertText + textEdit?.newText, /\$\d|\$\{\d|\\[$}]/, label);
    }
  }
  await editor.type(uri, "");
  const [first] = await editor.complete(uri, { line: 0, character: 0 });
  assert.match(first?.textEdit?.newText ?? "", /^servers:\n {2}- id: local-process\n {4}runtime:\n/);
});

test("without documentChanges, a fix is a list of changes", async () => {
  const text =
    "servers:\n  - id: a\n    enabled: yes\n    runtime: { type: remote-sse, url: 'https://x.example' }\n";
  const [fix] = await fixesOf(text);
  assert.equal(fix?.edit?.documentChanges, undefined);
  assert.equal(applied(text, fix?.edit?.changes?.[uri] ?? []), text.replace("yes", "true"));
});

test("a client that cannot create files gets no fix that writes to a missing .env", async () => {
  const text = "servers:\n  - id: a\n    runtime: { type: remote-sse, url: 'https://${NOPE_T}' }\n";
  const changing: ClientCapabilities = { workspace: { workspaceEdit: { documentChanges: true } } };
  const other = await openEditor({ capabilities: changing });
  await other.open(uri, "");
  for (const client of [editor, other])
    assert.deepEqual(
      (await fixesOf(text, client)).map(({ title }) => title),
      ["Add an empty default"],
    );
  writeFileSync(join(folder, ".env"), "A=1\r\n");
  for (const client of [editor, other]) {
    const added = (await fixesOf(text, client)).find(({ title }) => title === "Add NOPE_T to .env");
    assert.equal(applied("A=1\r\n", editsOf(added?.edit, dotenv)), "A=1\r\nNOPE_T=\r\n");
    assert.doesNotMatch(JSON.stringify(added?.edit), /"kind":"create"/);
  }
  await other.stop();
});

test("without support for symbol trees, symbols are a list", async () => {
  await editor.type(
    uri,
    "servers:\n  - id: a\n    runtime:\n      type: remote-sse\n      url: https://x.example\n",
  );
  const symbols = await editor.ask<SymbolInformation[]>("documentSymbol", uri);
  assert.deepEqual(
    symbols.map(({ name, containerName, location }) => [name, containerName, location.uri]),
    [
      ["a", undefined, uri],
      ["id", "a", uri],
      ["runtime", "a", uri],
      ["type", "runtime", uri],
      ["url", "runtime", uri],
    ],
  );
});
