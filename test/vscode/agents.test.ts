/**
 * Export of servers to other clients and import from them. Servers are added and tried (vscode.md, *Commands*,
 * *Agents*).
 */

import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { parseCatalog } from "../../src/catalog/parse-catalog.ts";
import { jsonServers } from "../../src/vscode/agents/json-edits.ts";
import { fixture } from "../support/gateway.ts";
import { inspect } from "../support/inspector.ts";
import { until } from "../support/until.ts";
import { missing, startEditor } from "./host/editor.ts";
import { storageOf } from "./host/gateway-of.ts";
import { input, notification, palette, quickPick, row, showServers } from "./host/workbench.ts";
import { makeWorkspace, pictured } from "./host/workspace.ts";

const settings = { "openMcpGateway.confirmCommands": false, "openMcpGateway.listenAddr": "127.0.0.1:0" };

const theirs = `{
  // set up by hand
  "mcpServers": {
    "theirs": { "command": "x" } // keep
  }
}
`;

async function configure(page: Page, agent: string, choice: string | RegExp): Promise<void> {
  await palette(page, "MCP Gateway: Configure Agent");
  await quickPick(page, agent).click();
  await quickPick(page, choice).click();
}

async function writeFor(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}

test("other clients", { skip: missing, timeout: 175_000 }, async (t) => {
  const editor = await startEditor(t, { settings });
  const workspace = await makeWorkspace(editor, "# my catalog\nservers: []\n");
  const { home } = editor;
  const files = {
    cline: join(home, ".cline/data/settings/cline_mcp_settings.json"),
    claude: join(home, ".config/Claude/claude_desktop_config.json"),
    cursor: join(home, ".cursor/mcp.json"),
    codex: join(home, ".codex/config.toml"),
    workspace: join(workspace.folder, ".vscode/mcp.json"),
    windsurf: join(home, ".codeium/windsurf/mcp_config.json"),
  };
  const page = await editor.open(workspace.folder);
  const part = (name: string, body: () => Promise<void>) => t.test(name, () => pictured(page, name, body));
  await showServers(page);
  await page.getByRole("button", { name: "Add Server…" }).first().waitFor();

  await part("a wizard adds a server, and the file keeps its comments", async () => {
    const { command, args } = fixture("echo");
    await palette(page, "MCP Gateway: Add Server");
    await quickPick(page, "Program on this machine").click();
    await input(page).fill([command, ...args].map((word) => `"${word}"`).join(" "));
    await page.keyboard.press("Enter");
    await page.locator(".quick-input-title").filter({ hasText: "3 of 3" }).waitFor();
    await input(page).fill("echo");
    await page.keyboard.press("Enter");
    await row(page, /^echo, stopped/).waitFor();
    const text = await readFile(workspace.catalog, "utf8");
    assert.ok(text.startsWith("# my catalog\n"));
  });

  await part("a tool runs with arguments that the user enters by its schema", async () => {
    await palette(page, "MCP Gateway: Try Tool");
    await quickPick(page, "echo").click();
    await quickPick(page, "who").click();
    await page.locator(".view-line").filter({ hasText: "# echo: who" }).first().waitFor();
    await row(page, /^echo, running/).waitFor();
  });

  await part("Cline is configured beside its own servers, again without a change, and restored", async () => {
    await writeFor(files.cline, theirs);
    await configure(page, "Cline", /Each server.*launcher/);
    await notification(page, /Configured Cline: echo/).waitFor();
    const once = await readFile(files.cline, "utf8");
    assert.ok(once.startsWith(theirs.slice(0, theirs.indexOf(" // keep") - 1)));
    assert.deepEqual(Object.keys(jsonServers(once, ["mcpServers"])), ["theirs", "echo"]);
    await palette(page, "Notifications: Clear All Notifications");
    await configure(page, "Cline", /Each server.*launcher/);
    await notification(page, /Configured Cline: echo/).waitFor();
    assert.equal(await readFile(files.cline, "utf8"), once);
    await configure(page, "Cline", "Remove the gateway's servers");
    await until("the file as it was", async () => (await readFile(files.cline, "utf8")) === theirs);
  });

  await part("Claude Desktop, Cursor, Codex and mcp.json are configured, too", async () => {
    await configure(page, "Claude Desktop", /All servers as one/);
    await configure(page, "Cursor", /Each server.*By URL/);
    await configure(page, "Codex", /Each server/);
    await configure(page, ".vscode/mcp.json", /Each server/);
    const json = (file: string) =>
      until(file, async () => JSON.parse(await readFile(file, "utf8").catch(() => "null")));
    assert.deepEqual(Object.keys((await json(files.claude)).mcpServers), ["mcp-gateway"]);
    assert.match((await json(files.cursor)).mcpServers.echo.url, /^http:\/\/127\.0\.0\.1:\d+\/echo\/mcp$/);
    assert.equal((await json(files.workspace)).servers.echo.type, "stdio");
    const toml = await until(files.codex, () => readFile(files.codex, "utf8").catch(() => undefined));
    assert.match(toml, /\[mcp_servers\.echo\]\ncommand = /);
    // Files that other users may read contain no key.
    for (const file of [files.claude, files.codex, files.workspace])
      assert.doesNotMatch(await readFile(file, "utf8"), /omg_/);
  });

  await part("the launcher answers the Inspector", async () => {
    const { mcpServers } = JSON.parse(await readFile(files.claude, "utf8"));
    const { command, args } = mcpServers["mcp-gateway"];
    assert.ok(command.startsWith(storageOf(editor)));
    assert.match(await inspect("--method", "tools/list", "--", command, ...args), /echo__who/);
  });

  await part("servers of other clients are imported, and their secrets are not in the file", async () => {
    await writeFor(
      files.windsurf,
      JSON.stringify({ mcpServers: { wind: { serverUrl: "https://w.example/mcp" } } }),
    );
    const github = {
      command: "npx",
      args: ["x"],
      env: { GITHUB_TOKEN: "ghp_abcdefghijkl" },
      autoApprove: ["read"],
    };
    await writeFor(files.cline, JSON.stringify({ mcpServers: { github } }));
    await writeFor(files.claude, JSON.stringify({ mcpServers: { desktop: { command: "d" } } }));
    const auth = { CLIENT_ID: "cid", CLIENT_SECRET: "topsecretvalue" };
    const cur = { url: "https://c.example/mcp", auth };
    await writeFor(files.cursor, JSON.stringify({ mcpServers: { cur } }));
    await writeFor(
      files.workspace,
      JSON.stringify({ servers: { ws: { type: "http", url: "https://v.example/mcp" } } }),
    );
    await palette(page, "MCP Gateway: Import Servers");
    await quickPick(page, "github")
      .filter({ hasText: /GITHUB_TOKEN/ })
      .waitFor();
    await quickPick(page, "cur")
      .filter({ hasText: /auth: \{CLIENT_ID, CLIENT_SECRET\}/ })
      .waitFor();
    await page.keyboard.press("Enter");
    await row(page, /^github/).waitFor();
    const text = await readFile(workspace.catalog, "utf8");
    const { entries, problems } = parseCatalog(text);
    assert.deepEqual(problems, []);
    assert.deepEqual(entries.map(({ id }) => id).sort(), ["cur", "desktop", "echo", "github", "wind", "ws"]);
    assert.match(text, /GITHUB_TOKEN: \$\{secret:GITHUB_GITHUB_TOKEN\}/);
    assert.doesNotMatch(text, /ghp_|topsecretvalue/);
    assert.match(text, /# autoApprove: \["read"\]/);
    // The secret already has a value.
    await row(page, /^github, stopped/).waitFor();
  });

  await part("the wizard knows servers of a cluster, and shows what is missing", async () => {
    await palette(page, "MCP Gateway: Add Server");
    await quickPick(page, "Service in a Kubernetes cluster").click();
    await input(page).fill("default notes-server");
    await page
      .locator(".quick-input-message")
      .filter({ hasText: "Enter the port after the Service" })
      .waitFor();
    await input(page).fill("default notes-server 8080");
    await page.keyboard.press("Enter");
    await page.locator(".quick-input-title").filter({ hasText: "3 of 3" }).waitFor();
    await page.keyboard.press("Enter");
    await row(page, /^notes-server, /).waitFor();
    const { entries } = parseCatalog(await readFile(workspace.catalog, "utf8"));
    assert.deepEqual(entries.at(-1), {
      id: "notes-server",
      runtime: { type: "k8s-service", namespace: "default", service_name: "notes-server", port: 8080 },
    });
  });
});
