/**
 * Load with faults: clients of all kinds call tools through a real gateway while servers, connections, files, clients and
 * the gateway itself fail. An oracle counts every request (ledger.ts). The seed decides everything that is random here.
 */

import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { numbersFrom } from "../support/mutated-catalogs.ts";
import {
  type LoadClient,
  SessionClient,
  SimpleClient,
  SseClient,
  StatelessClient,
  StdioLoadClient,
} from "./clients.ts";
import { entriesOf, entriesText } from "./entries.ts";
import { type Fault, type FaultSite, faults, killGateway } from "./fault-kinds.ts";
import { GatewayProcess } from "./gateway-process.ts";
import { Ledger } from "./ledger.ts";
import { Remote } from "./remote.ts";
import { World } from "./world.ts";

export interface FaultOptions {
  readonly calls: number;
  readonly faults: number;
  readonly kills: number;
  readonly seed: number;
  /** Selects faults by name. */
  readonly only?: RegExp;
  /** Ends the run after this time, whatever is left. */
  readonly minutes?: number;
  readonly print: (line: string) => void;
}

export interface FaultReport {
  readonly ledger: Ledger;
  readonly executions: number;
  /** How often each fault occurred. */
  readonly faults: ReadonlyMap<string, number>;
  readonly kills: number;
  readonly seconds: number;
  readonly largestMb: number;
  readonly log: string;
}

const lanes = 3;
const recoveryMs = 60_000;
const diskBytes = 512 * 1024;

export async function runFaults(options: FaultOptions): Promise<FaultReport> {
  const folder = await mkdtemp(join(tmpdir(), "gateway-faults-"));
  const smallDisk = await openSmallDisk(folder);
  const executions = join(folder, "executions");
  const broken = join(folder, "broken");
  await writeFile(executions, "");
  const remote = new Remote({ EXECUTIONS: executions });
  const cacheDir = typeof smallDisk === "string" ? smallDisk : join(folder, "cache");
  const gateway = new GatewayProcess(folder, cacheDir);
  try {
    await remote.start();
    const entries = entriesOf({ executions, broken }, remote.url);
    await gateway.writeCatalog(entriesText(entries));
    await gateway.start();
    const world = new World(new Ledger(), gateway, numbersFrom(options.seed));
    const site = { world, remote, entries, brokenFile: broken, smallDisk };
    const begun = performance.now();
    const occurred = await loadWithFaults(site, options);
    const { code, orphans } = await gateway.end("SIGTERM");
    if (code !== 0) world.ledger.violate(`the gateway exited with ${code} at the end`);
    if (orphans.length > 0) world.ledger.violate(`${orphans.length} processes are left at the end`);
    await remote.stop();
    world.ledger.checkAllEnded();
    const executed = await world.ledger.checkExecutions(executions);
    return {
      ledger: world.ledger,
      executions: executed,
      faults: occurred.faults,
      kills: occurred.kills,
      seconds: (performance.now() - begun) / 1_000,
      largestMb: gateway.largestMb,
      log: gateway.log,
    };
  } finally {
    await gateway.end("SIGKILL");
    await remote.stop().catch(() => undefined);
    if (typeof smallDisk === "string") spawnSync("umount", [smallDisk]);
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** A file system that a test can fill. Only an administrator of Linux can make one. */
async function openSmallDisk(folder: string): Promise<string | { readonly missing: string }> {
  const path = join(folder, "small");
  await mkdir(path);
  if (process.platform !== "linux") return { missing: "tmpfs exists on Linux only" };
  const { status, stderr } = spawnSync("mount", ["-t", "tmpfs", "-o", `size=${diskBytes}`, "tmpfs", path], {
    encoding: "utf8",
  });
  return status === 0 ? path : { missing: `a small tmpfs cannot be mounted: ${stderr?.trim()}` };
}

function clientsOf(world: World): LoadClient[] {
  const all = ["alpha__", "beta__", "far__"];
  return [
    new SessionClient(world, "/alpha/mcp", { listens: true }),
    new SessionClient(world, "/alpha/mcp"),
    new StatelessClient(world, "/alpha/mcp"),
    new SessionClient(world, "/beta/mcp"),
    new StatelessClient(world, "/beta/mcp"),
    new SessionClient(world, "/own/mcp"),
    new SessionClient(world, "/own/mcp", { listens: true }),
    new SessionClient(world, "/far/mcp", { listens: true }),
    new StatelessClient(world, "/far/mcp"),
    new SessionClient(world, "/mcp", { listens: true, prefixes: [...all, "own__"] }),
    new StatelessClient(world, "/mcp", all),
    new SimpleClient(world, "beta"),
    new SseClient(world, "/alpha/sse"),
    new StdioLoadClient(world, "beta"),
  ];
}

type Event = readonly [name: string, run: Fault];

interface Occurred {
  readonly faults: Map<string, number>;
  kills: number;
}

async function loadWithFaults(site: FaultSite, options: FaultOptions): Promise<Occurred> {
  const { world } = site;
  const { print } = options;
  const clients = clientsOf(world);
  const events = eventsOf(site, options);
  const occurred: Occurred = { faults: new Map(), kills: 0 };
  const endsAt = performance.now() + (options.minutes ?? Number.POSITIVE_INFINITY) * 60_000;
  const perEvent = options.calls / (events.length + 1);
  let printed = performance.now();
  world.quota = perEvent;
  const running = clients.map((client) => client.run(lanes));
  try {
    await recovered(world, clients);
    for (const [index, [name, run]] of events.entries()) {
      await openedCalls(world, perEvent * (index + 1), endsAt);
      if (performance.now() > endsAt) break;
      world.fault = name;
      world.phase++;
      world.quota = perEvent * (index + 2);
      await run(site);
      await recovered(world, clients);
      await world.gateway.sampleMemory();
      if (run === killGateway) occurred.kills++;
      else occurred.faults.set(name, (occurred.faults.get(name) ?? 0) + 1);
      if (performance.now() - printed > 30_000) {
        print(progressLine(world, index + 1, events.length));
        printed = performance.now();
      }
    }
    await openedCalls(world, options.calls, endsAt);
  } finally {
    world.isOver = true;
    await Promise.all(running);
  }
  return occurred;
}

function progressLine({ ledger, gateway }: World, done: number, all: number): string {
  const { answered, error, excused } = ledger.counts;
  const counts = `${answered} answered, ${error} errors, ${excused} excused, ${ledger.violationCount} violations`;
  return `${done} of ${all} faults and kills; ${counts}; largest ${gateway.largestMb.toFixed(0)} MB`;
}

/** Every kind of fault in turn, shuffled, with the kills in between. */
function eventsOf({ world, smallDisk }: FaultSite, options: FaultOptions): Event[] {
  const skipped = typeof smallDisk === "string" ? [] : ["disk is full"];
  if (typeof smallDisk !== "string" && options.faults > 0)
    options.print(`skipped: disk is full (${smallDisk.missing})`);
  const { only = /./ } = options;
  const kinds = Object.entries(faults).filter(([name]) => !skipped.includes(name) && only.test(name));
  if (kinds.length === 0) throw new Error(`no fault has a name like ${only}`);
  const events: Event[] = [];
  while (events.length < options.faults) events.push(...shuffled(kinds, world.random));
  events.length = options.faults;
  for (let n = 0; n < options.kills; n++)
    events.splice(world.random(events.length + 1), 0, ["gateway is killed", killGateway]);
  return events;
}

function shuffled<T>(items: readonly T[], random: (below: number) => number): T[] {
  const left = [...items];
  return items.flatMap(() => left.splice(random(left.length), 1));
}

async function openedCalls({ ledger }: World, count: number, endsAt: number): Promise<void> {
  while (ledger.opened < count && performance.now() < endsAt) await wait(5);
}

/** Waits until each client has a correct answer, within the limit. After that there must be no errors. */
async function recovered(world: World, clients: readonly LoadClient[]): Promise<void> {
  const before = clients.map(({ answered }) => answered);
  const deadline = performance.now() + recoveryMs;
  const waiting = () => clients.filter(({ answered }, index) => answered === before[index]);
  // A call from before the end of the fault may still fail, so each lane must finish its call first.
  while (waiting().length > 0 && performance.now() < deadline) await wait(5);
  for (const { name } of waiting())
    world.ledger.violate(`${name} did not recover from '${world.fault}' within ${recoveryMs} ms`);
  world.phase += world.phase % 2;
}
