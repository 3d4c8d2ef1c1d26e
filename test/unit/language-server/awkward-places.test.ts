/** Completion where editors leave the cursor: below a key without a value, at the key's own column. `|` marks the cursor. */
import assert from "node:assert/strict";
import test from "node:test";
import type { CompletionItem } from "vscode-languageserver";
import { atCursor, openEditor } from "./editor.ts";

const editor = await openEditor();
test.after(() => editor.stop());
let files = 0;

async function completed(marked: string, languageId = "mcp-catalog"): Promise<CompletionItem[]> {
  const { text, position } = atCursor(marked);
  const uri = `file:///places/${++files}.yaml`;
  await editor.open(uri, text, languageId);
  const items = await editor.complete(uri, position);
  for (const { label, textEdit } of items) {
    assert.ok(textEdit && "range" in textEdit, label);
    assert.deepEqual(textEdit.range.end, position, `${label} is written where the cursor is`);
    assert.equal(textEdit.range.start.line, position.line, label);
  }
  return items;
}

const ofEntry = ["display_name", "tags", "enabled", "restart"];
const places: readonly [
  marked: string,
  wanted: readonly string[],
  unwanted: readonly string[],
  kind?: string,
][] = [
  ["servers:\n  - id: a\n    runtime:\n    |", ofEntry, ["type", "command"]],
  ["servers:\n  - id: a\n    runtime:\n    |\n    env:\n      A: b\n", ofEntry, ["type", "env"]],
  ["servers:\n  - id: a\n    tools: # some\n    |", ["runtime", ...ofEntry], ["allow", "deny"]],
  ["servers:\n  - id: a\n    runtime:\n      |", ["type", "command"], ofEntry],
  ["servers:\n  - id: a\n    runtime:\n    |\n      type: docker\n      image: x\n", ofEntry, ["image"]],
  ["servers:\n  - id: a\n    env:\n    |\n      A: b\n", ofEntry, []],
  [
    "version: v1\nservers:\n  - name: a\n    resources:\n    |",
    ["route", "port"],
    ["limits"],
    "mcp-metadata",
  ],
  ["cors_origins:\n|", ["listen_addr"], [], "mcp-gateway-config"],
];

for (const [marked, wanted, unwanted, kind] of places)
  test(`completion at ${JSON.stringify(marked)}`, async () => {
    const labels = (await completed(marked, kind)).map(({ label }) => label);
    for (const label of wanted) assert.ok(labels.includes(label), `${label} in ${labels}`);
    for (const label of unwanted) assert.ok(!labels.includes(label), `${label} in ${labels}`);
  });
