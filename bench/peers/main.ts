/**
 * Compares this gateway with other projects: `npm run bench -- --peers [--only calls,memory] [--write]`. Every figure is CPU
 * time or memory of the gateway's own process, or a time that has its ratio to the bare pipe. `--write` puts the table into
 * docs/performance.md. Requires Linux, and network access for the first run. Does not assert.
 */

import { mkdtemp, rm } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { measurements, type Row } from "./measurements.ts";
import { allSubjects, installPeers, root, stopAll } from "./subjects.ts";
import { tableOf, writeTable } from "./table.ts";

const { values } = parseArgs({
  options: {
    peers: { type: "boolean", default: false },
    only: { type: "string", default: Object.keys(measurements).join(",") },
    rounds: { type: "string", default: "5" },
    calls: { type: "string", default: "2000" },
    write: { type: "boolean", default: false },
  },
});

const programs = values.peers ? installPeers() : undefined;
const folder = await mkdtemp(join(tmpdir(), "gateway-peers-"));
const rows: Row[] = [];
const subjects = allSubjects(folder, programs);
try {
  const bench = {
    folder,
    programs,
    subjects,
    rounds: Number(values.rounds),
    callsPerRound: Number(values.calls),
    note: (text: string) => console.error(`  ${text}`),
  };
  for (const name of values.only.split(",")) {
    const measure = measurements[name];
    if (!measure)
      throw new Error(`there is no measurement '${name}': ${Object.keys(measurements).join(", ")}`);
    console.error(`measuring ${name}`);
    rows.push(...(await measure(bench)));
  }
} finally {
  await stopAll();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}
const names = subjects.map(({ name }) => name);
const machine = `Node.js ${process.version}, ${cpus().length} × ${cpus()[0]?.model.trim()}`;
const table = `${machine}\n\n${tableOf(names, rows)}`;
console.log(table);
if (values.write) await writeTable(join(root, "docs/performance.md"), table);
