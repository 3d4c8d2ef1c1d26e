/** A remote MCP server behind a connection that can be cut, refused and held. The address stays the same. */

import { type ChildProcess, spawn } from "node:child_process";
import type { AddressInfo } from "node:net";
import { connect, createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { root } from "../support/gateway.ts";

export class Remote {
  #child: ChildProcess | undefined;
  #port = 0;
  #refuses = false;
  #holds = false;
  readonly #env: NodeJS.ProcessEnv;
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;

  constructor(env: NodeJS.ProcessEnv) {
    this.#env = env;
    this.#server = createServer((socket) => this.#accept(socket));
  }

  async start(): Promise<void> {
    await this.#startServer();
    await new Promise<void>((listening) => this.#server.listen(0, "127.0.0.1", listening));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/mcp`;
  }

  /** Ends all connections in the middle. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Whether new connections end at once. */
  set refuses(refuses: boolean) {
    this.#refuses = refuses;
    if (refuses) this.cut();
  }

  /** Whether nothing passes in either direction. */
  set holds(holds: boolean) {
    this.#holds = holds;
    for (const socket of this.#sockets) {
      if (holds) socket.pause();
      else socket.resume();
    }
  }

  /** Makes the server forget its sessions. */
  async forget(): Promise<void> {
    await (await fetch(`http://127.0.0.1:${this.#port}/forget`, { method: "POST" })).text();
  }

  async restart(): Promise<void> {
    await this.#stopServer();
    await this.#startServer();
  }

  async stop(): Promise<void> {
    this.cut();
    await this.#stopServer();
    await new Promise((closed) => this.#server.close(closed));
  }

  async #stopServer(): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = new Promise((done) => child.once("exit", done));
    child.kill("SIGKILL");
    await exited;
    this.cut();
  }

  #startServer(): Promise<void> {
    const program = join(root, "test/fixtures/servers/over-http.ts");
    const child = spawn(process.execPath, [program, "faulty.ts", "stream"], {
      env: { ...process.env, ...this.#env },
      stdio: ["pipe", "pipe", "ignore"],
    });
    this.#child = child;
    return new Promise((started, failed) => {
      child.once("exit", (code) => failed(new Error(`the remote server exited with ${code}`)));
      createInterface({ input: child.stdout }).once("line", (line) => {
        this.#port = (JSON.parse(line) as { port: number }).port;
        started();
      });
    });
  }

  #accept(socket: Socket): void {
    socket.on("error", () => undefined);
    if (this.#refuses) return void socket.destroy();
    const far = connect(this.#port, "127.0.0.1");
    far.on("error", () => socket.destroy());
    for (const [from, to] of [
      [socket, far],
      [far, socket],
    ] as const) {
      this.#sockets.add(from);
      from.on("close", () => {
        this.#sockets.delete(from);
        to.destroy();
      });
      from.on("data", (chunk: Buffer) => {
        if (!to.write(chunk) && !this.#holds) {
          from.pause();
          to.once("drain", () => !this.#holds && from.resume());
        }
      });
      from.on("end", () => to.end());
      if (this.#holds) from.pause();
    }
  }
}
