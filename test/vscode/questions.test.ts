/* biome-ignore-all lint/suspicious/noTemplateCurlyInString: the syntax under test */
/**
 * Questions to the user before a program runs: trust, the command line, a secret (vscode.md, *Gateway in the window*).
 */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { fixture } from "../support/gateway.ts";
import { missing, startEditor } from "./host/editor.ts";
import { callTool, keyOf, onlySite, storageOf } from "./host/gateway-of.ts";
import { processesWith } from "./host/processes.ts";
import {
  approveAll,
  dialog,
  inline,
  input,
  notification,
  palette,
  row,
  showServers,
} from "./host/workbench.ts";
import { makeWorkspace, pictured } from "./host/workspace.ts";

const mark = `asked-${process.pid}`;
const settings = { "openMcpGateway.listenAddr": "127.0.0.1:0" };

test("questions before a start", { skip: missing, timeout: 170_000 }, async (t) => {
  const editor = await startEditor(t, { settings });
  const echo = { id: "echo", runtime: fixture("echo", mark) };
  const token = { id: "token", runtime: fixture("echo", mark), env: { TOKEN: "${secret:API_TOKEN}" } };
  const workspace = await makeWorkspace(editor, [echo, token]);
  const page = await editor.open(workspace.folder);
  await showServers(page);
  const part = (name: string, body: () => Promise<void>) => t.test(name, () => pictured(page, name, body));

  await part("a command line is shown, and does not run after a refusal", async () => {
    await inline(page, /^echo, stopped/, "Start Server");
    await dialog(page).getByText(mark).waitFor();
    await dialog(page).getByRole("button", { name: "Cancel" }).click();
    await row(page, /^echo, failed.*not approved/).waitFor();
    assert.equal((await processesWith(mark)).length, 0);
  });

  await part("a confirmed command runs, and is not asked again", async () => {
    await inline(page, /^echo/, "Start Server");
    await dialog(page).getByRole("button", { name: "Run", exact: true }).click();
    await row(page, /^echo, running/).waitFor();
    await inline(page, /^echo/, "Restart Server");
    await inline(page, /^echo/, "Stop Server");
    await row(page, /^echo, stopped/).waitFor();
  });

  await part("a command line that a reload changed is asked for again", async () => {
    await workspace.write([{ ...echo, runtime: fixture("echo", mark, "changed") }, token]);
    await palette(page, "MCP Gateway: Reload Catalog");
    await inline(page, /^echo/, "Start Server");
    await dialog(page).getByText("changed").waitFor();
    await dialog(page).getByRole("button", { name: "Cancel" }).click();
    await row(page, /^echo, failed/).waitFor();
  });

  await part("a missing secret is asked for, and cancelling leaves a clear state", async () => {
    await row(page, /^token, misconfigured.*'API_TOKEN' of env\.TOKEN is not set/).waitFor();
    await inline(page, /^token/, "Start Server");
    await dialog(page).getByText("API_TOKEN (env.TOKEN)").waitFor();
    await approveAll(page);
    await input(page).waitFor();
    await page.keyboard.press("Escape");
    await row(page, /^token, misconfigured.*'API_TOKEN'/).waitFor();
  });

  await part("a call does not repeat a question that was cancelled", async () => {
    const { port } = await onlySite(editor);
    const key = await keyOf(page);
    await assert.rejects(callTool({ port, key }, "token", "who"), /API_TOKEN/);
  });

  await part("a secret that was given once is kept out of files and not asked for again", async () => {
    await inline(page, /^token/, "Start Server");
    await input(page).waitFor();
    assert.equal(await input(page).getAttribute("type"), "password");
    await input(page).fill("s3cret-value");
    await page.keyboard.press("Enter");
    await row(page, /^token, running/).waitFor();
    const { port } = await onlySite(editor);
    const key = await keyOf(page);
    assert.equal(await callTool({ port, key }, "token", "env", { name: "TOKEN" }), "s3cret-value");
    const seen = await readFile(join(storageOf(editor), "confirmed.json"), "utf8");
    assert.doesNotMatch(seen, /s3cret|echo\.ts/);
  });
});

test("an untrusted workspace starts nothing", { skip: missing, timeout: 120_000 }, async (t) => {
  const editor = await startEditor(t, { settings, trust: true });
  const workspace = await makeWorkspace(editor, [{ id: "echo", runtime: fixture("echo", mark) }]);
  const page = await editor.open(workspace.folder);
  await showServers(page);
  await pictured(page, "untrusted", async () => {
    await row(page, /^echo, stopped/).waitFor();
    await page
      .locator(".tree-explorer-viewlet-tree-view .message")
      .filter({ hasText: /not trusted/ })
      .waitFor();
    await inline(page, /^echo/, "Start Server");
    await notification(page, /not trusted/).waitFor();
    assert.equal((await processesWith(mark)).length, 0);
  });
});
