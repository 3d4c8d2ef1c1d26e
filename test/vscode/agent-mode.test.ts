/** VS Code's own agent mode, with a model that only follows a script, uses a server of the catalog. */

import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { fixture, root, temporaryFolder } from "../support/gateway.ts";
import { missing, startEditor } from "./host/editor.ts";
import { palette, row, showServers } from "./host/workbench.ts";
import { makeWorkspace, pictured } from "./host/workspace.ts";

test("an agent calls a tool of the gateway", { skip: missing, timeout: 150_000 }, async (t) => {
  const model = join(await temporaryFolder(t), "scripted-agent.vsix");
  execFileSync(
    join(root, "node_modules/.bin/vsce"),
    ["package", "--no-dependencies", "--allow-missing-repository", "--skip-license", "-o", model],
    { cwd: join(root, "test/vscode/scripted-agent"), stdio: "pipe" },
  );
  const editor = await startEditor(t, {
    extensions: [model],
    // The model is of another vendor than Copilot, because agent mode then asks for no sign-in.
    models: [{ name: "Scripted", vendor: "scripted" }],
    settings: {
      "openMcpGateway.confirmCommands": false,
      "openMcpGateway.listenAddr": "127.0.0.1:0",
      "chat.mcp.autostart": "newAndOutdated",
      "chat.byokUtilityModelDefault": "mainAgent",
      "workbench.secondarySideBar.defaultVisibility": "visible",
    },
  });
  const workspace = await makeWorkspace(editor, [{ id: "echo", runtime: fixture("echo") }]);
  const page = await editor.open(workspace.folder);
  await pictured(page, "agent mode", async () => {
    await showServers(page);
    await row(page, /^echo, stopped/).waitFor();
    await palette(page, "Scripted: Ask the Scripted Agent");
    const allow = page.getByRole("button", { name: /^Allow/ }).first();
    await allow.waitFor({ timeout: 60_000 });
    await allow.click();
    const answer = page
      .locator(".interactive-response p")
      .filter({ hasText: /The tool said: .*from the agent/ });
    await answer.first().waitFor({ timeout: 60_000 });
    await row(page, /^echo, running/).waitFor();
  });
});
