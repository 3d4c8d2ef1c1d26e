/**
 * The language server as editors start it: a process of its own over stdio, alone and beside Red Hat's server for YAML.
 */
import assert from "node:assert/strict";
import { type ChildProcessWithoutNullStreams, fork, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import test, { type TestContext } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Diagnostic } from "vscode-languageserver";
import { IPCMessageReader, IPCMessageWriter } from "vscode-languageserver/node";
import { documentKinds } from "../../language-server/document-kinds.ts";
import { Editor } from "../unit/language-server/editor.ts";

const program = fileURLToPath(new URL("../../dist/language-server.js", import.meta.url));
const gateway = fileURLToPath(new URL("../../dist/gateway-http.js", import.meta.url));
const example = fileURLToPath(new URL("../../examples/catalog.yaml", import.meta.url));
const redHat = createRequire(import.meta.url).resolve("yaml-language-server");
const redHatProgram = join(dirname(redHat), "../../bin/yaml-language-server");

/** Capabilities of the client of Red Hat's extension, as its extension.ts has it. */
const redHatLanguages = ["yaml", "dockercompose", "github-actions-workflow"];

function start(t: TestContext, file: string): ChildProcessWithoutNullStreams {
  const child = spawn(process.execPath, [file, "--stdio"]);
  t.after(() => child.kill());
  return child;
}

function temporary(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "editors-"));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

test("over stdio it reports the list of --validate, and ends when the editor ends it", async (t) => {
  const file = join(temporary(t), "catalog.yaml");
  const text =
    "servers:\n  - id: a\n    runtime: { type: local-process, command: no-such-program }\n  - id: a\n";
  writeFileSync(file, text);
  const child = start(t, program);
  const ended = once(child, "exit");
  let stderr = "";
  child.stderr.on("data", (data) => {
    stderr += data;
  });
  const editor = await new Editor(child.stdout, child.stdin).start();
  const found = await editor.open(pathToFileURL(file).href, text, "yaml");
  const printed = spawnSync(process.execPath, [gateway, "--validate", "--catalog", file], {
    encoding: "utf8",
  });
  const lines = found.map(({ range, message, severity }) => {
    const kind = severity === 2 ? "warning: " : "";
    return `${file}:${range.start.line + 1}:${range.start.character + 1}: ${kind}${message}\n`;
  });
  assert.ok(lines.length > 1);
  assert.equal(lines.join(""), printed.stdout);
  assert.deepEqual(await editor.open(pathToFileURL(example).href, "servers: []\n", "yaml"), []);
  await editor.stop({ exit: true });
  assert.deepEqual(await ended, [0, null]);
  assert.equal(stderr, "");
});

test("a file that has to be read completely is read in a thread of the bundle", async (t) => {
  const editor = await new Editor(...streams(start(t, program))).start();
  const many = Array.from({ length: 400 }, (_, nth) => `  - id: server-${nth}\n    env: *shared\n`).join("");
  const uri = "file:///nowhere/catalog.yaml";
  const found = await editor.open(uri, `servers:\n${many}`);
  assert.equal(found.filter(({ code }) => code === "unknown-anchor").length, 400);
});

test("it serves Node's own channel, as VS Code starts it", async (t) => {
  const child = fork(program, ["--node-ipc"]);
  t.after(() => child.kill());
  const editor = await new Editor(new IPCMessageReader(child), new IPCMessageWriter(child)).start();
  assert.equal((await editor.open("file:///nowhere/catalog.yaml", "servers:\n")).length, 1);
  const ended = once(child, "exit");
  await editor.stop({ exit: true });
  assert.deepEqual(await ended, [0, null]);
});

test("a start without a channel prints how to start the program", () => {
  const { status, stderr } = spawnSync(process.execPath, [program], { encoding: "utf8" });
  assert.equal(status, 2);
  assert.match(stderr, /--stdio/);
  assert.equal(spawnSync(process.execPath, [program, "--help"]).status, 0);
});

test("nothing shows twice beside Red Hat's server, because documents of this project have languages of their own", async (t) => {
  const ours = await new Editor(...streams(start(t, program))).start();
  const theirs = new Editor(...streams(start(t, redHatProgram)));
  theirs.connection.onRequest("workspace/configuration", () => [{ schemaStore: { enable: false } }]);
  await theirs.start();
  const text = "servers:\n  - id: a\n    runtime: { type: local-process, command: node\n  - id: b\n";
  const uri = "file:///nowhere/beside/catalog.yaml";
  const shownFor = async (languageId: string): Promise<Diagnostic[]> => {
    const isTheirs = redHatLanguages.includes(languageId);
    const shown = [...(await ours.open(uri, text, languageId))];
    if (isTheirs) shown.push(...(await theirs.open(uri, text, languageId)));
    return shown;
  };
  // If the language did not separate them, both servers would report the open brace.
  const twice = await shownFor("yaml");
  assert.ok(places(twice).length > new Set(places(twice)).size, JSON.stringify(places(twice)));
  for (const { languageId } of documentKinds) assert.ok(!redHatLanguages.includes(languageId));
  for (const { languageId } of documentKinds.filter(({ name }) => name !== "config")) {
    const once = await shownFor(languageId);
    assert.equal(places(once).length, new Set(places(once)).size, languageId);
    assert.ok(once.length > 0, languageId);
  }
});

function places(diagnostics: readonly Diagnostic[]): number[] {
  return diagnostics.map(({ range }) => range.start.line);
}

function streams(child: ChildProcessWithoutNullStreams): [NodeJS.ReadableStream, NodeJS.WritableStream] {
  return [child.stdout, child.stdin];
}
