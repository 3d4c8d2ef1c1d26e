/** Modules named by `runtime_plugins`: where they are found, and the one line for each that cannot be used. */

import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { loadPlugins } from "../../../../src/runtime/plugin/load-plugins.ts";
import { PluginRegistry } from "../../../../src/runtime/plugin/plugin-registry.ts";

const baseDir = await mkdtemp(join(tmpdir(), "plugins-"));
const userHome = join(baseDir, "home");
after(() => rm(baseDir, { recursive: true }));

async function module(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(baseDir, path)), { recursive: true });
  await writeFile(join(baseDir, path), text);
}

function plugin(type: string): string {
  return `{ type: "${type}", schema: {}, start: async () => ({}) }`;
}

async function load(...modules: string[]): Promise<{ types: string[]; messages: string[] }> {
  const plugins = new PluginRegistry();
  const errors = await loadPlugins(modules, { baseDir, userHome }, plugins);
  return {
    types: [...plugins.types.keys()],
    messages: errors.map(({ index, message }) => `${index}: ${message.replaceAll(baseDir, "<folder>")}`),
  };
}

test("modules are found by paths and as packages, and may bring several plugins", async () => {
  await module("one.mjs", `export default ${plugin("one")};`);
  await module("more.mjs", `export default [${plugin("two")}, ${plugin("three")}];`);
  await module("home/four.mjs", `export default ${plugin("four")};`);
  await module("node_modules/@scope/five/package.json", '{"name":"@scope/five","main":"main.cjs"}');
  await module("node_modules/@scope/five/main.cjs", `module.exports = ${plugin("five")};`);
  const loaded = await load("one.mjs", "./more.mjs", "~/four.mjs", "@scope/five");
  assert.deepEqual(loaded, { types: ["one", "two", "three", "four", "five"], messages: [] });
});

const broken: [string, string | undefined, RegExp][] = [
  ["./absent.mjs", undefined, /^0: plugin '\.\/absent\.mjs' cannot be found: .*relative to the config/],
  [
    "no-such-package",
    undefined,
    /^0: plugin 'no-such-package' cannot be found: no such package is installed in or above <folder> \(npm install/,
  ],
  [
    "./throws.mjs",
    "throw new Error('out of\\n order');",
    /^0: plugin '\.\/throws\.mjs' failed to load: out of order$/,
  ],
  ["./needs.mjs", "import './gone.mjs';", /failed to load: .*gone\.mjs/],
  ["./syntax.mjs", "export default {", /failed to load: Unexpected/],
  ["./empty.mjs", "export const plugin = 1;", /has no default export/],
  ["./text.mjs", "export default 'x';", /cannot be used: it is not an object/],
  ["./startless.mjs", "export default { type: 'x', schema: {} };", /it has no function 'start' \(type 'x'\)/],
  [
    "./schemaless.mjs",
    "export default { type: 'x', start() {} };",
    /the schema of type 'x' cannot be used: its 'schema' must be/,
  ],
  ["./ours.mjs", `export default ${plugin("docker")};`, /its type 'docker' is built in: choose another name/],
];

for (const [name, text, message] of broken) {
  test(`a module that cannot be used is reported in one line: ${name}`, async () => {
    if (text !== undefined) await module(name, text);
    const { types, messages } = await load(name);
    assert.deepEqual(types, []);
    assert.equal(messages.length, 1);
    assert.match(messages[0] ?? "", message);
    assert.ok(!messages[0]?.includes("\n"));
  });
}

test("a type that two plugins define belongs to the first one, and the others of the list are loaded all the same", async () => {
  await module("one.mjs", `export default ${plugin("one")};`);
  await module("again.mjs", `export default ${plugin("one")};`);
  await module("last.mjs", `export default ${plugin("last")};`);
  const { types, messages } = await load("./one.mjs", "./again.mjs", "./last.mjs");
  assert.deepEqual(types, ["one", "last"]);
  assert.deepEqual(messages, [
    "1: plugin './again.mjs' cannot be used: its type 'one' is already taken by another plugin",
  ]);
});

test("a removed plugin is unloaded, and its type is free again", async () => {
  const plugins = new PluginRegistry();
  let changes = 0;
  plugins.changed.on(() => changes++);
  const own = { type: "own", schema: {}, start: async () => ({}) };
  const remove = await plugins.add(own);
  assert.ok(plugins.types.has("own") && plugins.runtimes.has("own"));
  remove();
  assert.ok(!plugins.types.has("own") && !plugins.runtimes.has("own"));
  await plugins.add(own);
  remove();
  assert.ok(plugins.types.has("own"), "only what is its own is taken out");
  assert.equal(changes, 3);
  const both = await Promise.allSettled([
    plugins.add({ ...own, type: "b" }),
    plugins.add({ ...own, type: "b" }),
  ]);
  assert.deepEqual(both.map(({ status }) => status).sort(), ["fulfilled", "rejected"]);
});
