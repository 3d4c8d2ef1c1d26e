/** A short run of all properties (`npm run test:fuzz` is the long one). */

import assert from "node:assert/strict";
import { test } from "node:test";
import { fuzz } from "./all-properties.ts";
import { resultLine } from "./property.ts";

const seed = 20_261_201;

test("every property holds for random inputs", async (t) => {
  const results = await fuzz({ inputs: 10_000, seed }, (result) => t.diagnostic(resultLine(result, seed)));
  const failures = results.flatMap(({ name, failure }) =>
    failure === undefined ? [] : `${name}: ${failure}`,
  );
  assert.deepEqual(failures, []);
  assert.ok(results.length >= 30, `${results.length} properties`);
});
