/** Whatever happens to a catalog in an editor, parsing gives entries or problems and never throws. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import test from "node:test";
import { parseCatalog } from "../../../src/catalog/parse.ts";
import { hasErrors, problemLine } from "../../../src/catalog/text/problem.ts";

const folder = new URL("../../fixtures/catalogs/", import.meta.url);
const originals = readdirSync(folder)
  .filter((name) => name.endsWith(".catalog") && name !== "billion-laughs.catalog")
  .map((name) => readFileSync(new URL(name, folder), "utf8"));

/** The same numbers in every run: a failure can be repeated. */
function numbersFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const inserted = [
  "\t",
  "\r\n",
  "🎉",
  "\0",
  "&a ",
  "*a",
  "<<: *a",
  "---\n",
  "...\n",
  "!x ",
  "${",
  "}",
  "'",
  '"',
  ": ",
  "- ",
  "#",
  "|\n",
  "? ",
  "%YAML 1.1\n",
  "\uD800",
  "\uFEFF",
];

function mutate(text: string, next: (below: number) => number): string {
  const at = next(text.length + 1);
  const end = Math.min(text.length, at + next(30));
  const lines = text.split("\n");
  const line = next(lines.length);
  switch (next(6)) {
    case 0:
      return text.slice(0, at);
    case 1:
      return text.slice(0, at) + text.slice(end);
    case 2:
      return text.slice(0, at) + (inserted[next(inserted.length)] ?? "") + text.slice(at);
    case 3:
      return [...lines.slice(0, line), lines[line], ...lines.slice(line)].join("\n");
    case 4:
      return lines.map((each, index) => (index === line ? each.replace(/^ +/, "\t") : each)).join("\n");
    default:
      return text.replaceAll("\n", "\r\n");
  }
}

test("3,000 mutated catalogs never throw, and every problem has a place in its text", () => {
  const next = numbersFrom(20260131);
  for (let round = 0; round < 3_000; round++) {
    let text = originals[next(originals.length)] ?? "";
    for (let times = next(4); times >= 0; times--) text = mutate(text, next);
    check(text);
  }
});

function check(text: string): void {
  try {
    const { problems, entries } = parseCatalog(text);
    const lineCount = text.split("\n").length;
    for (const problem of problems) {
      assert.ok(problem.line >= 1 && problem.line <= lineCount);
      assert.ok(problem.column >= 1 && problem.endLine >= problem.line);
      assert.match(problemLine("f", problem), /^f:\d+:\d+: .+$/);
    }
    if (!hasErrors(problems)) for (const entry of entries) assert.match(entry.id, /^[a-z0-9]/);
  } catch (error) {
    throw new Error(`failed on ${JSON.stringify(text)}`, { cause: error });
  }
}
