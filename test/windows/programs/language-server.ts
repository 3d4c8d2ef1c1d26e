/* biome-ignore-all lint/suspicious/noTemplateCurlyInString: the syntax under test */
/** Runs on Windows: the language server for files of a drive, as editors write their URIs. See ../windows.test.ts. */

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { Location } from "vscode-languageserver";
import { notifications } from "../../../language-server/protocol.ts";
import { Editor } from "../../unit/language-server/editor.ts";

const program = join(import.meta.dirname, "../../../dist/language-server.js");
/** A folder with blanks and umlauts, on drive Z. */
const folder = process.env["TEST_FOLDER"] ?? "";
const here = folder.replace(/^Z:/, "z:");
const catalog = join(folder, ".mcp", "catalog.yaml");
for (const name of [".mcp", "src", "other"]) mkdirSync(join(folder, name));
writeFileSync(join(folder, "src", "server.exe"), "");
writeFileSync(join(folder, ".mcp", ".env"), "GREETING=grüß dich\r\n");

/** `file:///z%3A/…` is how VS Code writes a file, `file:///Z:/…` how most others do. */
function uriOf(file: string, drive: string): string {
  return `file:///${drive}${file.slice(2).split("\\").map(encodeURIComponent).join("/")}`;
}

const text = `servers:
  - id: found
    env: { SAID: "\${GREETING}" }
    runtime:
      type: local-process
      command: .\\server.exe
      working_dir: \${workspaceFolder}\\src
  - id: gone
    runtime: { type: local-process, command: no-such-program }
`;
const inVariable = { line: 2, character: 22 };
const inFolder = { line: 6, character: 25 };

async function editorOn(t: TestContext, root: string): Promise<Editor> {
  const child = spawn(process.execPath, [program, "--stdio"], { stdio: ["pipe", "pipe", "inherit"] });
  t.after(async () => {
    child.kill();
    await once(child, "close");
  });
  const editor = new Editor(child.stdout, child.stdin);
  return editor.start({ workspaceFolders: true }, null, [{ uri: root, name: "root" }]);
}

for (const root of ["z%3A", "Z:"])
  test(`files are checked where they lie, in a folder that is written ${root}`, async (t) => {
    const editor = await editorOn(t, uriOf(folder, root));
    for (const drive of ["z%3A", "Z:"]) {
      const uri = uriOf(catalog, drive);
      const problems = (await editor.open(uri, text)).map(({ message }) => String(message));
      assert.equal(problems.length, 1, problems.join("\n"));
      assert.match(problems[0] ?? "", /no-such-program/);
      const hover = (await editor.hover(uri, inFolder)) ?? "";
      assert.equal(hover.replace("`Z:", "`z:"), `\`workspaceFolder\`: the workspace folder, \`${here}\``);
      const found = await editor.ask<Location | Location[]>("definition", uri, { position: inVariable });
      const [place] = [found].flat();
      assert.equal(place?.uri, uriOf(join(here, ".mcp", ".env"), "z:"));
      await editor.close(uri);
    }
  });

test("the folder a client names for a catalog is that catalog's, however each writes the drive", async (t) => {
  const editor = await editorOn(t, uriOf(folder, "z%3A"));
  for (const [drive, other] of [
    ["z%3A", "Z:"],
    ["Z:", "z%3A"],
  ] as const) {
    const catalogs = [{ uri: uriOf(catalog, other), folder: uriOf(join(folder, "other"), other) }];
    await editor.connection.sendNotification(notifications.catalogs, { catalogs });
    const problems = await editor.open(uriOf(catalog, drive), text);
    assert.match(problems.map(({ message }) => String(message)).join("\n"), /src' is not a directory/, drive);
    await editor.close(uriOf(catalog, drive));
  }
});
