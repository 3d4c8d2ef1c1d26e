/** Whatever is typed into a catalog in an editor, parsing returns entries or problems and never throws. */
import assert from "node:assert/strict";
import test from "node:test";
import { parseCatalog } from "../../../src/catalog/parse-catalog.ts";
import { hasErrors, problemLine } from "../../../src/catalog/text/problem.ts";
import { fixtureCatalogs, mutate, numbersFrom } from "../../support/mutated-catalogs.ts";

test("3,000 mutated catalogs never throw, and every problem has a place in its text", () => {
  const next = numbersFrom(20260131);
  for (let round = 0; round < 3_000; round++) {
    let text = fixtureCatalogs[next(fixtureCatalogs.length)] ?? "";
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
