/** Source maps are for the watch build only, and the files of the editor refer to what exists. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { bundles } from "../../../scripts/bundles.ts";
import { endLine, forDebugging, problemLine, progress, startLine } from "../../../scripts/watch.ts";
import { root } from "../../support/gateway.ts";

interface Task {
  readonly label: string;
  readonly type: string;
  readonly script: string;
  readonly problemMatcher: {
    readonly pattern: { readonly regexp: string; readonly [group: string]: unknown };
    readonly background: { readonly beginsPattern: string; readonly endsPattern: string };
  };
}

interface Configuration {
  readonly name: string;
  readonly preLaunchTask: string;
  readonly program?: string;
}

async function readJson<T>(path: string): Promise<T> {
  return JSON.parse(await readFile(join(root, path), "utf8")) as T;
}

const { tasks } = await readJson<{ tasks: Task[] }>(".vscode/tasks.json");
const { configurations } = await readJson<{ configurations: Configuration[] }>(".vscode/launch.json");
const { scripts } = await readJson<{ scripts: Record<string, string> }>("package.json");

test("the release build has no source maps and is minified, and the watch build is the reverse", () => {
  for (const bundle of bundles) {
    assert.ok(!("sourcemap" in bundle));
    assert.equal(bundle.minifySyntax, true);
    const { sourcemap, minify, minifySyntax, entryPoints } = forDebugging(bundle);
    assert.deepEqual([sourcemap, minify, minifySyntax], ["linked", false, false]);
    assert.deepEqual(entryPoints, bundle.entryPoints);
  }
});

test("every launch configuration starts a task of tasks.json, and that an npm script", () => {
  assert.deepEqual(
    configurations.map(({ name }) => name),
    ["Extension", "Gateway without an editor", "Open test file"],
  );
  for (const { preLaunchTask } of configurations) {
    const task = tasks.find(({ label }) => label === preLaunchTask);
    assert.ok(task, preLaunchTask);
    assert.ok(task.type === "npm" && scripts[task.script]);
  }
});

test("the problem matcher recognises the lines of the watch build", () => {
  const { pattern, background } = tasks[0]?.problemMatcher ?? assert.fail("no problem matcher");
  assert.match(startLine, new RegExp(background.beginsPattern));
  assert.match(endLine, new RegExp(background.endsPattern));
  const location = { file: "src/a.ts", line: 3, column: 4 };
  const line = problemLine("error", { text: "Expected ;", location } as Parameters<typeof problemLine>[1]);
  assert.deepEqual(new RegExp(pattern.regexp).exec(line)?.slice(1), [
    "src/a.ts",
    "3",
    "5",
    "error",
    "Expected ;",
  ]);
});

test("builds that run at the same time have one start line and one end line", async () => {
  const lines: string[] = [];
  const plugin = progress(2, (line) => lines.push(line));
  const [one, other] = [listenersOf(plugin), listenersOf(plugin)];
  one.start();
  one.end();
  other.start();
  assert.deepEqual(lines, [startLine]);
  other.end();
  assert.deepEqual(lines, [startLine, endLine]);
  one.start();
  one.end();
  assert.deepEqual(lines.slice(2), [startLine, endLine]);
});

function listenersOf(plugin: ReturnType<typeof progress>) {
  let start = (): unknown => undefined;
  let end = (_: { errors: []; warnings: [] }): unknown => undefined;
  const build = {
    onStart: (listener: typeof start) => {
      start = listener;
    },
    onEnd: (listener: typeof end) => {
      end = listener;
    },
  };
  void plugin.setup(build as unknown as Parameters<typeof plugin.setup>[0]);
  return { start: () => start(), end: () => end({ errors: [], warnings: [] }) };
}
