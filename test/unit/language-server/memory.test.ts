/** Long typing does not leak memory. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { largeCatalog } from "../../support/mutated-catalogs.ts";
import { Editor } from "./editor.ts";

const program = fileURLToPath(new URL("./server-with-gc.ts", import.meta.url));
const uri = "file:///memory/catalog.yaml";

test("memory stays flat over 1,000 edits of 200 servers", async (t) => {
  const child = spawn(process.execPath, ["--expose-gc", program], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  t.after(() => child.kill());
  const editor = await new Editor(child.stdout, child.stdin).start({ states: true });
  const text = largeCatalog(200);
  await editor.open(uri, text);
  const heapMb = async () => (await editor.connection.sendRequest<number>("test/heap")) / 1024 / 1024;
  let edited = 0;
  let length = 0;
  const edits = async (count: number) => {
    const position = { line: 3, character: 17 };
    for (let nth = 0; nth < count; nth++) {
      // A text that did not exist before.
      const text = `edit ${++edited}`;
      const end = { ...position, character: position.character + length };
      length = text.length;
      await editor.edit(uri, [{ range: { start: position, end }, text }]);
      await Promise.all([
        editor.complete(uri, end),
        editor.hover(uri, end),
        editor.ask("documentSymbol", uri),
      ]);
    }
  };
  await edits(200);
  const before = await heapMb();
  await edits(1_000);
  const after = await heapMb();
  t.diagnostic(`${before.toFixed(1)} MB before, ${after.toFixed(1)} MB after`);
  assert.ok(after < before + 4, `${before} MB, then ${after} MB`);
});
