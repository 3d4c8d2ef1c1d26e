/** Editing in a real window, from the .vsix, with the keyboard and the mouse of a user. */

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { parseMetadata } from "../../src/metadata/parse-metadata.ts";
import { fixture, root } from "../support/gateway.ts";
import { missing, startEditor } from "./host/editor.ts";
import { lens, makeFix, openFile, pointAt, saved, take } from "./host/text-editor.ts";
import { dialog, input, row, showServers } from "./host/workbench.ts";
import { makeWorkspace, pictured } from "./host/workspace.ts";

const settings = { "openMcpGateway.confirmCommands": false, "openMcpGateway.listenAddr": "127.0.0.1:0" };

const catalog = `servers:
  - id: echo
    runtime: ${JSON.stringify(fixture("echo"))}
    env:
      TOKEN: \${secret:EDITING_TOKEN}
`;

test("editing in a window", { skip: missing, timeout: 170_000 }, async (t) => {
  const editor = await startEditor(t, { settings });
  const workspace = await makeWorkspace(editor, catalog);
  const file = (name: string) => join(workspace.folder, name);
  await mkdir(file(".mcp"));
  for (const name of ["new.catalog.yaml", ".mcp/metadata.yaml"]) await writeFile(file(name), "");
  const page = await editor.open(workspace.folder);
  const part = (name: string, body: () => Promise<void>) => t.test(name, () => pictured(page, name, body));
  await showServers(page);
  await row(page, /^echo, /).waitFor();

  await part("a new entry can be written by completion alone", async () => {
    await openFile(page, "new.catalog.yaml");
    await take(page, "server: remote-sse", 2);
    await page.keyboard.press("Enter");
    await page.keyboard.press("Shift+Tab");
    await take(page, "enabled", 1);
    const text = await saved(page, file("new.catalog.yaml"), /enabled: true/);
    assert.equal(
      text,
      "servers:\n  - id: remote-sse\n    runtime:\n      type: remote-sse\n      url: https://mcp.example.com/mcp\n    enabled: true",
    );
    const gateway = join(root, "dist/gateway-http.js");
    const args = [gateway, "--validate", "--catalog", file("new.catalog.yaml")];
    assert.match(spawnSync(process.execPath, args, { encoding: "utf8" }).stdout, /: no problems\n$/);
  });

  await part("new metadata can be written by completion alone", async () => {
    await openFile(page, ".mcp/metadata.yaml");
    await take(page, "version", 1);
    await page.keyboard.press("Enter");
    await take(page, "servers");
    await page.keyboard.type("search");
    await page.keyboard.press("Enter");
    await take(page, "port", 1);
    const text = await saved(page, file(".mcp/metadata.yaml"), /port: 8088/);
    const { servers, problems } = parseMetadata(text);
    assert.deepEqual(problems, [], text);
    assert.deepEqual(
      servers.map(({ name, port }) => [name, port]),
      [["search", 8088]],
    );
  });

  await part("the fix for a missing secret asks for its value", async () => {
    await openFile(page, "catalog.yaml");
    await page.locator(".squiggly-error").first().waitFor();
    await pointAt(page, "EDITING_TOKEN");
    await makeFix(page, "Set the secret EDITING_TOKEN");
    await input(page).fill("kept");
    await page.keyboard.press("Enter");
    await page.locator(".squiggly-error").first().waitFor({ state: "detached" });
    assert.ok(!(await readFile(workspace.catalog, "utf8")).includes("kept"));
  });

  await part("the code lenses above an entry start and stop its server and show its state", async () => {
    await lens(page, "stopped").waitFor();
    await lens(page, "Start").click();
    await dialog(page).getByRole("button", { name: "Give" }).click();
    await lens(page, "running").waitFor();
    await row(page, /^echo, running/).waitFor();
    await lens(page, "Stop").click();
    await lens(page, "stopped").waitFor();
    await row(page, /^echo, stopped/).waitFor();
  });

  await part("an id is renamed, and the window follows", async () => {
    await pointAt(page, "echo");
    await page.keyboard.press("F2");
    await page.locator(".rename-input").fill("renamed");
    await page.keyboard.press("Enter");
    await page.locator(".view-line", { hasText: "id: renamed" }).waitFor();
    await saved(page, workspace.catalog, /id: renamed/);
    await row(page, /^renamed, stopped/).waitFor();
    await lens(page, "Start").waitFor();
  });
});
