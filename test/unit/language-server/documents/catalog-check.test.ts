/** Checking entry by entry gives the same list as `--validate`, after every edit. */
import assert from "node:assert/strict";
import { dirname } from "node:path";
import test from "node:test";
import { fileURLToPath } from "node:url";
import type { CatalogFindings } from "../../../../language-server/documents/catalog-check.ts";
import { CatalogCheck } from "../../../../language-server/documents/catalog-check.ts";
import { checkCatalogText, checkParsedCatalog } from "../../../../src/catalog/checks/check-catalog.ts";
import type { HostEnvironment } from "../../../../src/catalog/checks/host-checks.ts";
import { parseCatalog } from "../../../../src/catalog/parse-catalog.ts";
import { noPluginTypes } from "../../../../src/catalog/plugin-types.ts";
import { problemLine } from "../../../../src/catalog/text/problem.ts";
import type { VariableSources } from "../../../../src/catalog/variables/variable-lookup.ts";
import { fixtureCatalogs, largeCatalog, mutate, numbersFrom } from "../../../support/mutated-catalogs.ts";

const baseDir = dirname(fileURLToPath(import.meta.url));
const sources: VariableSources = {
  env: (name) => ({ PATH: "/bin", HOME: "/home/me" })[name],
  secret: async (name) => (name.endsWith("1") ? undefined : "value"),
  workspaceFolder: baseDir,
  userHome: "/home/me",
};
const machine: HostEnvironment = {
  platform: "linux",
  isExecutable: async (path) => path === "/bin/npx" || path === "/bin/node",
  isFolder: async () => true,
  isFile: async (path) => path.endsWith(".env"),
  exists: async () => true,
};
const never = new AbortController().signal;
const newCheck = () =>
  new CatalogCheck({
    types: () => noPluginTypes,
    examine: (catalog) => checkParsedCatalog(catalog, { baseDir, sources, machine }),
  });

async function expectEqual(findings: CatalogFindings, text: string): Promise<boolean> {
  assert.notEqual(findings.kind, "outdated");
  if (findings.kind !== "checked") return false;
  const whole = await checkCatalogText(text, { baseDir, sources, machine });
  const shown = (problems: typeof whole) =>
    problems.map((problem) => `${problemLine("f", problem)} ${problem.endLine}:${problem.endColumn}`);
  assert.deepEqual(shown([...findings.problems]), shown(whole), JSON.stringify(text));
  assert.deepEqual(findings.problems, whole, JSON.stringify(text));
  return true;
}

test("3,000 random edits of the fixtures give the same list as reading the file as a whole", async () => {
  const next = numbersFrom(20260214);
  let checked = 0;
  for (let round = 0; round < 1_000; round++) {
    let text = fixtureCatalogs[next(fixtureCatalogs.length)] ?? "";
    const check = newCheck();
    for (let edit = 0; edit < 3; edit++) {
      text = mutate(text, next);
      if (await expectEqual(await check.check(text, never), text)) checked++;
    }
  }
  assert.ok(checked > 500, `${checked} of 3,000 were checked by entry`);
});

test("3,000 random edits of one catalog of 12 servers, one after the other, give the same list", async () => {
  const next = numbersFrom(7);
  const original = largeCatalog(12);
  let checked = 0;
  let check = newCheck();
  let text = original;
  for (let edit = 0; edit < 3_000; edit++) {
    if (edit % 6 === 0) text = original;
    if (edit % 60 === 0) check = newCheck();
    text = mutate(text, next);
    if (await expectEqual(await check.check(text, never), text)) checked++;
  }
  assert.ok(checked > 800, `${checked} of 3,000 were checked by entry`);
});

for (const isOvertaken of [false, true])
  test(`results that are forgotten while a check runs${isOvertaken ? ", then given up," : ""} do not come back`, async (t) => {
    // Each entry takes some time, and other work gets a turn after each entry.
    let now = 0;
    t.mock.method(performance, "now", () => (now += 100));
    const overtaken = new AbortController();
    let isNew = false;
    let examined = 0;
    const check: CatalogCheck = new CatalogCheck({
      types: () => noPluginTypes,
      examine: async ({ problems }) => {
        const [problem] = parseCatalog("").problems;
        const found = isNew || problem === undefined ? problems : [problem];
        if (++examined === 3) {
          isNew = true;
          check.forget();
          if (isOvertaken) overtaken.abort();
        }
        return found;
      },
    });
    const text = largeCatalog(12);
    const first = await check.check(text, overtaken.signal);
    assert.equal(first.kind, isOvertaken ? "outdated" : "checked");
    const second = await check.check(text, never);
    assert.deepEqual(second.kind === "checked" && second.problems, []);
  });
