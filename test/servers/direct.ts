/** Talks to a server over stdio without a gateway. One `Direct` is one process, and it ends with `close`. */

import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { RpcMessage } from "../support/mcp-client.ts";
import { statelessVersion } from "../support/stateless-client.ts";
import type { Startable } from "./install.ts";
import { type Snapshot, snapshot } from "./snapshot.ts";

export type Era = "initialize" | "stateless";

const longestMs = 40_000;

/** Capabilities that the gateway declares to a shared server. Some servers list more tools for such clients. */
const capabilities = {
  sampling: { tools: {}, context: {} },
  elicitation: { form: {}, url: {} },
  roots: {},
};

const meta = {
  "io.modelcontextprotocol/protocolVersion": statelessVersion,
  "io.modelcontextprotocol/clientCapabilities": capabilities,
  "io.modelcontextprotocol/clientInfo": { name: "compare", version: "1" },
};

/**
 * The data that the server sends, or `undefined` if it does not know that era. Rejects with its last output when it
 * ends.
 */
export async function direct(server: Startable, home: string, era: Era): Promise<Snapshot | undefined> {
  const process = new Direct(server, home);
  try {
    return era === "initialize" ? await initialized(process) : await discovered(process);
  } finally {
    await process.close();
  }
}

async function initialized(server: Direct): Promise<Snapshot> {
  const params = {
    protocolVersion: "2025-11-25",
    capabilities,
    clientInfo: { name: "compare", version: "1" },
  };
  const { result, error } = await server.ask("initialize", params);
  if (error) throw new Error(error.message);
  server.send({ method: "notifications/initialized" });
  return snapshot(result, (method, more) => server.ask(method, more));
}

async function discovered(server: Direct): Promise<Snapshot | undefined> {
  const ask = (method: string, params: object) => server.ask(method, { ...params, _meta: meta });
  const { result } = await ask("server/discover", {});
  return result?.supportedVersions?.includes(statelessVersion) ? snapshot(result, ask) : undefined;
}

class Direct {
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;
  readonly #waiting = new Map<unknown, (answer: RpcMessage) => void>();
  #lastWords = "";
  #lastId = 0;

  constructor({ args, env }: Startable, home: string) {
    const { PATH } = process.env;
    this.#child = spawn(process.execPath, [...args], { cwd: home, env: { PATH, HOME: home, ...env } });
    this.#exited = new Promise((done) => this.#child.once("close", done));
    this.#child.stdin?.on("error", () => undefined);
    this.#child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#lastWords = (this.#lastWords + text).slice(-2_000);
    });
    if (this.#child.stdout)
      createInterface({ input: this.#child.stdout }).on("line", (line) => this.#onLine(line));
  }

  send(message: object): void {
    this.#child.stdin?.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
  }

  async ask(method: string, params: object): Promise<RpcMessage> {
    const id = ++this.#lastId;
    const answer = new Promise<RpcMessage>((answered) => this.#waiting.set(id, answered));
    this.send({ id, method, params });
    const ended = this.#exited.then(() => Promise.reject(new Error(`it ended: ${this.#reason()}`)));
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => late.reject(new Error(`no answer to ${method}`)), longestMs);
    try {
      return await Promise.race([answer, ended, late.promise]);
    } finally {
      clearTimeout(timer);
    }
  }

  async close(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#exited;
  }

  #onLine(line: string): void {
    try {
      const message = JSON.parse(line) as RpcMessage;
      if (message.method === undefined) this.#waiting.get(message.id)?.(message);
      else if (message.id !== undefined) this.#refuse(message);
    } catch {
      // Some servers write other lines as well.
    }
  }

  #refuse({ id }: RpcMessage): void {
    this.send({ id, error: { code: -32601, message: "nobody is here to be asked" } });
  }

  #reason(): string {
    const lines = this.#lastWords.split("\n").filter((line) => line.trim() !== "" && !/^\s+at /.test(line));
    return (lines.find((line) => /error/i.test(line)) ?? lines.at(-1) ?? "without a word")
      .trim()
      .slice(0, 120);
  }
}
