/**
 * Runs the public conformance suites against the reference server, directly and through the gateway, and prints the
 * results. Exits with 1 when fewer scenarios of a suite pass than required, at any target.
 *
 * `node test/conformance/run.ts [--target NAME]… [--suite NAME]… [--scenario NAME]`
 */

import { parseArgs } from "node:util";
import { Cleanup } from "./run/cleanup.ts";
import { type Outcome, runClientSuite, runSuite, type Suite, suites } from "./run/suites.ts";
import { type Column, passes, table } from "./run/table.ts";
import { type Target, targets } from "./run/targets.ts";

const { values: flags } = parseArgs({
  options: {
    target: { type: "string", multiple: true },
    suite: { type: "string", multiple: true },
    scenario: { type: "string" },
  },
});

const chosenSuites = chosen("suite", suites, flags.suite);
const results = new Map<Suite, Column[]>(chosenSuites.map((suite) => [suite, []]));
for (const target of chosen("target", targets, flags.target)) {
  for (const era of ["initialize", "stateless"] as const) await runAgainst(target, era);
}
for (const [suite, columns] of results) if (flags.target === undefined) await runAsClient(suite, columns);
for (const [suite, columns] of results) console.log(`\n${table(suite, columns)}`);
process.exitCode = [...results].every(([suite, columns]) => columns.every(reached(suite))) ? 0 : 1;

function chosen<Named extends { readonly name: string }>(
  kind: string,
  all: readonly Named[],
  names: readonly string[] | undefined,
): readonly Named[] {
  const unknown = names?.find((name) => !all.some((one) => one.name === name));
  if (unknown !== undefined) {
    throw new Error(`No ${kind} '${unknown}': there are ${all.map(({ name }) => name).join(", ")}`);
  }
  return all.filter(({ name }) => names?.includes(name) ?? true);
}

async function runAgainst(target: Target, era: Suite["era"]): Promise<void> {
  const wanted = [...results].filter(
    ([suite]) => !suite.scenarios && suite.era === era && !target.without?.includes(suite.name),
  );
  if (wanted.length === 0) return;
  const cleanup = new Cleanup();
  try {
    const url = await target.start(cleanup);
    console.log(`\n${target.name}: ${target.what}, ${url}`);
    for (const [suite, columns] of wanted) {
      const outcomes = await runSuite(suite, url, flags.scenario);
      report(suite, outcomes);
      columns.push({ target: target.name, outcomes });
    }
  } finally {
    await cleanup.run();
  }
}

/** Here the gateway is the client of servers that the suite starts. */
async function runAsClient(suite: Suite, columns: Column[]): Promise<void> {
  if (!suite.scenarios) return;
  console.log("\ngateway: gateway-http with the suite's server as remote-sse");
  const outcomes = await runClientSuite(suite, flags.scenario);
  report(suite, outcomes);
  columns.push({ target: "gateway", outcomes });
}

function report(suite: Suite, outcomes: readonly Outcome[]): void {
  console.log(`  ${suite.name}: ${passes(outcomes)} passed`);
  for (const { scenario, counts, remarks } of outcomes) {
    for (const remark of counts ? remarks : []) console.log(`    ${scenario}: ${remark}`);
  }
}

/** A single scenario only has to pass. */
function reached(suite: Suite): (column: Column) => boolean {
  if (flags.scenario !== undefined) return ({ outcomes }) => outcomes.every(({ passed }) => passed);
  return ({ outcomes }) => passes(outcomes) >= suite.expected;
}
