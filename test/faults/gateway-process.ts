/** The gateway under load: it is killed and started again at the same address. */

import { type ChildProcess, spawn } from "node:child_process";
import { readdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { root } from "../support/gateway.ts";
import { isAlive, until } from "../support/until.ts";

const keptLog = 64_000;
const startMs = 30_000;

export class GatewayProcess {
  readonly folder: string;
  readonly cacheDir: string;
  url = "";
  /** Changes whenever the gateway goes down and whenever it is up again. */
  epoch = 0;
  isUp = false;
  largestMb = 0;
  #child: ChildProcess | undefined;
  #log = "";
  #watching: (() => void)[] = [];

  constructor(folder: string, cacheDir: string) {
    this.folder = folder;
    this.cacheDir = cacheDir;
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  /** The end of the log, for reports. */
  get log(): string {
    return this.#log;
  }

  async start(): Promise<void> {
    const { port } = this.url === "" ? { port: "0" } : new URL(this.url);
    const config = {
      listen_addr: `127.0.0.1:${port}`,
      log_level: "info",
      request_timeout_seconds: 5,
      health_check_interval_seconds: 2,
    };
    const configPath = join(this.folder, "config.yaml");
    await writeFile(configPath, JSON.stringify(config));
    const child = spawn(
      process.execPath,
      [
        "--import",
        new URL("set-clock.mjs", import.meta.url).href,
        join(root, "dist/gateway-http.js"),
        "--config",
        configPath,
      ],
      {
        env: { ...process.env, MCP_GATEWAY_CACHE_DIR: this.cacheDir, CLOCK_FILE: this.clockFile },
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    this.#child = child;
    const listening = Promise.withResolvers<string>();
    let output = "";
    child.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
      output = `${output}${chunk}`.slice(-1_000);
      const url = /listening on (\S+)/.exec(output)?.[1];
      if (url !== undefined) listening.resolve(url);
    });
    child.stderr?.setEncoding("utf8").on("data", (chunk: string) => {
      this.#log = (this.#log + chunk).slice(-keptLog);
    });
    child.once("exit", (code, signal) => {
      if (this.#child === child) this.#down();
      listening.reject(new Error(`the gateway exited with ${code ?? signal}: ${this.#log.slice(-2_000)}`));
    });
    const late = wait(startMs, undefined, { ref: false }).then(() => {
      throw new Error(`the gateway does not listen within ${startMs} ms: ${this.#log.slice(-2_000)}`);
    });
    this.url = await Promise.race([listening.promise, late]);
    this.epoch++;
    this.isUp = true;
    for (const watching of this.#watching.splice(0)) watching();
  }

  /** Resolves at once while the gateway is up. */
  async up(): Promise<void> {
    while (!this.isUp) await new Promise<void>((resolve) => this.#watching.push(resolve));
  }

  /** Ends the process with a signal. Resolves with the exit code and with the processes that it left behind. */
  async end(signal: NodeJS.Signals): Promise<{ readonly code: number | null; readonly orphans: number[] }> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return { code: null, orphans: [] };
    const { pid } = this;
    const exited = new Promise<number | null>((done) => child.once("exit", done));
    this.#down();
    child.kill(signal);
    const code = await exited;
    const gone = async () => (await processesOf(pid)).length === 0;
    await until("no process is left", gone, 20_000).catch(() => undefined);
    return { code, orphans: await processesOf(pid) };
  }

  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  get clockFile(): string {
    return join(this.folder, "clock");
  }

  /** Sets the wall clock of the gateway forward or back. */
  async setClock(byMs: number): Promise<void> {
    await writeFile(this.clockFile, String(byMs));
    this.signal("SIGUSR2");
  }

  async writeCatalog(text: string, atomic = true): Promise<void> {
    const path = join(this.folder, "catalog.yaml");
    if (!atomic) return writeFile(path, text);
    await writeFile(`${path}.new`, text);
    await rename(`${path}.new`, path);
  }

  /** The processes of its servers, children of servers included. */
  servers(): Promise<number[]> {
    return processesOf(this.pid);
  }

  async sampleMemory(): Promise<number> {
    const status = await readFile(`/proc/${this.pid}/status`, "utf8").catch(() => "");
    const mb = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
    this.largestMb = Math.max(this.largestMb, mb);
    return mb;
  }

  #down(): void {
    if (!this.isUp) return;
    this.isUp = false;
    this.epoch++;
  }
}

/** Every living process with the mark of this gateway. */
async function processesOf(gatewayPid: number): Promise<number[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(
    pids.map(async (pid) => {
      const environ = await readFile(`/proc/${pid}/environ`, "utf8").catch(() => "");
      return environ.includes(`OPEN_MCP_GATEWAY_OWNER=${gatewayPid}:`) && (await isAlive(pid)) ? [pid] : [];
    }),
  );
  return found.flat();
}
