/** The gateways that are compared, all in front of the same server: the bare pipe, this gateway, and other projects. */

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import type { Agent } from "node:http";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { type BenchClient, SseClient, StatelessClient, StreamableClient } from "./clients.ts";

export const root = resolve(import.meta.dirname, "../..");
export const server = [join(root, "test/fixtures/servers/echo.ts")];
export const peers = { "mcp-hub": "4.2.1", "mcp-proxy": "6.7.19", supergateway: "4.0.0" } as const;

/** One gateway and the way to call the server through it. */
export interface Subject {
  readonly name: string;
  /** Starts a process at the port. */
  start(port: number): ChildProcess;
  open(port: number, agent?: Agent): Promise<BenchClient>;
  /** Whether each session starts a process of the server, so that hundreds of sessions are not measured. */
  readonly startsServerPerSession?: boolean;
}

export interface RunningSubject {
  readonly subject: Subject;
  readonly child: ChildProcess;
  readonly pid: number;
  readonly port: number;
  open(agent?: Agent): Promise<BenchClient>;
  stop(): Promise<void>;
}

const running = new Set<ChildProcess>();

/** Installs the other projects outside of this one. Returns the folder of their programs. */
export function installPeers(): string {
  const cache = process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache");
  const folder = join(cache, "open-mcp-gateway-bench");
  const packages = Object.entries(peers).map(([name, version]) => `${name}@${version}`);
  const done = join(folder, `.installed-${packages.join("-")}`);
  if (!existsSync(done)) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "package.json"), '{"private":true}');
    const options = ["install", "--no-audit", "--no-fund", "--ignore-scripts", "--save-exact", ...packages];
    execFileSync("npm", options, { cwd: folder, stdio: "inherit" });
    writeFileSync(done, "");
  }
  return join(folder, "node_modules/.bin");
}

function run(args: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess {
  const child = spawn(process.execPath, args, { env: { ...process.env, ...env }, stdio: "ignore" });
  running.add(child);
  child.once("exit", () => running.delete(child));
  return child;
}

export function allSubjects(folder: string, programs: string | undefined): Subject[] {
  const own = [
    pipe(),
    gateway(folder, "per server", (port) => ({ url: `http://127.0.0.1:${port}/bench/mcp`, prefix: "" })),
    gateway(folder, "`/mcp`", (port) => ({ url: `http://127.0.0.1:${port}/mcp`, prefix: "bench__" })),
    gateway(folder, "stateless", (port) => ({ url: `http://127.0.0.1:${port}/bench/mcp`, prefix: "" }), true),
  ];
  return programs === undefined
    ? own
    : [...own, hub(folder, programs), proxy(programs), superGateway(programs)];
}

function pipe(): Subject {
  return {
    name: "bare pipe",
    start: (port) =>
      run([join(root, "bench/floor.mjs"), process.execPath, ...server], { PORT: String(port) }),
    open: (port, agent) => StreamableClient.open({ url: `http://127.0.0.1:${port}/mcp`, prefix: "" }, agent),
  };
}

/** The catalog has one server. More entries can be added that are never started. */
export function writeCatalog(folder: string, others = 0, description = ""): string {
  const runtime = { type: "local-process", command: process.execPath, args: server };
  const more = Array.from({ length: others }, (_, n) => ({ id: `other-${n}`, description, runtime }));
  const path = join(folder, `catalog-${others}.yaml`);
  writeFileSync(path, JSON.stringify({ servers: [{ id: "bench", runtime }, ...more] }));
  return path;
}

export function runGateway(folder: string, catalog: string, port: number): ChildProcess {
  const address = ["--listen-addr", `127.0.0.1:${port}`, "--log-level", "error"];
  const env = { MCP_GATEWAY_CACHE_DIR: join(folder, "cache") };
  return run([join(root, "dist/gateway-http.js"), "--catalog", catalog, ...address], env);
}

function gateway(
  folder: string,
  name: string,
  address: (port: number) => { url: string; prefix: string },
  isStateless = false,
): Subject {
  return {
    name: `this gateway, ${name}`,
    start: (port) => runGateway(folder, writeCatalog(folder), port),
    open: async (port, agent) =>
      isStateless ? new StatelessClient(address(port), agent) : StreamableClient.open(address(port), agent),
  };
}

export function writeHubConfig(folder: string, others = 0, description = ""): string {
  const entry = { command: process.execPath, args: server };
  const more = Array.from({ length: others }, (_, n) => [
    `other-${n}`,
    { ...entry, description, disabled: true },
  ]);
  const path = join(folder, `hub-${others}.json`);
  writeFileSync(path, JSON.stringify({ mcpServers: { bench: entry, ...Object.fromEntries(more) } }));
  return path;
}

export function runHub(programs: string, config: string, port: number): ChildProcess {
  return run([join(programs, "mcp-hub"), "--port", String(port), "--config", config]);
}

function hub(folder: string, programs: string): Subject {
  return {
    name: `mcp-hub ${peers["mcp-hub"]}`,
    start: (port) => runHub(programs, writeHubConfig(folder), port),
    open: (port, agent) => SseClient.open({ url: `http://127.0.0.1:${port}/mcp`, prefix: "bench__" }, agent),
  };
}

function proxy(programs: string): Subject {
  return {
    name: `mcp-proxy ${peers["mcp-proxy"]}`,
    start: (port) =>
      run([
        join(programs, "mcp-proxy"),
        ...["--host", "127.0.0.1", "--port", String(port)],
        ...["--", process.execPath, ...server],
      ]),
    open: (port, agent) => StreamableClient.open({ url: `http://127.0.0.1:${port}/mcp`, prefix: "" }, agent),
  };
}

function superGateway(programs: string): Subject {
  return {
    name: `supergateway ${peers.supergateway}`,
    start: (port) =>
      run([
        join(programs, "supergateway"),
        ...["--stdio", [process.execPath, ...server].join(" ")],
        ...["--outputTransport", "streamableHttp", "--stateful"],
        ...["--port", String(port), "--logLevel", "none"],
      ]),
    open: (port, agent) => StreamableClient.open({ url: `http://127.0.0.1:${port}/mcp`, prefix: "" }, agent),
    startsServerPerSession: true,
  };
}

export function freePort(): Promise<number> {
  return new Promise((found) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => found(port));
    });
  });
}

const startMs = 30_000;

/** Starts a subject. It is running once a client has got the answer of a call. */
export async function startSubject(subject: Subject): Promise<RunningSubject> {
  const port = await freePort();
  const child = subject.start(port);
  await firstAnswer(subject, port);
  return {
    subject,
    child,
    pid: child.pid ?? 0,
    port,
    open: (agent) => subject.open(port, agent),
    stop: () => stopProcess(child),
  };
}

export async function firstAnswer(subject: Subject, port: number): Promise<void> {
  const deadline = performance.now() + startMs;
  for (;;) {
    const client = await subject.open(port).catch((error: unknown) => error as Error);
    const answer =
      client instanceof Error
        ? client
        : await client.call("echo", { message: "first" }).catch((error) => error);
    if (!(client instanceof Error)) await client.close();
    if (!(answer instanceof Error)) return;
    if (performance.now() > deadline) throw answer;
    await wait(5);
  }
}

export async function stopProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise((done) => child.once("exit", done));
  child.kill("SIGTERM");
  const late = setTimeout(() => child.kill("SIGKILL"), 10_000);
  await exited;
  clearTimeout(late);
}

export function stopAll(): Promise<unknown> {
  return Promise.all([...running].map(stopProcess));
}
