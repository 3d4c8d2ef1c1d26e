/** The gateway of a window: one of several catalogs, no gateway, a stopped gateway, or one that runs elsewhere. */

import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { fixture, startGateway } from "../support/gateway.ts";
import { until } from "../support/until.ts";
import { missing, startEditor } from "./host/editor.ts";
import { keyOf, onlySite } from "./host/gateway-of.ts";
import { processesWith } from "./host/processes.ts";
import { inline, input, palette, row, rows, showServers, statusBar } from "./host/workbench.ts";
import { makeWorkspace, pictured } from "./host/workspace.ts";

const settings = { "openMcpGateway.confirmCommands": false, "openMcpGateway.listenAddr": "127.0.0.1:0" };
const mark = `gateways-${process.pid}`;
const message = ".tree-explorer-viewlet-tree-view .message";

test("a window without a catalog, and one created later", { skip: missing, timeout: 120_000 }, async (t) => {
  const editor = await startEditor(t, { settings });
  const workspace = await makeWorkspace(editor);
  const page = await editor.open(workspace.folder);
  const part = (name: string, body: () => Promise<void>) => t.test(name, () => pictured(page, name, body));
  await showServers(page);

  await part("the welcome view opens the example", async () => {
    await page.getByRole("button", { name: "Open Example" }).click();
    await row(page, /^Everything, stopped/).waitFor();
    await page.locator(".tab").filter({ hasText: "catalog.yaml" }).waitFor();
    assert.equal((await rows(page)).length, 3);
  });

  await part("a gateway that the user stopped does not answer, and keeps its address", async () => {
    await workspace.write([{ id: "echo", runtime: fixture("echo", mark) }]);
    await inline(page, /^echo, stopped/, "Start Server");
    await row(page, /^echo, running/).waitFor();
    const { port } = await onlySite(editor);
    await palette(page, "MCP Gateway: Stop Gateway");
    await page.getByRole("button", { name: "Start Gateway" }).waitFor();
    assert.equal((await processesWith(mark)).length, 0);
    await assert.rejects(fetch(`http://127.0.0.1:${port}/health`));
    await page.getByRole("button", { name: "Start Gateway" }).click();
    await row(page, /^echo, stopped/).waitFor();
    assert.equal((await fetch(`http://127.0.0.1:${port}/health`)).status, 200);
  });

  await part("a request without the key is refused", async () => {
    const { port } = await onlySite(editor);
    assert.equal((await fetch(`http://127.0.0.1:${port}/servers`)).status, 401);
    const headers = { Authorization: `Bearer ${await keyOf(page)}` };
    assert.equal((await fetch(`http://127.0.0.1:${port}/servers`, { headers })).status, 200);
  });
});

test("two folders with a catalog each, and a later third", { skip: missing, timeout: 120_000 }, async (t) => {
  const editor = await startEditor(t, { settings });
  const one = await makeWorkspace(editor, [{ id: "one", runtime: fixture("echo") }], "one");
  const two = await makeWorkspace(editor, [{ id: "two", runtime: fixture("echo") }], "two");
  const later = await makeWorkspace(editor, undefined, "later");
  const file = join(editor.folder, "all.code-workspace");
  const folders = ["one", "two", "later"].map((path) => ({ path }));
  await writeFile(file, JSON.stringify({ folders }));
  const page = await editor.open(file);
  await showServers(page);
  await pictured(page, "two folders", async () => {
    await row(page, /^one, stopped/).waitFor();
    await row(page, /^two, stopped/).waitFor();
    await two.write([{ id: "one", runtime: fixture("echo") }]);
    await page
      .locator(message)
      .filter({ hasText: /Duplicate server ID: one.*Duplicate server ID: one/s })
      .waitFor();
    await row(page, /^two, stopped/).waitFor();
    for (const folder of [one, two]) assert.ok(folder.catalog);
    await palette(page, "Problems: Focus on Problems View");
    await until("a problem of both files", async () => {
      const files = page.locator(".markers-panel .monaco-list-row").filter({ hasText: "catalog.yaml" });
      return (await files.count()) >= 2;
    });
    await two.write([{ id: "two", runtime: fixture("echo") }]);
    await page.locator(message).waitFor({ state: "hidden" });
    await later.write([{ id: "later", runtime: fixture("echo") }]);
    await row(page, /^later, stopped/).waitFor();
    for (const id of ["one", "two"]) await row(page, new RegExp(`^${id}, stopped`)).waitFor();
  });
});

test("a gateway that runs elsewhere", { skip: missing, timeout: 120_000 }, async (t) => {
  const servers = [{ id: "far", runtime: fixture("echo") }];
  const gateway = await startGateway(t, servers, { config: { api_key: "the-remote-key" } });
  const editor = await startEditor(t, { settings: { ...settings, "openMcpGateway.url": gateway.url } });
  const folder = join(editor.folder, "plain");
  await mkdir(folder);
  const page = await editor.open(folder);
  await showServers(page);
  await pictured(page, "a gateway that runs elsewhere", async () => {
    await input(page).waitFor();
    await input(page).fill("the-remote-key");
    await page.keyboard.press("Enter");
    await row(page, /^far, stopped/).waitFor();
    await inline(page, /^far/, "Start Server");
    await row(page, /^far, running/).waitFor();
    assert.match((await statusBar(page).getAttribute("aria-label")) ?? "", /remote/);
    await gateway.writeCatalog([...servers, { id: "further", runtime: fixture("echo") }]);
    await row(page, /^further, stopped/).waitFor();
  });
});
