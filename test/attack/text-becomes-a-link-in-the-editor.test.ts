/**
 * A server, a catalog or a cluster writes Markdown, links with commands, icons and control characters into its text.
 */

import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import type { CodeLens } from "vscode-languageserver";
import { notifications, type ServerState } from "../../language-server/protocol.ts";
import { markdownBlock, markdownCode, markdownText } from "../../src/base/markdown.ts";
import { plainLabel, plainMessage } from "../../src/vscode/display/plain-text.ts";
import { plainItem } from "../../src/vscode/display/tree-item.ts";
import { temporaryFolder } from "../support/gateway.ts";
import { openEditor } from "../unit/language-server/editor.ts";

const link = "[Repair](command:workbench.action.terminal.sendSequence?%7B%7D)";
const hostile = `</td>${link} ![x](https://x.example/p.png) <a href="command:x">y</a> \`\`\` $(verified) \u202e\x1b[2J`;
/** Functions that only these files may call, because elsewhere foreign text would not be escaped. */
const chokepoints: Readonly<Record<string, RegExp>> = {
  "display/dialogs.ts":
    /vscode\.window\s*\.(show(Error|Warning|Information)Message|showQuickPick|showInputBox|withProgress|setStatusBarMessage)/,
  "display/tooltip-text.ts": /new (vscode\.)?MarkdownString|appendMarkdown/,
};
/** The first escapes its text itself. The second shows progress without a text. */
const exceptions = ["gateway/approval-prompts.ts", "platform/platform-view.ts"];
const extension = resolve(import.meta.dirname, "../../src/vscode");

test("a link with a command in a server's text is plain text in a notification or a prompt", () => {
  // The editor's own pattern for links in messages.
  const links = /\[([^\]]+)\]\(((?:https?:\/\/|command:|file:)[^)\s]+)(?: (["'])(.+?)(\3))?\)/i;
  assert.match(hostile, links);
  assert.doesNotMatch(plainMessage(hostile), links);
  assert.doesNotMatch(plainMessage(link.repeat(3)), links);
});

test("an icon in a server's name is plain text in a list", () => {
  // The editor's own pattern for icons in labels.
  assert.doesNotMatch(plainLabel(hostile), /(?<!\\)\$\([a-z]/);
  assert.match(plainLabel(hostile), /\\u\{202e\}\\x1b\[2J/);
});

test("a server's Markdown in a tooltip or a hover is plain text", () => {
  const shown = markdownText(hostile);
  assert.doesNotMatch(shown, /(?<!\\)[[<`!]|\$\(/);
  assert.match(markdownCode(hostile), /^````.*````$/s);
  assert.match(markdownBlock(hostile, "text"), /^\n\n````text\n.*\n````\n\n$/s);
});

test("the rows of a tree and their labels for screen readers have no control characters", () => {
  const item = plainItem({
    label: hostile,
    description: hostile,
    tooltip: `one\n${hostile}`,
    accessibilityInformation: { label: hostile },
  });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these characters must not occur
  assert.doesNotMatch(JSON.stringify(item), /\\u001b|[\x1b\u202e]/);
  assert.match(String(item.tooltip), /^one\n/);
});

for (const [owner, call] of Object.entries(chokepoints))
  test(`the extension does not show text outside of ${owner}`, async () => {
    const files = (await readdir(extension, { recursive: true })).filter((file) => file.endsWith(".ts"));
    assert.match(await readFile(join(extension, owner), "utf8"), call);
    for (const file of files.map((name) => name.replaceAll("\\", "/"))) {
      if (file === owner || exceptions.includes(file)) continue;
      assert.doesNotMatch(await readFile(join(extension, file), "utf8"), call, file);
    }
  });

test("a server's hover and lens in the catalog show its Markdown as plain text", async (t) => {
  const uri = pathToFileURL(join(await temporaryFolder(t), "catalog.yaml")).href;
  const editor = await openEditor({
    options: { states: true },
    answers: { "workspace/codeLens/refresh": () => null },
  });
  t.after(() => editor.stop());
  await editor.open(uri, "servers:\n  - id: a\n    runtime: {type: remote-sse, url: https://x.example}\n");
  const state: ServerState = { id: "a", label: hostile, facts: [hostile], reason: hostile, actions: [] };
  await editor.connection.sendNotification(notifications.states, { all: true, servers: [state] });
  const [lens] = await editor.ask<CodeLens[]>("codeLens", uri);
  assert.doesNotMatch(lens?.command?.title ?? "", /(?<!\\)\$\([a-z]/);
  const hover = (await editor.hover(uri, { line: 1, character: 9 })) ?? "";
  assert.match(hover, /\\\[Repair\\\]/);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these characters must not occur
  assert.doesNotMatch(hover, /[\x1b\u202e]|(?<!\\)\[Repair/);
});
