/**
 * F5 in a real VS Code: the task of .vscode/tasks.json builds, the configuration of .vscode/launch.json opens the
 * Extension Development Host, and a breakpoint set in src/extension.ts is hit.
 * VS Code's web window cannot connect its own debugger here, so the test connects one to the port that VS Code chose.
 */

import assert from "node:assert/strict";
import { mkdir, readFile } from "node:fs/promises";
import { SourceMap, type SourceMapPayload } from "node:module";
import { basename, join, matchesGlob } from "node:path";
import { type TestContext, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Page } from "playwright-core";
import { copyProject } from "../support/project-copy.ts";
import { type Editor, missing, startEditor } from "./host/editor.ts";
import { connectInspector } from "./host/inspector.ts";
import { processesWith } from "./host/processes.ts";
import { openFile } from "./host/text-editor.ts";
import { palette, quickPick } from "./host/workbench.ts";
import { pictured } from "./host/workspace.ts";

interface Script {
  readonly scriptId: string;
  readonly url: string;
  readonly sourceMapURL?: string;
}

interface Paused {
  readonly hitBreakpoints?: readonly string[];
  readonly callFrames: readonly {
    readonly functionName: string;
    readonly location: {
      readonly scriptId: string;
      readonly lineNumber: number;
      readonly columnNumber: number;
    };
  }[];
}

const statement = "window = new Window(context);";

test("F5 stops at a breakpoint in src/extension.ts", { skip: missing, timeout: 120_000 }, async (t) => {
  const editor = await startEditor(t, { development: true });
  const folder = join(editor.folder, "project");
  await mkdir(folder);
  await copyProject(folder);
  const source = join(folder, "src/extension.ts");
  const lines = (await readFile(source, "utf8")).split("\n");
  const line = lines.findIndex((text) => text.includes(statement));
  const page = await editor.open(folder);
  const host = await pressF5(t, editor, page);
  assert.equal(host.folder, join(folder, "examples"));
  assert.equal(host.extension, folder);

  const built = join(folder, "dist/extension.js");
  const map = new SourceMap(JSON.parse(await readFile(`${built}.map`, "utf8")) as SourceMapPayload);
  const text = await readFile(built, "utf8");
  const place = generatedPlace({ file: built, text, map }, { source, line });
  const inspector = await connectInspector(host.port);
  t.after(() => inspector.close());
  await inspector.request("Debugger.enable");
  await inspector.request("Runtime.enable");
  const url = pathToFileURL(built).href;
  const breakpoint = await inspector.request("Debugger.setBreakpointByUrl", { url, ...place });
  const { breakpointId } = breakpoint as { breakpointId: string };
  await inspector.request("Runtime.runIfWaitingForDebugger");
  // The first statement of the extension host, because of --inspect-brk.
  await inspector.event<Paused>("Debugger.paused", () => true);
  await inspector.request("Debugger.resume");

  const script = await inspector.event<Script>(
    "Debugger.scriptParsed",
    (parsed) => parsed.url === url,
    40_000,
  );
  assert.equal(new URL(script.sourceMapURL ?? "", url).href, `${url}.map`);
  const isHit = ({ hitBreakpoints }: Paused) => hitBreakpoints?.includes(breakpointId) === true;
  const { callFrames } = await inspector.event<Paused>("Debugger.paused", isHit);
  const frame = callFrames[0];
  assert.equal(frame?.functionName, "activate");
  assert.equal(frame?.location.scriptId, script.scriptId);
  const origin = map.findEntry(frame.location.lineNumber, frame.location.columnNumber);
  assert.ok("originalSource" in origin);
  assert.equal(sourcePath(origin.originalSource, built), source);
  assert.equal(origin.originalLine, line);
  await inspector.request("Debugger.disable");
});

const others = [
  { name: "Gateway without an editor", file: "src/cli/gateway-http.ts", text: '"./serve-http.ts"' },
  { name: "Open test file", file: "test/unit/scripts/watch.test.ts", text: "minifySyntax, true" },
];

test("the other configurations stop at breakpoints, too", { skip: missing, timeout: 175_000 }, async (t) => {
  const editor = await startEditor(t, { development: true });
  const folder = join(editor.folder, "project");
  await mkdir(folder);
  await copyProject(folder);
  const page = await editor.open(folder);
  for (const { name, file, text } of others) {
    const lines = (await readFile(join(folder, file), "utf8")).split("\n");
    const line = lines.findIndex((candidate) => candidate.includes(text)) + 1;
    await pictured(page, name, async () => {
      await openFile(page, file);
      await page.keyboard.press("Control+KeyG");
      await page.keyboard.type(String(line));
      await page.keyboard.press("Enter");
      await page.keyboard.press("F9");
      await palette(page, "Debug: Select and Start Debugging");
      await quickPick(page, name).click();
      // The name of the file and the line, in the call stack.
      const frame = page.locator(".debug-call-stack .stack-frame", { hasText: `${line}:` }).first();
      // The watch task builds everything first, while other tests use the processor.
      await frame.waitFor({ timeout: 80_000 });
      assert.match((await frame.textContent()) ?? "", new RegExp(`${basename(file)}.*${line}:`));
      await page.keyboard.press("Shift+F5");
      await page.locator(".debug-toolbar").waitFor({ state: "hidden" });
    });
  }
});

/** Presses F5. Resolves with the query of the window that opens. */
async function pressF5(t: TestContext, editor: Editor, page: Page) {
  const launch = JSON.parse(await readFile(join(editor.folder, "project/.vscode/launch.json"), "utf8")) as {
    configurations: { outFiles: string[] }[];
  };
  const [outFiles = ""] = launch.configurations[0]?.outFiles ?? [];
  assert.ok(matchesGlob("dist/extension.js", outFiles.replace(`\${workspaceFolder}/`, "")), outFiles);
  // F5 does nothing until the view lists the configurations of launch.json.
  await page.keyboard.press("Control+Shift+KeyD");
  const start = page.locator(".start-debug-action-item", { hasText: "Extension" });
  await start.waitFor({ timeout: 30_000 });
  const window = await openedByF5(page);
  const query = new URL(window.url()).searchParams;
  const payload = new Map(JSON.parse(query.get("payload") ?? "[]") as [string, string][]);
  const port = Number(payload.get("inspect-brk-extensions"));
  // An extension host that still waits for a debugger does not end with its window.
  t.after(async () => {
    for (const pid of await processesWith(`--inspect-brk=${port}`)) process.kill(pid, "SIGKILL");
  });
  const extension = new URL(payload.get("extensionDevelopmentPath") ?? "").pathname;
  return { port, extension, folder: query.get("folder") };
}

/** Presses F5. Resolves with the window that opens once the build is ready. */
async function openedByF5(page: Page): Promise<Page> {
  const opened = page.context().waitForEvent("page", { timeout: 60_000 });
  await pictured(page, "f5", async () => {
    await Promise.all([opened, startDebugging(page)]);
  });
  const window = await opened;
  await window.waitForURL(/inspect-brk-extensions/);
  return window;
}

/** Presses F5 again while nothing is built: the debugger of a window that has just opened ignores the key. */
async function startDebugging(page: Page): Promise<void> {
  const building = page.locator(".statusbar-item", { hasText: "Building" });
  for (let attempt = 0; ; attempt++) {
    await page.keyboard.press("F5");
    try {
      return await building.waitFor({ timeout: 3_000 });
    } catch (error) {
      if (attempt > 5) throw error;
    }
  }
}

interface BuiltFile {
  readonly file: string;
  readonly text: string;
  readonly map: SourceMap;
}

interface SourceLine {
  readonly source: string;
  /** Begins at 0. */
  readonly line: number;
}

/** The first place in the built file that comes from a line of a source. Both numbers begin at 0. */
function generatedPlace({ file, text, map }: BuiltFile, { source, line }: SourceLine) {
  for (const [lineNumber, generated] of text.split("\n").entries()) {
    const columnNumber = generated.search(/\S/);
    if (columnNumber < 0) continue;
    const entry = map.findEntry(lineNumber, columnNumber);
    if (!("originalSource" in entry) || entry.generatedLine !== lineNumber) continue;
    if (entry.originalLine === line && sourcePath(entry.originalSource, file) === source)
      return { lineNumber, columnNumber };
  }
  throw new Error(`${file}.map has no place for ${source}:${line + 1}`);
}

/** The path of a source in the form of a source map. */
function sourcePath(name: string, built: string): string {
  return fileURLToPath(new URL(name, pathToFileURL(built)));
}
