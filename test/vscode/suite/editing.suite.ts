/** Editing a catalog in VS Code with the language server, through the editor's own commands. */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import * as vscode from "vscode";
import { difference, fixesIn, type GoldenFix, kindOfFix } from "../../support/golden-fixes.ts";

async function until<T>(
  what: string,
  look: () => T | PromiseLike<T>,
): Promise<NonNullable<Exclude<T, false>>> {
  for (const deadline = Date.now() + 30_000; Date.now() < deadline; await wait(100)) {
    const found = await look();
    if (found) return found as NonNullable<Exclude<T, false>>;
  }
  throw new Error(`not in time: ${what}`);
}

const folder = () => vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? "";

/** A catalog beside the window's own, which stays unchanged. */
async function open(name: string, text: string): Promise<vscode.TextEditor> {
  const file = join(folder(), `${name}.catalog.yaml`);
  await writeFile(file, text);
  const editor = await vscode.window.showTextDocument(vscode.Uri.file(file));
  assert.equal(editor.document.languageId, "mcp-catalog");
  return editor;
}

async function type(editor: vscode.TextEditor, text: string): Promise<void> {
  const { document } = editor;
  await editor.edit((edit) => edit.insert(document.positionAt(document.getText().length), text));
}

const end = ({ document }: vscode.TextEditor) => document.positionAt(document.getText().length);

async function completions(editor: vscode.TextEditor): Promise<vscode.CompletionItem[]> {
  const list = await vscode.commands.executeCommand<vscode.CompletionList>(
    "vscode.executeCompletionItemProvider",
    editor.document.uri,
    end(editor),
  );
  return list.items;
}

const labelOf = ({ label }: vscode.CompletionItem) => (typeof label === "string" ? label : label.label);

/** The suggestion of that name, once there is one. */
function completion(editor: vscode.TextEditor, label: RegExp): Promise<vscode.CompletionItem> {
  return until(`a suggestion ${label}`, async () =>
    (await completions(editor)).find((item) => label.test(labelOf(item))),
  );
}

/** Accepts a suggestion as a user does. */
async function accept(editor: vscode.TextEditor, label: RegExp): Promise<void> {
  const item = await completion(editor, label);
  const text = item.insertText ?? labelOf(item);
  const range = item.range instanceof vscode.Range ? item.range : item.range?.replacing;
  const snippet = typeof text === "string" ? new vscode.SnippetString(text.replaceAll("$", "\\$")) : text;
  await editor.insertSnippet(snippet, range ?? end(editor));
}

const problems = (uri: vscode.Uri) => vscode.languages.getDiagnostics(uri).map(({ message }) => message);

/** The fixes offered for a problem, by title. */
async function fixes(uri: vscode.Uri, about: RegExp): Promise<vscode.CodeAction[]> {
  const diagnostic = await until(`a problem ${about}`, () =>
    vscode.languages.getDiagnostics(uri).find(({ message }) => about.test(message)),
  );
  return vscode.commands.executeCommand<vscode.CodeAction[]>(
    "vscode.executeCodeActionProvider",
    uri,
    diagnostic.range,
  );
}

async function apply(action: vscode.CodeAction | undefined): Promise<void> {
  assert.ok(action, "no such fix");
  if (action.edit) await vscode.workspace.applyEdit(action.edit);
  if (action.command)
    await vscode.commands.executeCommand(action.command.command, ...(action.command.arguments ?? []));
}

describe("editing a catalog", () => {
  afterEach(async () => {
    await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
  });

  it("writes a whole entry from completion", async () => {
    const editor = await open("written", "");
    await accept(editor, /^servers/);
    await type(editor, "");
    const text = () => editor.document.getText();
    assert.match(text(), /^servers:/);
    await editor.edit((edit) =>
      edit.replace(
        new vscode.Range(new vscode.Position(0, 0), end(editor)),
        "servers:\n  - id: written\n    ",
      ),
    );
    await accept(editor, /^runtime/);
    await editor.edit((edit) =>
      edit.replace(
        new vscode.Range(new vscode.Position(0, 0), end(editor)),
        "servers:\n  - id: written\n    runtime:\n      type: ",
      ),
    );
    const types = (await until("types", () => completions(editor))).map(labelOf);
    for (const name of ["local-process", "remote-sse", "docker", "podman"])
      assert.ok(
        types.some((label) => label.startsWith(name)),
        `${name} in ${types}`,
      );
  });

  it("shows problems during typing, once, and removes them", async () => {
    const editor = await open(
      "wrong",
      "servers:\n  - id: a\n    runtime: {type: local-proces, command: node}\n",
    );
    const { uri } = editor.document;
    await until("the problem", () => problems(uri).length > 0);
    assert.deepEqual(problems(uri), [
      "Server 'a' has unknown runtime type: local-proces (did you mean local-process?)",
    ]);
    await apply((await fixes(uri, /unknown runtime type/)).find(({ title }) => /local-process/.test(title)));
    assert.match(editor.document.getText(), /type: local-process,/);
    await until("no problem", () => problems(uri).length === 0);
  });

  it("moves a secret into the editor's secret storage and leaves no trace of it", async () => {
    const token = "ghp_abcdefghijklmnopqrstuvwxyz0123456789";
    const editor = await open(
      "secret",
      `servers:\n  - id: a\n    runtime: {type: local-process, command: node}\n    env:\n      API_TOKEN: ${token}\n`,
    );
    const { uri } = editor.document;
    await apply(
      (await fixes(uri, /looks like a secret/)).find(({ command }) =>
        command?.command.endsWith("moveToSecret"),
      ),
    );
    await until("the variable", () => /API_TOKEN: .*\$\{secret:API_TOKEN\}/.test(editor.document.getText()));
    assert.ok(!editor.document.getText().includes(token));
    await until("no problem", () => problems(uri).length === 0);
  });

  it("suggests the images of an engine, where there is one to test with", async function () {
    const image = process.env["TEST_NODE_IMAGE"];
    if (!process.env["DOCKER_HOST"] || !image) return this.skip();
    const editor = await open(
      "images",
      "servers:\n  - id: a\n    runtime:\n      type: docker\n      image: ",
    );
    await until(`the image ${image}`, async () => (await completions(editor)).map(labelOf).includes(image));
  });

  it("describes a field", async () => {
    const editor = await open(
      "hovered",
      "servers:\n  - id: a\n    instances: shared\n    runtime: {type: local-process, command: node}\n",
    );
    const [hover] = await until("a hover", async () => {
      const found = await vscode.commands.executeCommand<vscode.Hover[]>(
        "vscode.executeHoverProvider",
        editor.document.uri,
        new vscode.Position(2, 6),
      );
      return found.length > 0 && found;
    });
    const text =
      hover?.contents.map((part) => (typeof part === "string" ? part : part.value)).join("\n") ?? "";
    assert.match(text, /One instance serves all client sessions|`shared`: one instance serves/);
  });

  it("renames an id", async () => {
    const editor = await open(
      "renamed",
      "servers:\n  - id: before\n    runtime: {type: local-process, command: node}\n",
    );
    const edit = await until("a rename", () =>
      vscode.commands.executeCommand<vscode.WorkspaceEdit>(
        "vscode.executeDocumentRenameProvider",
        editor.document.uri,
        new vscode.Position(1, 10),
        "after",
      ),
    );
    await vscode.workspace.applyEdit(edit);
    assert.match(editor.document.getText(), /id: after/);
  });

  it("starts and stops a server of the window's catalog by its code lens, which shows its state", async () => {
    const editor = await vscode.window.showTextDocument(vscode.Uri.file(join(folder(), "catalog.yaml")));
    const lenses = () =>
      vscode.commands.executeCommand<vscode.CodeLens[]>(
        "vscode.executeCodeLensProvider",
        editor.document.uri,
        100,
      );
    const lens = (command: string) =>
      until(`a lens ${command}`, async () =>
        (await lenses()).find(
          (one) => one.command?.command === command && one.command.arguments?.[0] === "echo",
        ),
      );
    await vscode.commands.executeCommand("openMcpGateway.stopServer", "echo");
    const start = await lens("openMcpGateway.startServer");
    await vscode.commands.executeCommand("openMcpGateway.startServer", ...(start.command?.arguments ?? []));
    const stop = await lens("openMcpGateway.stopServer");
    const titles = (await lenses()).map(({ command }) => command?.title ?? "");
    assert.ok(
      titles.some((title) => /running/.test(title)),
      titles.join(" | "),
    );
    await vscode.commands.executeCommand("openMcpGateway.stopServer", ...(stop.command?.arguments ?? []));
    await lens("openMcpGateway.startServer");
  });
});

/** The process of the language server this extension host runs. */
function languageServerId(): number | undefined {
  const lines = execFileSync("ps", ["-eo", "pid=,ppid=,args="], { encoding: "utf8" }).split("\n");
  for (const line of lines) {
    const [, pid, parent, args = ""] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    if (Number(parent) === process.pid && args.includes("language-server.js")) return Number(pid);
  }
  return undefined;
}

describe("a language server that exits unexpectedly", () => {
  it("starts again, and knows states and secrets", async () => {
    const token = "ghp_0123456789abcdefghijklmnopqrstuvwxyz";
    const entry = (id: string, value: string) =>
      `  - id: ${id}\n    runtime: {type: local-process, command: node}\n    env: {KEPT_TOKEN: "${value}"}\n`;
    const beside = await open("dies", `servers:\n${entry("a", token)}`);
    const { uri } = beside.document;
    await apply(
      (await fixes(uri, /looks like a secret/)).find(({ command }) =>
        command?.command.endsWith("moveToSecret"),
      ),
    );
    await until("no problem", () => problems(uri).length === 0);
    await type(beside, entry("b", "$" + "{secret:NEVER_SET}"));
    await until("the secret that is not set", () => problems(uri).join().includes("NEVER_SET"));
    const before = problems(uri);
    assert.equal(before.length, 1, before.join());
    const dead = await until("the language server", languageServerId);
    process.kill(dead, "SIGKILL");
    await until("another language server", () => {
      const id = languageServerId();
      return id !== undefined && id !== dead;
    });
    // The problems of a new version come from the new server.
    await type(beside, "# more\n");
    const editor = await vscode.window.showTextDocument(inFolder("catalog.yaml"));
    await until("a lens of the server", async () =>
      (
        await vscode.commands.executeCommand<vscode.CodeLens[]>(
          "vscode.executeCodeLensProvider",
          editor.document.uri,
          100,
        )
      ).find(({ command }) => command?.arguments?.[0] === "echo"),
    );
    await until("the same problem, and no other", () => problems(uri).join() === before.join());
    await vscode.window.showTextDocument(beside.document);
    await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
  });
});

describe("a catalog with a name of its own", () => {
  it("becomes a catalog as soon as the window uses it, also in an open editor", async () => {
    await mkdir(join(folder(), "named", "src"), { recursive: true });
    const runtime = `{type: local-process, command: no-such-program, working_dir: "$\{workspaceFolder}/named/src"}`;
    await writeFile(join(folder(), "named/servers.yaml"), `servers:\n  - id: own\n    runtime: ${runtime}\n`);
    const { document } = await vscode.window.showTextDocument(inFolder("named/servers.yaml"));
    assert.equal(document.languageId, "yaml");
    const settings = vscode.workspace.getConfiguration("openMcpGateway");
    await settings.update("catalog", "named/servers.yaml", vscode.ConfigurationTarget.Workspace);
    try {
      await until("its language", () =>
        vscode.workspace.textDocuments.find(
          ({ uri, languageId }) => uri.path === document.uri.path && languageId === "mcp-catalog",
        ),
      );
      await until("its problem", () => problems(document.uri).length > 0);
      assert.deepEqual(problems(document.uri), ["Server 'own': command 'no-such-program' is not on PATH"]);
    } finally {
      await settings.update("catalog", undefined, vscode.ConfigurationTarget.Workspace);
      await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
    }
  });
});

const fixtures = () =>
  join(
    vscode.extensions.getExtension("open-mcp-gateway.open-mcp-gateway")?.extensionPath ?? "",
    "test/fixtures/language-server",
  );
const inFolder = (name: string) => vscode.Uri.file(join(folder(), name));

/**
 * One fix of each kind, with the text it is for. The fix that asks for a value is tested in the window:
 * editing.test.ts.
 */
function kindsOfFixes(): Map<string, { fixture: string; fix: GoldenFix }> {
  const kinds = new Map<string, { fixture: string; fix: GoldenFix }>();
  for (const golden of readdirSync(fixtures()).filter((name) => name.endsWith(".golden"))) {
    const name = golden.replace(/\.golden$/, "");
    const kind = existsSync(join(fixtures(), `${name}.catalog`)) ? "catalog" : "metadata";
    for (const fix of fixesIn(readFileSync(join(fixtures(), golden), "utf8"))) {
      const key = `${kind}: ${kindOfFix(fix)}`;
      const asks = fix.command?.name === "openMcpGateway.setSecret";
      if (!kinds.has(key) && !asks) kinds.set(key, { fixture: `${name}.${kind}`, fix });
    }
  }
  return kinds;
}

let opened = 0;

/** The fixture in a place where an editor detects its kind by the path alone. */
async function openFixture(fixture: string): Promise<vscode.TextEditor> {
  const [given = "", kind] = fixture.split(".");
  // Each has its own file, because an editor may still know the changed text of the file before.
  const name = `${given}-${++opened}`;
  const text = readFileSync(join(fixtures(), fixture), "utf8");
  if (kind === "catalog") return open(name, text);
  await mkdir(join(folder(), ".mcp"), { recursive: true });
  await writeFile(join(folder(), ".mcp", `${name}.yaml`), text);
  const editor = await vscode.window.showTextDocument(inFolder(`.mcp/${name}.yaml`));
  assert.equal(editor.document.languageId, "mcp-metadata");
  return editor;
}

/** Checks the text after the fix: the fix's own edit, or the effect of its command. */
function isMade(fix: GoldenFix, before: string, after: string): boolean {
  const [move] = (fix.command?.arguments ?? []) as { edit?: { newText: string } }[];
  if (move?.edit === undefined) return difference(before, after) === fix.difference;
  return difference(before, after).includes(move.edit.newText);
}

describe("every kind of quick fix", () => {
  const dotenv = "KNOWN=1\nDATABASE_URL=postgres://db\n";

  beforeEach(() => writeFile(join(folder(), ".env"), dotenv));

  afterEach(async () => {
    const document = await vscode.workspace.openTextDocument(inFolder(".env"));
    if (document.isDirty) await document.save();
    await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
  });

  it("exists", () => assert.ok(kindsOfFixes().size > 30));

  for (const [kind, { fixture, fix }] of kindsOfFixes()) {
    it(kind, async () => {
      const editor = await openFixture(fixture);
      const { document } = editor;
      const before = document.getText();
      const position = new vscode.Position(fix.line, fix.character);
      const action = await until(`the fix ${fix.title}`, async () =>
        (
          await vscode.commands.executeCommand<vscode.CodeAction[]>(
            "vscode.executeCodeActionProvider",
            document.uri,
            new vscode.Range(position, position),
          )
        ).find(({ title }) => title === fix.title),
      );
      await apply(action);
      const changes = fix.difference !== "" || fix.command !== undefined;
      if (changes)
        await until(`the change\n${fix.difference}`, () => isMade(fix, before, document.getText()));
      if (fix.dotenv === undefined) return;
      const added = await vscode.workspace.openTextDocument(inFolder(".env"));
      assert.equal(added.getText(), `${dotenv}${fix.dotenv}\n`);
    });
  }
});
