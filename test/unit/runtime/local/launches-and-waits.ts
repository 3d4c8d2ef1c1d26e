/**
 * A program that relates to the runtime as a gateway does. It starts each local process given as an argument
 * (`["command", "arg"…]` in JSON), performs the handshake, and writes `{"watchdog":pid}` as one line. A line on
 * its stdin makes it stop all processes and end normally. The end of its stdin does not.
 */

import { once } from "node:events";
import { createInterface } from "node:readline";
import { LocalProcessRuntime } from "../../../../src/runtime/local/local-process-runtime.ts";
import { ProcessTracker } from "../../../../src/runtime/local/process-tracker.ts";
import { Probe } from "../../../contract/probe.ts";

const processes = new ProcessTracker();
const runtime = new LocalProcessRuntime(processes, 300);

const probes = process.argv.slice(2).map(async (argument) => {
  const [command, ...args] = JSON.parse(argument);
  const config = { type: "local-process" as const, command, args };
  const launch = {
    id: "x",
    runtime: config,
    env: {},
    baseDir: process.cwd(),
    redact: (text: string) => text,
    hide: () => undefined,
  };
  const probe = await Probe.start(runtime, launch);
  await probe.initialize();
  // If the server has children, they are ready before it answers.
  if (argument.includes("grandchild")) await probe.tool("grandchildren");
  return probe;
});

await Promise.all(probes);
console.log(JSON.stringify({ watchdog: processes.watchdogPid }));
await once(createInterface({ input: process.stdin }), "line");
await Promise.all(probes.map(async (probe) => (await probe).stop()));
await processes.close();
// No other handle may keep the program from ending.
process.stdin.destroy();
