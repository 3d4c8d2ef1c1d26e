/** Writing a catalog in VS Code: what the language server gives, through the editor's own commands. */

import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import * as vscode from "vscode";

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

/** A catalog beside the window's own, which stays as it is. */
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

/** Takes a suggestion as a person does. */
async function accept(editor: vscode.TextEditor, label: RegExp): Promise<void> {
  const item = await completion(editor, label);
  const text = item.insertText ?? labelOf(item);
  const range = item.range instanceof vscode.Range ? item.range : item.range?.replacing;
  const snippet = typeof text === "string" ? new vscode.SnippetString(text.replaceAll("$", "\\$")) : text;
  await editor.insertSnippet(snippet, range ?? end(editor));
}

const problems = (uri: vscode.Uri) => vscode.languages.getDiagnostics(uri).map(({ message }) => message);

/** The fixes offered where a problem stands, by title. */
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

describe("writing a catalog", () => {
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

  it("shows problems while they are typed, once, and takes them away", async () => {
    const editor = await open(
      "wrong",
      "servers:\n  - id: a\n    runtime: {type: local-proces, command: node}\n",
    );
    const { uri } = editor.document;
    await until("the problem", () => problems(uri).length > 0);
    assert.deepEqual(problems(uri), ["Server 'a' has unknown runtime type: local-proces"]);
    await apply((await fixes(uri, /unknown runtime type/)).find(({ title }) => /local-process/.test(title)));
    assert.match(editor.document.getText(), /type: local-process,/);
    await until("no problem", () => problems(uri).length === 0);
  });

  it("quotes a number of env by a quick fix", async () => {
    const editor = await open(
      "unquoted",
      "servers:\n  - id: a\n    runtime: {type: local-process, command: node}\n    env:\n      PORT: 8080\n",
    );
    const { uri } = editor.document;
    await apply((await fixes(uri, /must be a string/)).find(({ title }) => /quote/i.test(title)));
    assert.match(editor.document.getText(), /PORT: ["']8080["']/);
    await until("no problem", () => problems(uri).length === 0);
  });

  it("moves a secret into the editor's secret storage", async () => {
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

  it("tells what a field is", async () => {
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

  it("starts and stops a server of the window's catalog by its code lens, which tells its state", async () => {
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
