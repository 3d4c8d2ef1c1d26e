/**
 * A window that takes the lock several times and then crashes while it holds it. Arguments: the folder of the records, a
 * log that all windows append to, and the number of times.
 */

import { appendFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { GatewayRecords } from "../../../../src/vscode/gateway/gateway-records.ts";

const [folder = "", log = "", times = "1"] = process.argv.slice(2);
const records = new GatewayRecords(folder);
const report = (event: string) => appendFileSync(log, `${process.pid} ${event}\n`);

for (let time = 1; time < Number(times); time++)
  await records.locked(async () => {
    report("enters");
    await wait(1);
    report("leaves");
  });
await records.locked(async () => {
  report("enters");
  await wait(1);
  report("leaves");
  process.kill(process.pid, "SIGKILL");
  await wait(10_000);
});
