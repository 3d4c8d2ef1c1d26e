/** `npm run test:fuzz -- --inputs N --seed S --only PATTERN`. The pattern selects properties by name. */

import { parseArgs } from "node:util";
import { fuzz } from "./all-properties.ts";
import { resultLine } from "./property.ts";

const { values } = parseArgs({
  options: {
    inputs: { type: "string", default: "1000000" },
    seed: { type: "string", default: String(Math.floor(Math.random() * 2 ** 31)) },
    only: { type: "string", default: "." },
  },
});

const seed = Number(values.seed);
console.log(`seed ${seed}: repeat with --seed ${seed}`);
const options = { inputs: Number(values.inputs), seed, only: new RegExp(values.only) };
const results = await fuzz(options, (result) => {
  console.log(resultLine(result, seed));
  if (result.failure !== undefined) console.log(result.failure.replaceAll(/^/gm, "    "));
});
const failed = results.filter(({ failure }) => failure !== undefined).length;
const inputs = results.reduce((sum, result) => sum + result.inputs, 0);
console.log(`${results.length} properties, ${inputs} inputs, ${failed} failed`);
if (failed > 0) process.exitCode = 1;
