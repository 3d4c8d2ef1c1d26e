/** The Servers view of a real window, from the .vsix. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { fixture, npmServer } from "../support/gateway.ts";
import { until } from "../support/until.ts";
import { missing, startEditor } from "./host/editor.ts";
import { processesWith } from "./host/processes.ts";
import {
  choose,
  inline,
  notification,
  palette,
  quickPick,
  row,
  rows,
  showServers,
  statusBar,
} from "./host/workbench.ts";
import { makeWorkspace, pictured } from "./host/workspace.ts";

const settings = {
  "openMcpGateway.confirmCommands": false,
  "openMcpGateway.listenAddr": "127.0.0.1:0",
  // Older editors start it at once, whatever the setting.
  "openMcpGateway.expose": "none",
};

const mark = `crashes-${process.pid}`;
const servers = [
  { id: "everything", display_name: "Everything", tags: ["demo"], runtime: npmServer("everything") },
  { id: "files", display_name: "Files", tags: ["demo", "files"], runtime: npmServer("filesystem", "/tmp") },
  { id: "echo", runtime: fixture("echo", mark), restart: { max_attempts: 0 } },
];

async function someProcess(): Promise<number[] | undefined> {
  const found = await processesWith(mark);
  return found.length > 0 ? found : undefined;
}

test("servers in the view", { skip: missing, timeout: 170_000 }, async (t) => {
  const editor = await startEditor(t, { settings });
  const workspace = await makeWorkspace(editor, servers);
  const page = await editor.open(workspace.folder);
  const part = (name: string, body: () => Promise<void>) => t.test(name, () => pictured(page, name, body));
  await showServers(page);

  await part("a catalog's servers are listed as stopped", async () => {
    await row(page, /^Everything, stopped/).waitFor();
    assert.deepEqual(await rows(page), [
      "Everything, stopped, local-process",
      "Files, stopped, local-process",
      "echo, stopped, local-process",
    ]);
    assert.match((await statusBar(page).textContent()) ?? "", /MCP 0\/3/);
  });

  await part("the buttons of a row start, restart and stop its server", async () => {
    await inline(page, /^Everything/, "Start Server");
    await row(page, /^Everything, running/).waitFor();
    assert.match((await statusBar(page).textContent()) ?? "", /MCP 1\/3/);
    await inline(page, /^Everything/, "Stop Server");
    await row(page, /^Everything, stopped/).waitFor();
    await inline(page, /^echo/, "Start Server");
    const [first] = await until("a process", () => someProcess());
    await inline(page, /^echo/, "Restart Server");
    await until("another process", async () => (await someProcess())?.every((pid) => pid !== first));
    await row(page, /^echo, running/).waitFor();
    await inline(page, /^echo/, "Stop Server");
    await row(page, /^echo, stopped/).waitFor();
  });

  await part("commands of the palette start a server and show its log", async () => {
    await palette(page, "MCP Gateway: Start Server");
    await quickPick(page, "Everything").click();
    await row(page, /^Everything, running/).waitFor();
    await palette(page, "MCP Gateway: Show Server Log");
    await quickPick(page, "Everything").click();
    await page.locator(".part.panel .view-line").filter({ hasText: /info/ }).first().waitFor();
    await palette(page, "View: Hide Panel");
  });

  await part("a running server shows its tools, resources, prompts and clients", async () => {
    await row(page, /^Everything, running/).click();
    await row(page, /^Tools, \d+/).waitFor();
    await row(page, /^Resources, \d+/).waitFor();
    await row(page, /^Prompts, \d+/).waitFor();
    await row(page, /^Clients, 0/).waitFor();
    await row(page, /^Tools, \d+/).click();
    await row(page, /^Echo Tool/).waitFor();
    await row(page, /^Everything, running/).click();
    await row(page, /^Tools, \d+/).waitFor({ state: "detached" });
  });

  await part("a crash shows with its reason", async () => {
    await inline(page, /^echo/, "Start Server");
    await row(page, /^echo, running/).waitFor();
    const [pid] = await until("the server's process", () => someProcess());
    assert.ok(pid);
    process.kill(pid, "SIGKILL");
    const at = performance.now();
    await row(page, /^echo, failed.*killed by SIGKILL/).waitFor();
    const ms = performance.now() - at;
    t.diagnostic(`failed after ${Math.round(ms)} ms`);
    assert.ok(ms < 1_500, `shown after ${ms} ms`);
    await page.locator(".activitybar .badge-content").filter({ hasText: "1" }).waitFor();
  });

  await part("an edit of the file shows", async () => {
    await workspace.write([...servers.slice(0, 2), { id: "new", runtime: fixture("echo") }]);
    await row(page, /^new, stopped/).waitFor();
    await row(page, /^echo/).waitFor({ state: "detached" });
    await row(page, /^Everything, running/).waitFor();
  });

  await part("a broken file leaves the rows and shows the problem", async () => {
    const before = await rows(page);
    await workspace.write("servers:\n  - id: everything\n    runtime: {type: nope}\n");
    const message = page.locator(".tree-explorer-viewlet-tree-view .message");
    await message.filter({ hasText: /catalog\.yaml:3:.*unknown runtime type: nope/ }).waitFor();
    assert.deepEqual(
      (await rows(page)).map((text) => text.split(",")[0]),
      before.map((text) => text.split(",")[0]),
    );
    await statusBar(page).locator(".codicon-warning").waitFor();
    await workspace.write(servers);
    await message.filter({ hasText: /catalog/ }).waitFor({ state: "hidden" });
    await row(page, /^echo, stopped/).waitFor();
  });

  await part("the view is filtered by tag, and opens an entry's line in the catalog", async () => {
    await palette(page, "MCP Gateway: Filter by Tag");
    await quickPick(page, "files").click();
    await page.keyboard.press("Enter");
    await row(page, /^Everything/).waitFor({ state: "detached" });
    await choose(page, /^Files/, "Open Catalog");
    await page.locator(".tab").filter({ hasText: "catalog.yaml" }).waitFor();
    await page
      .locator(".view-line")
      .filter({ hasText: /"files"/ })
      .first()
      .waitFor();
  });

  await part("a failed start shows a notification", async () => {
    await workspace.write([
      { id: "nope", tags: ["files"], runtime: { type: "local-process", command: "no-such-command" } },
    ]);
    await inline(page, /^nope/, "Start Server");
    await notification(page, /no-such-command.*not found on PATH/).waitFor();
    await row(page, /^nope, failed/).waitFor();
  });

  await part("no process remains after the window is closed", async () => {
    await workspace.write([{ id: "left", tags: ["files"], runtime: fixture("echo", mark) }]);
    await inline(page, /^left/, "Start Server");
    await row(page, /^left, running/).waitFor();
    await page.close();
    await until("no process left", async () => (await processesWith(mark)).length === 0, 30_000);
  });
});
