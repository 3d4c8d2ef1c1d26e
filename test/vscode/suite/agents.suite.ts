/** VS Code's own MCP client, without a signed-in user, with the servers of the window's catalog. */

import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import * as vscode from "vscode";

const extension = "open-mcp-gateway.open-mcp-gateway";

async function until<T>(what: string, look: () => T | Promise<T>): Promise<NonNullable<T>> {
  for (const deadline = Date.now() + 30_000; Date.now() < deadline; await wait(100)) {
    const found = await look();
    if (found) return found;
  }
  throw new Error(`not in time: ${what}`);
}

/** The tools of the gateway's servers that have this name. The editor adds a prefix to it. */
function tools(name: string): vscode.LanguageModelToolInformation[] {
  return vscode.lm.tools.filter((tool) => tool.name.startsWith("mcp_") && tool.name.endsWith(`_${name}`));
}

/** Waits until `count` servers have the tool, because the definitions arrive a moment after the gateway opens. */
async function startUntil(label: string, name: string, count = 1): Promise<string> {
  const found = await until(`the tool ${name} of ${label}`, async () => {
    if (tools(name).length === count) return tools(name);
    await vscode.commands.executeCommand("workbench.mcp.startServer", `${extension}/${label}`);
    return undefined;
  });
  return found.at(-1)?.name ?? "";
}

async function call(name: string, input: object): Promise<string> {
  const result = await vscode.lm.invokeTool(name, { input, toolInvocationToken: undefined });
  return JSON.stringify(result.content);
}

async function inCatalog(change: (text: string) => string): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? "";
  const file = join(folder, "catalog.yaml");
  await writeFile(file, change(await readFile(file, "utf8")));
}

describe("VS Code as an MCP client", () => {
  before(async () => {
    // There is no user to confirm a command line.
    const settings = vscode.workspace.getConfiguration("openMcpGateway");
    await settings.update("confirmCommands", false, vscode.ConfigurationTarget.Global);
  });

  it("has the extension active", async () => {
    await until("activation", () => vscode.extensions.getExtension(extension)?.isActive);
  });

  it("starts a server on demand, lists its tools and calls one", async () => {
    const name = await startUntil("echo", "echo");
    assert.match(await call(name, { text: "hello" }), /hello/);
  });

  it("shows the tools of a server that a reload added", async () => {
    await inCatalog((text) => text.replace("id: later", "id: came"));
    const name = await startUntil("came", "who", 2);
    assert.match(await call(name, {}), /\d+/);
  });

  it("shows other tools of a server after a change of its filter", async () => {
    assert.equal(tools("big").length, 2);
    await inCatalog((text) => text.replace("id: echo", "id: echo\n    tools: { deny: [big] }"));
    await startUntil("echo", "big", 1);
  });

  it("gets all servers as one where the setting requires it", async () => {
    const settings = vscode.workspace.getConfiguration("openMcpGateway");
    await settings.update("expose", "aggregate", vscode.ConfigurationTarget.Global);
    const name = await startUntil("mcp-gateway", "came__who");
    assert.match(await call(name, {}), /\d+/);
    await settings.update("expose", undefined, vscode.ConfigurationTarget.Global);
  });
});
