/** Documents whose lines end with CR and LF keep these line ends. */
import assert from "node:assert/strict";
import test from "node:test";
import type { TextEdit } from "vscode-languageserver";
import { languageIds } from "../../../language-server/protocol.ts";
import { applied, editsOf, openEditor } from "./editor.ts";

const editor = await openEditor();
test.after(() => editor.stop());
for (const [kind, languageId] of Object.entries(languageIds))
  await editor.open(`file:///ends/${kind}.yaml`, "", languageId);

const withCrLf = (text: string) => text.replaceAll("\n", "\r\n");

test("formatting keeps the line ends", async () => {
  const options = { tabSize: 2, insertSpaces: true };
  for (const [kind, before, after] of [
    ["config", "listen_addr:   a:1\nlog_level: info\n", "listen_addr: a:1\nlog_level: info\n"],
    ["metadata", "version:   v1\nservers: []\n", "version: v1\nservers: []\n"],
    ["catalog", "# none\nservers:   []\n", "# none\nservers: []\n"],
  ] as const) {
    const uri = `file:///ends/${kind}.yaml`;
    const text = withCrLf(before);
    await editor.type(uri, text);
    const edits = await editor.ask<TextEdit[]>("formatting", uri, { options });
    assert.equal(applied(text, edits), withCrLf(after));
    await editor.type(uri, withCrLf(after));
    assert.deepEqual(await editor.ask("formatting", uri, { options }), []);
  }
});

test("fixes that add lines keep the line ends", async () => {
  const texts = [
    ["catalog", "servers:\n  - id: a\n    description: x\n"],
    ["catalog", "servers:\n  - runtime:\n      type: remote-sse\n      url: https://x.example\n"],
    ["catalog", "servers:\n  - id: a\n    runtime:\n      image: x\n"],
    ["catalog", "servers:\n  - id: a\n    runtime:\n      type: docker\n"],
    ["catalog", "servers:\n  - id: a\n    command: npx\n    runtime:\n      type: local-process\n"],
    ["catalog", "# nothing\n"],
    ["metadata", "servers:\n  - name: a\n"],
    ["metadata", "version: v1\nservers:\n  - route: /a\n"],
  ] as const;
  for (const [kind, lines] of texts) {
    const uri = `file:///ends/${kind}.yaml`;
    const text = withCrLf(lines);
    let count = 0;
    for (const problem of await editor.type(uri, text)) {
      for (const { title, edit } of await editor.fixes(uri, problem)) {
        const after = applied(text, editsOf(edit, uri));
        assert.doesNotMatch(after, /(?<!\r)\n/, `${title} in ${JSON.stringify(text)}`);
        count++;
      }
    }
    assert.ok(count > 0, text);
  }
});
