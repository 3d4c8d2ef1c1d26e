/** Completion in lists: directly after a dash, and at columns where an item is not possible. `|` marks the cursor. */
import assert from "node:assert/strict";
import test from "node:test";
import type { CompletionItem } from "vscode-languageserver";
import { parse } from "yaml";
import { languageIds } from "../../../language-server/protocol.ts";
import { withoutPlaceholders } from "../../../language-server/schema/snippets.ts";
import { applied, atCursor, openEditor } from "./editor.ts";

const editor = await openEditor();
test.after(() => editor.stop());
for (const [kind, languageId] of Object.entries(languageIds))
  await editor.open(`file:///lists/${kind}.yaml`, "", languageId);

async function completed(marked: string, kind = "catalog"): Promise<CompletionItem[]> {
  const { text, position } = atCursor(marked);
  await editor.type(`file:///lists/${kind}.yaml`, text);
  return editor.complete(`file:///lists/${kind}.yaml`, position);
}

/** The document after an item was accepted. Editors indent the item's lines like the line of the cursor. */
async function taken(marked: string, label: string): Promise<string> {
  const item = (await completed(marked)).find((each) => each.label === label);
  assert.ok(item?.textEdit && "range" in item.textEdit, `no ${label}`);
  const { text, position } = atCursor(marked);
  const indent = /^ */.exec(text.split("\n")[position.line] ?? "")?.[0] ?? "";
  const newText = withoutPlaceholders(item.textEdit.newText).replaceAll("\n", `\n${indent}`);
  return applied(text, [{ range: item.textEdit.range, newText }]);
}

test("a runtime directly after a dash is inserted with a space", async () => {
  assert.equal(
    await taken("servers:\n  -|", "runtime: remote-sse"),
    "servers:\n  - runtime:\n      type: remote-sse\n      url: https://mcp.example.com/mcp\n".trimEnd(),
  );
});

test("a tag directly after a dash is inserted with a space, and a tag after a space without one", async () => {
  const catalog = (tag: string) =>
    `servers:\n  - id: a\n    tags: [x]\n    runtime: { type: remote-sse, url: "https://x.example" }\n  - id: b\n    tags:\n      ${tag}`;
  for (const tag of ["-|", "- |"]) {
    const text = await taken(catalog(tag), "x");
    assert.deepEqual(parse(text).servers[1].tags, ["x"], text);
  }
});

test("items are offered only at the column of their list", async () => {
  const server = "id: a\n    runtime: { type: local-process, command: npx }\n";
  const lists = [
    ["catalog", `servers:\n  - ${server}`, "server: docker"],
    ["config", "catalog_sources:\n  - type: kubernetes\n    namespace: x\n", "- type"],
    [
      "metadata",
      "version: v1\nservers:\n  - name: a\n    envVars:\n      - name: A\n        value: b\n",
      "- name",
    ],
  ] as const;
  for (const [kind, list, label] of lists) {
    const isOffered = async (marked: string) =>
      (await completed(marked, kind)).some((item) => item.label.startsWith(label));
    for (const [column, isRight] of [1, 2, 3].map((at) => [at, at === 2] as const)) {
      const cursor = `${" ".repeat(column)}|\n`;
      assert.equal(await isOffered(list + cursor), isRight, `${kind}, column ${column}`);
      const above = list.replace("  -", `${cursor}  -`);
      assert.equal(await isOffered(above), isRight, `${kind}, column ${column}, above`);
    }
  }
  const inner = "version: v1\nservers:\n  - envVars:\n      - name: A\n        value: b\n";
  const isInner = async (marked: string) =>
    (await completed(marked, "metadata")).some(({ label }) => label === "- name, value");
  assert.equal(await isInner(`${inner}      |`), true);
  assert.equal(await isInner(`${inner}     |`), false);
  assert.equal(await isInner("version: v1\nservers:\n  - envVars:\n     |\n  - name: b\n"), true);
});
