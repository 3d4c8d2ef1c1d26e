/** Tests the thread that reads whole files: it gives the same list, and no text holds it up for ever. */
import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import test from "node:test";
import {
  type FullCheckLimits,
  FullCheckWorker,
} from "../../../../language-server/documents/full-check-worker.ts";
import { checkCatalogText } from "../../../../src/catalog/checks/check-catalog.ts";
import { headlessSources } from "../../../../src/catalog/variables/headless-sources.ts";
import { largeCatalog } from "../../../support/mutated-catalogs.ts";

const program = new URL("../../../../language-server/documents/full-check-thread.ts", import.meta.url);
const baseDir = tmpdir();
const processEnv = { PATH: "/bin" };
const around = { baseDir, processEnv, secretsDir: "/nowhere", types: [] };
const never = new AbortController().signal;

async function withCheck(
  limits: Partial<FullCheckLimits>,
  use: (check: FullCheckWorker) => Promise<void>,
): Promise<void> {
  const check = new FullCheckWorker(program, limits);
  try {
    await use(check);
  } finally {
    await check.close();
  }
}

test("the list is the same as that of --validate", () =>
  withCheck({}, async (check) => {
    const text = `${largeCatalog(8)}  - *nowhere\n`;
    const expected = await checkCatalogText(text, { baseDir, sources: headlessSources(around) });
    assert.ok(expected.length > 0);
    assert.deepEqual(await check.ask({ text, ...around }, never), expected);
    const empty = await check.ask({ text: "servers: []\n", ...around }, never);
    assert.deepEqual(empty, []);
  }));

const quotes = `servers:\n  - id: ${'"'.repeat(3_000_000)}\n`;

test("a text that takes too long or too much memory gets a problem about it, and the next text is read", async () => {
  for (const limits of [{ longestMs: 50 }, { mostMb: 40 }]) {
    await withCheck({ ...limits }, async (check) => {
      const [problem] = await check.ask({ text: quotes, ...around }, never);
      assert.equal(problem?.message, "Cannot be checked, because reading it takes too much time or memory");
    });
  }
  await withCheck({ mostMb: 40 }, async (check) => {
    await check.ask({ text: quotes, ...around }, never);
    assert.deepEqual(await check.ask({ text: "servers: []\n", ...around }, never), []);
  });
});

test("a text that is no longer needed is given up", () =>
  withCheck({}, async (check) => {
    const stop = new AbortController();
    const answer = check.ask({ text: quotes, ...around }, stop.signal);
    const next = check.ask({ text: "servers: []\n", ...around }, never);
    stop.abort();
    await assert.rejects(answer, { name: "AbortError" });
    assert.deepEqual(await next, []);
  }));
