/**
 * A real window on a folder whose catalog and server write links, icons, Markdown and control characters into their
 * text.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { missing, startEditor } from "../vscode/host/editor.ts";
import {
  inline,
  notification,
  palette,
  pointedAt,
  quickPick,
  row,
  showServers,
} from "../vscode/host/workbench.ts";
import { makeWorkspace, pictured } from "../vscode/host/workspace.ts";

const settings = {
  "openMcpGateway.confirmCommands": false,
  "openMcpGateway.listenAddr": "127.0.0.1:0",
  "openMcpGateway.expose": "none",
};
const link = "[Repair](command:workbench.action.closeWindow)";
const hostile = `${link} ![pixel](https://x.example/p.png) <b>bold</b> $(verified) \u202edlo\x1b[31m`;
const script = `process.stderr.write(${JSON.stringify(`${hostile} end\n`)}); process.exit(3)`;
const server = {
  id: "hostile",
  display_name: "Tidy $(verified) \u202eydit",
  description: hostile,
  tags: [`\`${link}\``],
  runtime: { type: "local-process", command: process.execPath, args: ["-e", script] },
  restart: { max_attempts: 0 },
};

test("text from a server and its catalog has no effect", {
  skip: missing,
  timeout: 170_000,
}, async (t) => {
  const editor = await startEditor(t, { settings });
  const page = await editor.open((await makeWorkspace(editor, [server])).folder);
  const part = (name: string, body: () => Promise<void>) => t.test(name, () => pictured(page, name, body));
  await showServers(page);

  await part("a name that reverses its line is shown with that character in visible form", async () => {
    await row(page, /^Tidy \$\(verified\) \\u\{202e\}ydit, stopped/).waitFor();
  });

  await part("a list shows no icon that a name asks for", async () => {
    await palette(page, "MCP Gateway: Start Server");
    const pick = quickPick(page, "Tidy $(verified) \\u{202e}ydit");
    await pick.waitFor();
    assert.equal(await pick.locator(".codicon-verified").count(), 0);
    await page.keyboard.press("Escape");
  });

  await part("a notification of a failure has no link that a server wrote", async () => {
    await inline(page, /^Tidy/, "Start Server");
    const told = notification(page, /\[Repair\] \(command:.*\\u\{202e\}dlo\\x1b\[31m end/);
    await told.waitFor();
    assert.equal(await told.locator(".notification-list-item-message a").count(), 0);
  });

  await part("a tooltip has no foreign link, image, icon or HTML", async () => {
    await pointedAt(page, /^Tidy/, "Repair");
    const hover = page.locator(".workbench-hover").filter({ hasText: "Repair" });
    for (const kind of ["a", "img", "b", ".codicon-verified"])
      assert.equal(await hover.locator(`.rendered-markdown ${kind}`).count(), 0, kind);
    const text = (await hover.textContent()) ?? "";
    assert.match(text, /\[Repair\]\(command:workbench\.action\.closeWindow\)/);
    assert.match(text, /\\u\{202e\}dlo\\x1b\[31m/);
    const folder = process.env["MCP_TEST_PICTURES"];
    if (folder) await page.screenshot({ path: `${folder}/hostile-tooltip.png` });
  });
});
