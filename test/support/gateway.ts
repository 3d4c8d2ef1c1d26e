/** Starts the built gateway as users do, on a free port with a catalog of its own, and ends it with the test. */

import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { TestContext } from "node:test";

export const root = resolve(import.meta.dirname, "../..");

/** A fixture server as a catalog entry. */
export function fixture(name: string, ...args: string[]) {
  const file = join(root, "test/fixtures/servers", `${name}.ts`);
  return { type: "local-process", command: process.execPath, args: [file, ...args] };
}

/** One of the real servers from npm. */
export function npmServer(name: string, ...args: string[]) {
  const file = join(root, "node_modules/@modelcontextprotocol", `server-${name}`, "dist/index.js");
  return { type: "local-process", command: process.execPath, args: [file, ...args] };
}

export interface StartOptions {
  /** Lines of config.yaml. */
  readonly config?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
  /** A gateway-http to run instead of the built one. */
  readonly program?: string;
}

export interface RunningGateway {
  readonly url: string;
  readonly process: ChildProcess;
  readonly folder: string;
  readonly catalogPath: string;
  /** Everything it wrote to stderr so far. */
  log(): string;
  /** Resolves with the line, once one of its log lines matches. */
  logged(pattern: RegExp): Promise<string>;
  writeCatalog(catalog: unknown): Promise<void>;
  /** Ends it with SIGTERM and resolves with its exit code. */
  stop(): Promise<number | null>;
}

/** A folder that is removed after the test. */
export async function temporaryFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "gateway-test-"));
  t.after(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

/** `catalog` is the text of the file, or the list of its servers. */
export async function startGateway(
  t: TestContext,
  catalog: unknown,
  options: StartOptions = {},
): Promise<RunningGateway> {
  const folder = await temporaryFolder(t);
  const catalogPath = join(folder, "catalog.yaml");
  const writeCatalog = (content: unknown) => writeFile(catalogPath, catalogText(content));
  await writeCatalog(catalog);
  const config = { listen_addr: "127.0.0.1:0", ...options.config };
  await writeFile(join(folder, "config.yaml"), JSON.stringify(config));
  const child = spawn(
    process.execPath,
    [options.program ?? join(root, "dist/gateway-http.js"), "--config", join(folder, "config.yaml")],
    {
      // Cached lists of servers from other tests are not available to this one.
      env: { ...process.env, MCP_GATEWAY_CACHE_DIR: join(folder, "cache"), ...options.env },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  const log = new LogText(child);
  const exited = new Promise<number | null>((done) => child.once("close", done));
  const stop = async () => {
    child.kill("SIGTERM");
    return exited;
  };
  t.after(async () => {
    await stop();
  });
  const url = await firstUrl(child, exited, log);
  const logged = (pattern: RegExp) => log.matching(pattern);
  return { url, process: child, folder, catalogPath, log: () => log.text, logged, writeCatalog, stop };
}

class LogText {
  text = "";
  readonly #waiting = new Set<() => void>();

  constructor(child: ChildProcess) {
    child.stderr?.setEncoding("utf8").on("data", (chunk: string) => {
      this.text += chunk;
      for (const check of this.#waiting) check();
    });
  }

  matching(pattern: RegExp): Promise<string> {
    return new Promise((found) => {
      const check = () => {
        const line = this.text.split("\n").find((candidate) => pattern.test(candidate));
        if (line === undefined) return;
        this.#waiting.delete(check);
        found(line);
      };
      this.#waiting.add(check);
      check();
    });
  }
}

function catalogText(content: unknown): string {
  return typeof content === "string" ? content : JSON.stringify({ servers: content }, undefined, 2);
}

function firstUrl(child: ChildProcess, exited: Promise<number | null>, log: LogText): Promise<string> {
  return new Promise((found, failed) => {
    let text = "";
    child.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
      const url = /listening on (\S+)/.exec(text)?.[1];
      if (url !== undefined) found(url);
    });
    void exited.then((code) => failed(new Error(`gateway-http exited with ${code}: ${log.text}`)));
  });
}
