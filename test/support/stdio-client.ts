/** Runs `gateway-stdio` as an agent does and records every line of its output. */

import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { TestContext } from "node:test";
import { root } from "./gateway.ts";
import type { RpcMessage } from "./mcp-client.ts";

/** A folder cannot be made below a file, so that nothing is kept from one test to the next. */
const noCache = join(import.meta.filename, "cache");

export interface StdioRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** Runs a program of the package with this input, then closes the input. */
export function runToEnd(program: string, args: string[], options: RunOptions = {}): Promise<StdioRun> {
  const child = start(program, args, options);
  // It may have ended before it reads its input.
  child.stdin?.on("error", () => undefined).end(options.input ?? "");
  const output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name]?.setEncoding("utf8").on("data", (chunk: string) => {
      output[name] += chunk;
    });
  }
  return new Promise((done) => child.once("close", (code) => done({ code, ...output })));
}

export class StdioClient {
  readonly process: ChildProcess;
  readonly exited: Promise<number | null>;
  /** Messages that are not answers, as received. */
  readonly heard: RpcMessage[] = [];
  readonly #waiting = new Map<unknown, (answer: RpcMessage) => void>();
  #lastId = 0;

  constructor(t: TestContext, args: string[], options: RunOptions = {}) {
    this.process = start("gateway-stdio", args, options);
    this.exited = new Promise((done) => this.process.once("close", done));
    t.after(async () => {
      this.process.kill("SIGKILL");
      await this.exited;
    });
    const { stdout } = this.process;
    if (stdout) createInterface({ input: stdout }).on("line", (line) => this.#onLine(line));
  }

  send(message: object): void {
    this.process.stdin?.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
  }

  request(method: string, params: object = {}): Promise<RpcMessage> {
    const id = ++this.#lastId;
    return new Promise((answered) => {
      this.#waiting.set(id, answered);
      this.send({ id, method, params });
    });
  }

  initialize(capabilities: object = {}): Promise<RpcMessage> {
    const clientInfo = { name: "test", version: "1" };
    return this.request("initialize", { protocolVersion: "2024-11-05", capabilities, clientInfo });
  }

  async callTool(name: string, args: object = {}): Promise<string> {
    const answer = await this.request("tools/call", { name, arguments: args });
    if (answer.error) throw new Error(`${answer.error.code} ${answer.error.message}`);
    return answer.result.content[0].text;
  }

  /** Ends the input. Resolves with the exit code. */
  end(): Promise<number | null> {
    this.process.stdin?.end();
    return this.exited;
  }

  #onLine(line: string): void {
    const message = JSON.parse(line) as RpcMessage;
    const answered = message.method === undefined ? this.#waiting.get(message.id) : undefined;
    if (answered) answered(message);
    else this.heard.push(message);
  }
}

function start(program: string, args: string[], { env, cwd }: RunOptions): ChildProcess {
  return spawn(process.execPath, [join(root, "dist", `${program}.js`), ...args], {
    ...(cwd !== undefined && { cwd }),
    env: { ...process.env, MCP_GATEWAY_CACHE_DIR: noCache, ...env },
    stdio: ["pipe", "pipe", "pipe"],
  });
}
