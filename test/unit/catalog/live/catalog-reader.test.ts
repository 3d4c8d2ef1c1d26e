/** Tests that a catalog that is read again has the entries that a whole parse gives, and that only changes are parsed. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { CatalogReader } from "../../../../src/catalog/live/catalog-reader.ts";
import { parseCatalog } from "../../../../src/catalog/parse-catalog.ts";
import { hasErrors } from "../../../../src/catalog/text/problem.ts";
import { cpuMsOf } from "../../../support/cpu-time.ts";
import { fixtureCatalogs, mutate, numbersFrom } from "../../../support/mutated-catalogs.ts";

const server = (id: string, command = "node") =>
  `  - id: ${id}\n    runtime: { type: local-process, command: ${command} }\n`;
const catalog = (...servers: string[]) => `servers:\n${servers.join("")}`;

test("an entry without a change stays the same object, and the others are as in the text", () => {
  const reader = new CatalogReader();
  const before = reader.read(catalog(server("a"), server("b"), server("c"))).entries;
  const after = reader.read(catalog(server("a"), server("b", "deno"), server("c"), server("d"))).entries;
  assert.equal(after[0], before[0]);
  assert.equal(after[2], before[2]);
  assert.notEqual(after[1], before[1]);
  assert.deepEqual(
    after,
    parseCatalog(catalog(server("a"), server("b", "deno"), server("c"), server("d"))).entries,
  );
});

test("problems of a changed entry are those of the whole text, and the next valid text is read", () => {
  const reader = new CatalogReader();
  reader.read(catalog(server("a"), server("b"), server("c")));
  for (const wrong of [
    catalog(server("a"), server("a", "x"), server("c")),
    catalog(server("a"), "  - id: b\n    runtime: { type: x }\n", server("c")),
    catalog(server("a"), '  - id: "b\n', server("c")),
  ]) {
    assert.deepEqual(reader.read(wrong).problems, parseCatalog(wrong).problems);
    assert.ok(hasErrors(reader.read(wrong).problems));
  }
  const right = catalog(server("c"), server("a"));
  assert.deepEqual(reader.read(right).entries, parseCatalog(right).entries);
});

test("entries that depend on another entry are parsed together", () => {
  const reader = new CatalogReader();
  const runtime = "runtime: { type: local-process, command: node }";
  const linked = (value: string) =>
    catalog(
      server("x"),
      `  - id: a\n    env: &e { A: "${value}" }\n    ${runtime}\n`,
      `  - id: b\n    env: *e\n    ${runtime}\n`,
    );
  reader.read(linked("1"));
  assert.deepEqual(
    reader.read(linked("2")).entries.map(({ env }) => env?.["A"]),
    [undefined, "2", "2"],
  );
});

test("for 4,000 mutated catalogs, what is read is what a whole parse gives", () => {
  const next = numbersFrom(17);
  const many = catalog(...Array.from({ length: 12 }, (_, n) => server(`s${n}`)));
  const originals = [many, many, ...fixtureCatalogs];
  for (let round = 0; round < 400; round++) {
    const reader = new CatalogReader();
    let text = originals[next(originals.length)] ?? "";
    reader.read(text);
    for (let edit = 0; edit < 10; edit++) {
      const changed = mutate(text, next);
      const [read, whole] = [reader.read(changed), parseCatalog(changed)];
      const isValid = !hasErrors(whole.problems);
      assert.equal(!hasErrors(read.problems), isValid, JSON.stringify(changed));
      if (isValid) assert.deepEqual(read.entries, whole.entries, JSON.stringify(changed));
      else assert.deepEqual(read.problems, whole.problems, JSON.stringify(changed));
      if (isValid) text = changed;
    }
  }
});

test("a change of one entry of a thousand costs a small part of a whole parse", () => {
  const reader = new CatalogReader();
  const servers = Array.from({ length: 1_000 }, (_, n) => server(`server-${n}`));
  const whole = cpuMsOf(() => reader.read(catalog(...servers)));
  const changed = cpuMsOf(() => reader.read(catalog(...servers.slice(1), server("new"))));
  assert.ok(changed < whole / 4, `${changed} of ${whole} ms`);
});
