/** Several windows on the same catalog share one gateway. When its window closes, another takes over (vscode.md). */

import assert from "node:assert/strict";
import { test } from "node:test";
import { fixture } from "../support/gateway.ts";
import { until } from "../support/until.ts";
import { missing, startEditor } from "./host/editor.ts";
import { callTool, keyOf, onlySite } from "./host/gateway-of.ts";
import { gatewayProcesses, processesWith } from "./host/processes.ts";
import { inline, palette, row, showServers, statusBar } from "./host/workbench.ts";
import { makeWorkspace, pictured } from "./host/workspace.ts";

const mark = `shared-${process.pid}`;
const settings = { "openMcpGateway.confirmCommands": false, "openMcpGateway.listenAddr": "127.0.0.1:0" };

test("windows share a gateway", { skip: missing, timeout: 170_000 }, async (t) => {
  const editor = await startEditor(t, { settings });
  const workspace = await makeWorkspace(editor, [{ id: "echo", runtime: fixture("echo", mark) }]);
  const first = await editor.open(workspace.folder);
  await showServers(first);
  await row(first, /^echo, stopped/).waitFor();
  const key = await keyOf(first);
  const second = await editor.open(workspace.folder);
  const part = (name: string, body: () => Promise<void>) => t.test(name, () => pictured(second, name, body));

  await part("both windows show the same live state, with one process", async () => {
    await showServers(second);
    await row(second, /^echo, stopped/).waitFor();
    await inline(second, /^echo/, "Start Server");
    await row(second, /^echo, running/).waitFor();
    await row(first, /^echo, running/).waitFor();
    assert.equal((await processesWith(mark)).length, 1);
    assert.match((await statusBar(second).getAttribute("aria-label")) ?? "", /of another window/);
  });

  await part("an edit shows in both windows", async () => {
    await workspace.write([
      { id: "echo", runtime: fixture("echo", mark) },
      { id: "more", runtime: fixture("echo", mark) },
    ]);
    for (const page of [first, second]) await row(page, /^more, stopped/).waitFor();
  });

  await part("another window takes over when the owner is killed, at the same address", async () => {
    const before = await onlySite(editor);
    const child = await callTool({ port: before.port, key }, "echo", "who");
    process.kill(before.owner, "SIGKILL");
    const at = performance.now();
    const answer = await until("the next call", () =>
      callTool({ port: before.port, key }, "echo", "who").catch(() => undefined),
    );
    const ms = performance.now() - at;
    t.diagnostic(`answered again after ${Math.round(ms)} ms`);
    assert.ok(ms < 5_000, `took over after ${ms} ms`);
    assert.notEqual(answer, child);
    const after = await until("a new owner", async () => {
      const site = await onlySite(editor);
      return site.owner !== before.owner && site;
    });
    assert.equal(after.port, before.port);
    await row(second, /^echo, running/).waitFor();
    await until("one process", async () => (await processesWith(mark)).length === 1);
  });

  await part("no process remains after both windows are closed", async () => {
    await first.close();
    await second.close();
    await until("no process", async () => (await processesWith(mark)).length === 0, 30_000);
    await until("no watchdog", async () => (await gatewayProcesses(editor.folder)).length === 0, 30_000);
  });

  await part("two windows that open at once share one gateway", async () => {
    const pages = await Promise.all([editor.open(workspace.folder), editor.open(workspace.folder)]);
    for (const page of pages) {
      await page.bringToFront();
      await showServers(page);
      await row(page, /^echo, stopped/).waitFor();
    }
    const [one, other] = pages;
    assert.ok(one && other);
    await inline(other, /^echo/, "Start Server");
    await row(one, /^echo, running/).waitFor();
    assert.equal((await processesWith(mark)).length, 1);
    const told = await Promise.all(pages.map((page) => statusBar(page).getAttribute("aria-label")));
    assert.equal(told.filter((text) => text?.includes("of another window")).length, 1);
    const [owner, guest] = told[0]?.includes("of another window") ? [other, one] : [one, other];
    await palette(owner, "MCP Gateway: Stop Gateway");
    // A gateway that the user stopped is not taken over. The window that starts it again owns it.
    await guest.getByRole("button", { name: "Start Gateway" }).click();
    await row(guest, /^echo, stopped/).waitFor();
    assert.match((await statusBar(guest).getAttribute("aria-label")) ?? "", /of this window/);
  });
});
