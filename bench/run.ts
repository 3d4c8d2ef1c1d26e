/**
 * Compares the gateway with a minimal gateway (floor.mjs) in front of the same server: latency, throughput, CPU, memory and
 * start. Results are ratios, because machines differ. `npm run bench`, or parts of it: `node bench/run.ts engines`.
 */

import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { openCluster } from "../src/kube/cluster.ts";
import {
  clusterImage,
  nodeImage,
  testNamespace,
  withoutDocker,
  withoutKubernetes,
} from "../test/support/engines.ts";
import { initialize, load, type Target } from "./load.ts";
import { directStdio } from "./stdio-client.ts";

const root = resolve(import.meta.dirname, "..");
const servers = {
  "tiny server": [join(root, "test/fixtures/servers/echo.ts")],
  "server-everything": [join(root, "node_modules/@modelcontextprotocol/server-everything/dist/index.js")],
};
const rounds = 5;
const callsPerRound = 2_000;
const folder = await mkdtemp(join(tmpdir(), "gateway-bench-"));
const processes = new Set<ChildProcess>();

interface Subject {
  readonly name: string;
  readonly pid: number;
  readonly target: Target;
}

const parts: Readonly<Record<string, () => Promise<void>>> = {
  async calls() {
    for (const [name, args] of Object.entries(servers)) await compareCalls(name, args);
  },
  aggregate: compareAggregate,
  engines: compareEngines,
  memory: compareMemory,
  start: compareStart,
};

try {
  const selected = process.argv.slice(2);
  for (const [name, compare] of Object.entries(parts))
    if (selected.length === 0 || selected.includes(name)) await compare();
} finally {
  for (const child of processes) child.kill();
  await rm(folder, { recursive: true, force: true });
}

async function compareCalls(name: string, args: string[]): Promise<void> {
  const floor = await startFloor(args);
  const gateway = await startGateway(args);
  console.log(`\n${name}: ${rounds} rounds of ${callsPerRound} calls each, alternating`);
  const direct = await directStdio(process.execPath, args, callsPerRound);
  console.log(
    row([
      "direct stdio, 1 in flight",
      `p50 ${ms(percentile(direct, 50))}`,
      `p99 ${ms(percentile(direct, 99))}`,
    ]),
  );
  for (const inFlight of [1, 32, 128]) {
    const [ofFloor, ofGateway] = await inTurn([floor, gateway], inFlight);
    if (!ofFloor || !ofGateway) continue;
    report(`floor, ${inFlight} in flight`, ofFloor);
    report(`gateway, ${inFlight} in flight`, ofGateway);
    const p50 = ratio(ofGateway.p50, ofFloor.p50);
    const cpu = ofFloor.cpuMs > 0 ? `, CPU per call ${ratio(ofGateway.cpuMs, ofFloor.cpuMs)}` : "";
    console.log(
      row([
        `  gateway / floor`,
        `p50 ${p50}, throughput ${ratio(ofGateway.perSecond, ofFloor.perSecond)}${cpu}`,
      ]),
    );
  }
  for (const child of processes) child.kill();
  processes.clear();
}

/** Compares a server as a process, in a container and as a Job, behind one gateway. Skips engines that are not available. */
async function compareEngines(): Promise<void> {
  const cluster = withoutKubernetes ? undefined : await openCluster({}, root);
  const space = cluster && (await testNamespace(cluster.core));
  try {
    const entries = engineEntries(space?.namespace);
    if (entries.length === 1) return console.log(`\nEngines: ${withoutDocker}; ${withoutKubernetes}`);
    const { url, pid } = await startGatewayWith(entries);
    const subjects: Subject[] = [];
    for (const { id } of entries)
      subjects.push({ name: id, pid, target: await initialize(`${url}/${id}/mcp`) });
    console.log("\ntiny server, 1 in flight: as a local process and in engines");
    const [local, ...others] = await inTurn(subjects, 1);
    if (!local) return;
    report("local process", local);
    for (const [index, result] of others.entries()) {
      const name = subjects[index + 1]?.name ?? "";
      report(name, result);
      console.log(row([`  ${name} / local process`, `p50 ${ratio(result.p50, local.p50)}`]));
    }
    // This ends their containers and Jobs.
    await Promise.all(entries.map(({ id }) => fetch(`${url}/servers/${id}/stop`, { method: "POST" })));
    for (const child of processes) child.kill();
    processes.clear();
  } finally {
    await space?.remove();
  }
}

function engineEntries(namespace: string | undefined): { readonly id: string; readonly runtime: object }[] {
  const [file = ""] = servers["tiny server"];
  const volumes = [`${join(root, "test/fixtures/servers")}:/servers:ro`];
  const command = ["node", "/servers/echo.ts"];
  const docker = { type: "docker", image: nodeImage, args: command, volumes };
  const job = { type: "k8s-job", namespace, image: clusterImage, command };
  return [
    { id: "process", runtime: { type: "local-process", command: process.execPath, args: [file] } },
    ...(withoutDocker ? [] : [{ id: "docker", runtime: docker }]),
    ...(namespace === undefined ? [] : [{ id: "k8s-job", runtime: job }]),
  ];
}

/** Compares calls through a server's own endpoint and through `/mcp`, with 50 servers of 20 tools. */
async function compareAggregate(): Promise<void> {
  const runtime = (args: string[]) => ({ type: "local-process", command: process.execPath, args });
  const others = Array.from({ length: 49 }, (_, n) => ({
    id: `other-${n}`,
    runtime: runtime([join(root, "test/fixtures/servers/lists.ts")]),
    env: { TOOLS: "19" },
  }));
  const entries = [{ id: "bench", runtime: runtime(servers["tiny server"]) }, ...others];
  const { url, pid } = await startGatewayWith(entries);
  const own = { name: "own", pid, target: await initialize(`${url}/bench/mcp`) };
  const all = { name: "all", pid, target: { ...(await initialize(`${url}/mcp`)), tool: "bench__echo" } };
  console.log("\n50 servers, 20 tools each");
  await list(all.target);
  await Promise.all(others.map(({ id }) => fetch(`${url}/servers/${id}/stop`, { method: "POST" })));
  const began = performance.now();
  const tools = await list(all.target);
  console.log(row([`all servers: list of ${tools} tools, servers stopped`, ms(performance.now() - began)]));
  for (const inFlight of [1, 32]) {
    const [ofOwn, ofAll] = await inTurn([own, all], inFlight);
    if (!ofOwn || !ofAll) continue;
    report(`own endpoint, ${inFlight} in flight`, ofOwn);
    report(`all servers, ${inFlight} in flight`, ofAll);
    console.log(
      row([
        "  all servers / own endpoint",
        `p50 ${ratio(ofAll.p50, ofOwn.p50)}`,
        `CPU ${ratio(ofAll.cpuMs, ofOwn.cpuMs)}`,
      ]),
    );
  }
  for (const child of processes) child.kill();
  processes.clear();
}

async function list({ url, headers }: Target): Promise<number> {
  const body = JSON.stringify({ jsonrpc: "2.0", id: "list", method: "tools/list" });
  const response = await fetch(url, { method: "POST", headers, body });
  const text = await response.text();
  const json = text.startsWith("{") ? text : (text.split("data: ").at(-1) ?? "");
  return (JSON.parse(json) as { result: { tools: unknown[] } }).result.tools.length;
}

interface Result {
  readonly p50: number;
  readonly p99: number;
  readonly perSecond: number;
  readonly cpuMs: number;
  readonly errors: number;
}

/** Runs rounds in turn, so that a slow phase of the machine affects all subjects. Returns medians of the rounds. */
async function inTurn(subjects: readonly Subject[], inFlight: number): Promise<Result[]> {
  const results = subjects.map((): Result[] => []);
  for (const { target } of subjects) await load(target, 500, inFlight);
  for (let round = 0; round < rounds; round++) {
    for (const [index, subject] of subjects.entries()) results[index]?.push(await measure(subject, inFlight));
  }
  return results.map((list) => ({
    p50: median(list.map(({ p50 }) => p50)),
    p99: median(list.map(({ p99 }) => p99)),
    perSecond: median(list.map(({ perSecond }) => perSecond)),
    // CPU time has a coarse resolution, so only the sum of all rounds is exact enough.
    cpuMs: list.reduce((sum, { cpuMs }) => sum + cpuMs, 0) / list.length,
    errors: list.reduce((sum, { errors }) => sum + errors, 0),
  }));
}

async function measure({ pid, target }: Subject, inFlight: number): Promise<Result> {
  const cpuBefore = await cpuMs(pid);
  const { latenciesMs, errors, elapsedMs } = await load(target, callsPerRound, inFlight);
  return {
    p50: percentile(latenciesMs, 50),
    p99: percentile(latenciesMs, 99),
    perSecond: (callsPerRound / elapsedMs) * 1000,
    cpuMs: ((await cpuMs(pid)) - cpuBefore) / callsPerRound,
    errors,
  };
}

async function compareMemory(): Promise<void> {
  const bare = start([join(root, "bench/bare.mjs"), "0"]);
  const bareUrl = await firstMatch(bare, /(http:\S+)/);
  const gateway = await startGateway(servers["tiny server"], false);
  console.log("\nMemory of the process, resident (without its servers, which are separate processes)");
  await compareResident("idle since the start", bare.pid ?? 0, gateway.pid);
  await load({ url: bareUrl, headers: {} }, callsPerRound, 8);
  await load(await initialize(gateway.target.url), callsPerRound, 8);
  await compareResident(`idle after ${callsPerRound} calls`, bare.pid ?? 0, gateway.pid);
}

async function compareResident(when: string, barePid: number, gatewayPid: number): Promise<void> {
  await wait(3_000);
  const [ofBare, ofGateway] = [await residentMb(barePid), await residentMb(gatewayPid)];
  console.log(row([`bare Node HTTP server, ${when}`, `${ofBare.toFixed(1)} MB`]));
  console.log(
    row([`gateway, ${when}`, `${ofGateway.toFixed(1)} MB`, `+${(ofGateway - ofBare).toFixed(1)} MB`]),
  );
}

async function compareStart(): Promise<void> {
  const runtime = { type: "local-process", command: process.execPath, args: servers["tiny server"] };
  const catalog = await writeCatalog([{ id: "bench", runtime }]);
  const bare: number[] = [];
  const gateway: number[] = [];
  const args = [join(root, "dist/gateway-http.js"), "--catalog", catalog, "--listen-addr", "127.0.0.1:0"];
  for (let round = 0; round < 11; round++) {
    bare.push(await timeToAnswer([join(root, "bench/bare.mjs"), "0"]));
    gateway.push(await timeToAnswer(args));
  }
  const [ofBare, ofGateway] = [median(bare), median(gateway)];
  console.log("\nStart: from the start of the process to the first response of /health (median of 11)");
  console.log(row(["bare Node HTTP server", ms(ofBare)]));
  console.log(row(["gateway-http", `${ms(ofGateway)} (+${ms(ofGateway - ofBare)})`]));
}

async function timeToAnswer(args: string[]): Promise<number> {
  const began = performance.now();
  const child = start(args);
  const exited = new Promise((done) => child.once("exit", done));
  await answerOf(`${await firstMatch(child, /(http:[^\s]+)/)}/health`);
  const elapsed = performance.now() - began;
  child.kill();
  await exited;
  return elapsed;
}

function answerOf(url: string): Promise<void> {
  return new Promise((done, failed) => {
    const sent = request(url, { agent: false }, (response) => response.resume().on("end", done));
    sent.on("error", failed);
    sent.end();
  });
}

async function startFloor(args: string[]): Promise<Subject> {
  const child = start([join(root, "bench/floor.mjs"), process.execPath, ...args]);
  const url = await firstMatch(child, /(http:\S+)/);
  return { name: "floor", pid: child.pid ?? 0, target: await initialize(url) };
}

async function startGateway(args: string[], begin = true): Promise<Subject> {
  const runtime = { type: "local-process", command: process.execPath, args };
  const gateway = await startGatewayWith([{ id: "bench", runtime }]);
  const url = `${gateway.url}/bench/mcp`;
  return { name: "gateway", pid: gateway.pid, target: begin ? await initialize(url) : { url, headers: {} } };
}

async function startGatewayWith(entries: object[]): Promise<{ url: string; pid: number }> {
  const catalog = await writeCatalog(entries);
  const address = ["--listen-addr", "127.0.0.1:0"];
  const child = start([join(root, "dist/gateway-http.js"), "--catalog", catalog, ...address]);
  return { url: await firstMatch(child, /listening on (http:\S+)/), pid: child.pid ?? 0 };
}

async function writeCatalog(entries: object[]): Promise<string> {
  const path = join(folder, "catalog.yaml");
  await writeFile(path, JSON.stringify({ servers: entries }));
  return path;
}

function start(args: string[]): ChildProcess {
  const env = { ...process.env, MCP_GATEWAY_CACHE_DIR: join(folder, "cache") };
  const child = spawn(process.execPath, args, { env, stdio: ["ignore", "pipe", "ignore"] });
  processes.add(child);
  return child;
}

function firstMatch(child: ChildProcess, pattern: RegExp): Promise<string> {
  return new Promise((found, failed) => {
    let text = "";
    child.once("exit", (code) => failed(new Error(`exited with ${code}`)));
    child.once("exit", () => processes.delete(child));
    child.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
      const match = pattern.exec(text)?.[1];
      if (match !== undefined) found(match);
    });
  });
}

/** User and system time of a process in ms; 0 on systems other than Linux. */
async function cpuMs(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) * 10;
}

async function residentMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? Number.NaN) / 1024;
}

function report(name: string, { p50, p99, perSecond, cpuMs: cpu, errors }: Result): void {
  const cells = [
    `p50 ${ms(p50)}`,
    `p99 ${ms(p99)}`,
    `${Math.round(perSecond)}/s`,
    `CPU ${(cpu * 1000).toFixed(0)} µs`,
  ];
  console.log(row([name, ...cells, `${errors} errors`]));
}

function row([name = "", ...cells]: string[]): string {
  return `  ${name.padEnd(46)}${cells.map((cell) => cell.padEnd(16)).join("")}`.trimEnd();
}

function median(values: readonly number[]): number {
  return percentile(values, 50);
}

function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? Number.NaN;
}

function ratio(a: number, b: number): string {
  return `${(a / b).toFixed(2)}×`;
}

function ms(value: number): string {
  return `${value.toFixed(value < 10 ? 2 : 0)} ms`;
}
