/** package.json describes the extension as the code is, and the documentation describes it as package.json does. */

import assert from "node:assert/strict";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { extensionPage, pageWithExtension, readJson, type Texts } from "../../../scripts/extension-tables.ts";
import { configDefaults } from "../../../src/catalog/generated/schema-facts.ts";
import { root } from "../../support/gateway.ts";

type Manifest = Parameters<typeof pageWithExtension>[1] & {
  readonly contributes: Record<string, unknown>;
  readonly files: readonly string[];
};

const manifest = await readJson<Manifest>("package.json");
const texts = await readJson<Texts>("package.nls.json");
const { contributes } = manifest;
const whole = JSON.stringify(manifest);

async function source(path: string): Promise<string> {
  return readFile(join(root, "src/vscode", path), "utf8");
}

test("the page of the extension has every setting and command", async () => {
  const page = await readFile(join(root, extensionPage), "utf8");
  assert.ok(page.includes("| MCP Gateway: Reload Catalog |"));
  assert.ok(page.includes("| `openMcpGateway.catalog` |"));
  assert.equal(page, pageWithExtension(page, manifest, texts), "run 'npm run generate'");
});

test("every text key of package.json has a text, and every text is used", () => {
  const used = [...whole.matchAll(/"%([\w.]+)%"/g)].map(([, key = ""]) => key);
  assert.deepEqual([...new Set(used)].sort(), Object.keys(texts).sort());
});

test("every command is registered, and every registered command is in package.json", async () => {
  const sources = await Promise.all(
    ["commands/register-commands.ts", "platform/register-platform.ts"].map(source),
  );
  const registered = sources.flatMap((text) => [...text.matchAll(/^ {4}(\w+): (?:async )?\(/gm)]);
  const ids = registered.map(([, name]) => `openMcpGateway.${name}`);
  assert.deepEqual(contributes.commands.map(({ command }) => command).sort(), ids.sort());
});

test("menus, welcome views and walkthroughs name commands that exist", () => {
  const known = new Set([
    ...contributes.commands.map(({ command }) => command),
    "openMcpGateway.servers.focus",
    "workbench.trust.manage",
  ]);
  const named = [
    ...JSON.stringify([contributes.menus, texts]).matchAll(/(?:"command":"|command:|onCommand:)([\w.]+)/g),
  ];
  assert.ok(named.length > 30);
  for (const [, command = ""] of named) assert.ok(known.has(command), command);
});

test("every setting is read, and every setting that is read is in package.json", async () => {
  const read = [...(await source("settings.ts")).matchAll(/get(?:<[^>]+>)?\(\s*"([\w.]+)"/g)];
  const names = new Set(read.map(([, name]) => `openMcpGateway.${name}`));
  assert.deepEqual(Object.keys(contributes.configuration.properties).sort(), [...names].sort());
});

test("settings have the defaults of the headless gateway's config", () => {
  for (const [name, { default: value }] of Object.entries(contributes.configuration.properties)) {
    const key = name
      .replace("openMcpGateway.", "")
      .replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    if (key in configDefaults)
      assert.deepEqual(value, configDefaults[key as keyof typeof configDefaults], name);
  }
});

test("every file of package.json and every picture of README.md exists, and no other picture is packed", async () => {
  const readme = await readFile(join(root, "README.md"), "utf8");
  const named = [...whole.matchAll(/"(media\/[^"]+)"/g), ...readme.matchAll(/(?:\(|")(media\/[^)"]+)/g)];
  assert.ok(named.length >= 5);
  for (const [, file = ""] of named) assert.ok((await stat(join(root, file))).size > 0, file);
  const shown = whole.replace(/"files":\[[^\]]*\]/, "") + readme;
  const needed = new Set([...shown.matchAll(/media\/[\w-]+\.\w+/g)].map(([file]) => file));
  const packed = manifest.files.filter((file) => file.startsWith("media"));
  assert.deepEqual([...needed].sort(), packed.sort());
});

test("texts shown to the user go through the editor's translations", async () => {
  const shows = /show(?:Information|Warning|Error)Message\(\s*["`]/;
  for (const file of await readdir(join(root, "src/vscode"), { recursive: true })) {
    if (file.endsWith(".ts")) assert.doesNotMatch(await source(file), shows, file);
  }
});
