/**
 * Measures the language server from the view of an editor. It is a separate process over stdio, with catalogs of 100 and
 * 1,000 servers and text typed in the middle. Prints milliseconds from the key to the response. Does not assert.
 */

import { spawn } from "node:child_process";
import { join, resolve } from "node:path";
import { YamlLibrary } from "../language-server/schema/yaml-library.ts";
import catalogSchema from "../schemas/catalog.schema.json" with { type: "json" };
import { checkCatalogText } from "../src/catalog/checks/check-catalog.ts";
import { headlessSources } from "../src/catalog/variables/headless-sources.ts";
import { largeCatalog } from "../test/support/mutated-catalogs.ts";
import { Editor } from "../test/unit/language-server/editor.ts";

const program = resolve(import.meta.dirname, "../dist/language-server.js");
const uri = `file://${join("/", "bench", "catalog.yaml")}`;
/** Text of an entry that is typed in the middle, one key at a time. */
const typed = `  - id: new-one
    tags: [dev, x]
    runtime:
      type: local-process
      command: npx
      args: ["-y", "some-server"]
    env:
      TOKEN: \${HOME}
`;

for (const count of [100, 1_000]) await measure(count);

async function measure(count: number): Promise<void> {
  const child = spawn(process.execPath, [program, "--stdio"], { stdio: ["pipe", "pipe", "inherit"] });
  const editor = await new Editor(child.stdout, child.stdin).start();
  const text = largeCatalog(count);
  const opened = await timed(() => editor.open(uri, text));
  const line =
    text.slice(0, text.indexOf(`  - id: server-${Math.floor(count / 8) * 4}`)).split("\n").length - 1;
  const times = { diagnostics: [] as number[], completion: [] as number[], hover: [] as number[] };
  let position = { line, character: 0 };
  for (let round = 0; round < 3; round++) {
    const first = position;
    for (const key of typed) {
      const range = { start: position, end: position };
      const start = performance.now();
      const checked = editor.edit(uri, [{ range, text: key }]);
      position =
        key === "\n"
          ? { line: position.line + 1, character: 0 }
          : { ...position, character: position.character + 1 };
      const completed = editor.complete(uri, position);
      const hovered = editor.hover(uri, {
        line: position.line,
        character: Math.max(0, position.character - 1),
      });
      const note = (list: number[]) => () => void list.push(performance.now() - start);
      await Promise.all([
        checked.then(note(times.diagnostics)),
        completed.then(note(times.completion)),
        hovered.then(note(times.hover)),
      ]);
    }
    await editor.edit(uri, [{ range: { start: first, end: position }, text: "" }]);
    position = first;
  }
  console.log(
    `${count} servers, ${Math.round(text.length / 1024)} KB: opened and checked in ${opened.toFixed(0)} ms`,
  );
  for (const [what, list] of Object.entries(times)) console.log(`  ${what.padEnd(12)} ${summary(list)}`);
  await editor.stop({ exit: true });
  await measureWhole(text, line);
}

/** Measures the same requests for the whole file, without incremental work. */
async function measureWhole(text: string, line: number): Promise<void> {
  const library = new YamlLibrary(`whole-${line}`, catalogSchema);
  const sources = headlessSources({ baseDir: "/" });
  const position = { line: line + 1, character: 4 };
  for (const [what, run] of Object.entries({
    check: (text: string) => checkCatalogText(text, { baseDir: "/", sources }),
    completion: (text: string) => library.complete(text, position),
    hover: (text: string) => library.hover(text, position),
  })) {
    const times: number[] = [];
    for (let round = 0; round < 8; round++) times.push(await timed(() => run(`${text}# ${round}\n`)));
    console.log(`  ${what.padEnd(12)} ${summary(times)} of the whole file`);
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

function summary(list: number[]): string {
  const sorted = list.toSorted((a, b) => a - b);
  const at = (part: number) =>
    (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0).toFixed(1);
  return `p50 ${at(0.5)} ms   p95 ${at(0.95)} ms   p99 ${at(0.99)} ms   max ${at(1)} ms   (${list.length} keys)`;
}
