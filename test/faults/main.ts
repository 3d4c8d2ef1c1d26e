/**
 * `npm run test:faults -- --calls N --faults N --kills N --seed S --minutes M --only PATTERN`. The pattern selects faults by
 * name.
 */

import { parseArgs } from "node:util";
import { type FaultReport, runFaults } from "./run-faults.ts";

const { values } = parseArgs({
  options: {
    calls: { type: "string", default: "1000000" },
    faults: { type: "string", default: "1000" },
    kills: { type: "string", default: "100" },
    seed: { type: "string", default: String(Math.floor(Math.random() * 2 ** 31)) },
    minutes: { type: "string" },
    only: { type: "string", default: "." },
  },
});

const seed = Number(values.seed);
console.log(`seed ${seed}: repeat with --seed ${seed}`);
const report = await runFaults({
  calls: Number(values.calls),
  faults: Number(values.faults),
  kills: Number(values.kills),
  seed,
  only: new RegExp(values.only),
  ...(values.minutes !== undefined && { minutes: Number(values.minutes) }),
  print: (line) => console.log(line),
});
print(report);
if (report.ledger.violationCount > 0) process.exitCode = 1;

function print({ ledger, executions, faults, kills, seconds, largestMb, log }: FaultReport): void {
  const { answered, error, excused } = ledger.counts;
  console.log(
    `\n${ledger.opened} calls in ${seconds.toFixed(0)} s, ${executions} of them executed by a server`,
  );
  console.log(`  ${answered} answered, ${error} answered with an error, ${excused} excused`);
  console.log(`  the largest resident memory of the gateway was ${largestMb.toFixed(0)} MB`);
  console.log(`${kills} kills of the gateway, and faults:`);
  for (const [name, count] of [...faults].sort()) console.log(`  ${String(count).padStart(5)} ${name}`);
  console.log("errors:");
  for (const [text, count] of [...ledger.errors].sort(([, a], [, b]) => b - a))
    console.log(`  ${String(count).padStart(7)} ${text}`);
  console.log(`${ledger.violationCount} violations, seed ${seed}`);
  for (const text of ledger.violations) console.log(`  ${text}`);
  if (ledger.violationCount > 0) console.log(`\nThe end of the gateway's log:\n${log.slice(-4_000)}`);
}
