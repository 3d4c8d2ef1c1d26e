/* biome-ignore-all lint/suspicious/noTemplateCurlyInString: the syntax under test */
/**
 * `${workspaceFolder}` is the workspace folder for a client that has a gateway of its own, otherwise the folder
 * of the catalog.
 */
import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { pathToFileURL } from "node:url";
import { folderAround } from "../../../language-server/documents/text-ranges.ts";
import { notifications, type ServerOptions } from "../../../language-server/protocol.ts";
import { temporaryFolder } from "../../support/gateway.ts";
import { until } from "../../support/until.ts";
import { type Editor, openEditor } from "./editor.ts";

test("of nested folders the innermost counts", () => {
  const folders = ["/a", "/a/b", "/a/bc", "/z"];
  const around = (file: string) => folderAround(file, folders);
  assert.deepEqual(
    ["/a/x.yaml", "/a/b/c/x.yaml", "/a/bcd/x.yaml", "/a/..x/x.yaml", "/y/x.yaml"].map(around),
    ["/a", "/a/b", "/a", "/a", undefined],
  );
});

async function workspace(t: TestContext, options: ServerOptions) {
  const folder = await temporaryFolder(t);
  for (const name of ["src", "config"]) await mkdir(join(folder, name));
  const uriOf = (path: string) => pathToFileURL(path).href;
  const workspaceFolders = [{ uri: uriOf(folder), name: "one" }];
  const editor = await openEditor({ options, workspaceFolders });
  t.after(() => editor.stop());
  return { folder, editor, uri: uriOf(join(folder, "config", "servers.yaml")), uriOf };
}

/** The second entry always has a problem. The diagnostics of the complete text contain it. */
const textWith = (tags: string) => `servers:
  - id: a
    tags: &tags [one]
    runtime:
      type: local-process
      command: ${process.execPath}
      working_dir: \${workspaceFolder}/src
  - id: b
    tags: ${tags}
    runtime: {type: local-process, command: no-such-program}
`;
const inFolderVariable = { line: 6, character: 25 };

/** The messages about the complete text, once they have arrived. */
function completeMessages(editor: Editor, uri: string): Promise<string[]> {
  return until("all problems", () => {
    const messages = editor.diagnostics.get(uri)?.list.map(({ message }) => String(message)) ?? [];
    return messages.some((message) => message.includes("no-such-program")) && messages;
  });
}

for (const [name, tags] of [
  ["a catalog", "[two]"],
  // An alias in a long text. The thread that reads whole files returns its value.
  ["a catalog that is read as a whole", `*tags # ${"long ".repeat(10_000)}`],
] as const) {
  test(`${name} in a folder of the workspace uses the workspace folder`, async (t) => {
    const { folder, editor, uri, uriOf } = await workspace(t, { workspaceFolders: true });
    await editor.open(uri, textWith(tags));
    assert.equal((await completeMessages(editor, uri)).length, 1);
    const hover = await editor.hover(uri, inFolderVariable);
    assert.equal(hover, `\`workspaceFolder\`: the workspace folder, \`${folder}\``);
    editor.diagnostics.delete(uri);
    const event = {
      added: [{ uri: uriOf(join(folder, "config")), name: "two" }],
      removed: [{ uri: uriOf(folder), name: "one" }],
    };
    await editor.connection.sendNotification("workspace/didChangeWorkspaceFolders", { event });
    assert.match((await completeMessages(editor, uri)).join("\n"), /src' is not a directory/);
  });
}

test("for a client without a gateway the variable is the catalog's folder", async (t) => {
  const { folder, editor, uri } = await workspace(t, {});
  await editor.open(uri, textWith("[two]"));
  assert.match((await completeMessages(editor, uri)).join("\n"), /src' is not a directory/);
  const hover = await editor.hover(uri, inFolderVariable);
  assert.equal(hover, `\`workspaceFolder\`: the catalog's folder, \`${join(folder, "config")}\``);
});

test("a catalog of the client's gateway uses the folder that the gateway uses, which may be undefined", async (t) => {
  const { folder, editor, uri, uriOf } = await workspace(t, { workspaceFolders: true });
  await mkdir(join(folder, "elsewhere", "src"), { recursive: true });
  const sendCatalog = (more: object) =>
    editor.connection.sendNotification(notifications.catalogs, { catalogs: [{ uri, ...more }] });
  await sendCatalog({ folder: uriOf(join(folder, "elsewhere")) });
  await editor.open(uri, textWith("[two]"));
  assert.equal((await completeMessages(editor, uri)).length, 1);
  const hover = await editor.hover(uri, inFolderVariable);
  assert.equal(hover, `\`workspaceFolder\`: the workspace folder, \`${join(folder, "elsewhere")}\``);
  editor.diagnostics.delete(uri);
  await sendCatalog({});
  assert.match((await completeMessages(editor, uri)).join("\n"), /src' is not a directory/);
});
