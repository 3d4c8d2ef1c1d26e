/**
 * Cost of the extension: loading, download, and many servers (vscode.md, *Quality*). Its times: bench/activation.ts.
 */

import assert from "node:assert/strict";
import { readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fixture, root } from "../support/gateway.ts";
import { missing, startEditor, vsix } from "./host/editor.ts";
import { inline, row, rows, showServers } from "./host/workbench.ts";
import { makeWorkspace, pictured } from "./host/workspace.ts";

const settings = { "openMcpGateway.confirmCommands": false, "openMcpGateway.listenAddr": "127.0.0.1:0" };

/** All files that a bundle loads at once, without a later import. */
async function loadedAtOnce(file: string, seen = new Set<string>()): Promise<Set<string>> {
  if (seen.has(file)) return seen;
  seen.add(file);
  const text = await readFile(file, "utf8");
  for (const [, path = ""] of text.matchAll(/(?:from|import)\s*"(\.[^"]+)"/g))
    await loadedAtOnce(join(dirname(file), path), seen);
  return seen;
}

test("the code that is loaded at activation is small and contains no YAML, no schema and no gateway", async () => {
  const files = [...(await loadedAtOnce(join(root, "dist/extension.js")))];
  const texts = await Promise.all(files.map((file) => readFile(file, "utf8")));
  const bytes = texts.reduce((sum, text) => sum + text.length, 0);
  assert.ok(bytes < 100_000, `${bytes} characters in ${files.length} files`);
  for (const text of texts)
    assert.doesNotMatch(text, /dockerode|@kubernetes|YAMLParseError|createServer\(\(/);
});

test("the package is small and contains bundles only", async () => {
  const { size } = await stat(vsix);
  assert.ok(size < 4 * 1024 * 1024, `${size} bytes`);
});

test("two hundred servers", { skip: missing, timeout: 120_000 }, async (t) => {
  const editor = await startEditor(t, { settings });
  const servers = Array.from({ length: 200 }, (_, at) => ({ id: `server-${at}`, runtime: fixture("echo") }));
  const workspace = await makeWorkspace(editor, servers);
  const page = await editor.open(workspace.folder);
  const part = (name: string, body: () => Promise<void>) => t.test(name, () => pictured(page, name, body));
  await showServers(page);
  await row(page, /^server-0, stopped/).waitFor();

  await part("a change of one row does not redraw the others", async () => {
    await row(page, /^server-3,/).click();
    await row(page, /^Starts with its first request/).waitFor();
    const elements = `[...document.querySelectorAll(".pane-body .monaco-list-row")]`;
    await page.evaluate(`for (const row of ${elements}) row.dataset.mark = row.dataset.index`);
    await inline(page, /^server-5,/, "Start Server");
    await row(page, /^server-5, running/).waitFor();
    const redrawn = await page.evaluate(
      `${elements}.filter((row) => row.dataset.mark !== row.dataset.index).length`,
    );
    assert.ok(Number(redrawn) <= 1, `${redrawn} rows are other elements`);
    await row(page, /^server-3,/)
      .and(page.locator(".selected"))
      .waitFor();
  });

  await part("an edit of the list shows soon, and keeps selection and scroll position", async () => {
    await workspace.write([...servers.slice(0, 10), ...servers.slice(11)]);
    await row(page, /^server-10,/).waitFor({ state: "detached" });
    await row(page, /^server-3,/)
      .and(page.locator(".selected"))
      .waitFor();
    await row(page, /^server-5, running/).waitFor();
    assert.equal((await rows(page))[0], "server-0, stopped, local-process");
  });
});
