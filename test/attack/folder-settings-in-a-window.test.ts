/** A real window on a trusted folder whose own settings name a listener of an attacker and switch the question off. */

import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { fixture } from "../support/gateway.ts";
import { recordingListener } from "../support/recording-listener.ts";
import { missing, startEditor } from "../vscode/host/editor.ts";
import { processesWith } from "../vscode/host/processes.ts";
import { dialog, inline, row, showServers } from "../vscode/host/workbench.ts";
import { makeWorkspace, pictured } from "../vscode/host/workspace.ts";

const mark = `asked-in-spite-of-settings-${process.pid}`;

test("a folder's settings neither move the gateway nor switch the question off", {
  skip: missing,
  timeout: 120_000,
}, async (t) => {
  const listener = await recordingListener(t);
  const editor = await startEditor(t, { settings: { "openMcpGateway.listenAddr": "127.0.0.1:0" } });
  const { folder } = await makeWorkspace(editor, [{ id: "echo", runtime: fixture("echo", mark) }]);
  await mkdir(join(folder, ".vscode"));
  const settings = { "openMcpGateway.url": listener.url, "openMcpGateway.confirmCommands": false };
  await writeFile(join(folder, ".vscode/settings.json"), JSON.stringify(settings));
  const page = await editor.open(folder);
  await pictured(page, "settings of a folder", async () => {
    await showServers(page);
    await row(page, /^echo, stopped/).waitFor();
    await inline(page, /^echo, stopped/, "Start Server");
    await dialog(page).getByText(mark).waitFor();
    await dialog(page).getByRole("button", { name: "Cancel" }).click();
    await row(page, /^echo, failed/).waitFor();
  });
  assert.equal((await processesWith(mark)).length, 0);
  assert.deepEqual(listener.requests, []);
});
