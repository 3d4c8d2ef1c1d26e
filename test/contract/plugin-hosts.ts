/**
 * The hosts that the example plugins connect to: the fixture servers behind a TCP port, and as a function. They end
 * with the test.
 */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer as createHttpServer, type ServerResponse } from "node:http";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";

const servers = join(import.meta.dirname, "../fixtures/servers");

function spawnFixture(fixture: string) {
  return spawn(process.execPath, [join(servers, fixture)], { stdio: ["pipe", "pipe", "ignore"] });
}

/** All hosts of one test file. */
export class PluginHosts {
  readonly #children = new Set<ChildProcess>();
  readonly #closers: (() => void)[] = [];

  /** Each connection has its own process. With a token, the first line must contain it. Resolves with `host:port`. */
  async tcp(fixture: string, token?: string): Promise<string> {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.on("error", () => undefined).once("close", () => sockets.delete(socket));
      if (token === undefined) return this.#connect(socket, fixture);
      socket.once("data", (line) => {
        const ok = JSON.parse(String(line)).auth_token === token;
        socket.write(`${JSON.stringify({ ok })}\n`);
        if (ok) this.#connect(socket, fixture);
        else socket.end();
      });
    });
    this.#closers.push(() => {
      server.close();
      for (const socket of sockets) socket.destroy();
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return `127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /** One process answers all invocations. After a crash the next invocation has a new one. Resolves with the origin. */
  async functions(fixture: string, token?: string): Promise<string> {
    const host = new FunctionHost(fixture, (child) => this.#children.add(child));
    const server = createHttpServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const isMeant = request.url === "/2015-03-31/functions/tools/invocations" && request.method === "POST";
      if (!isMeant) return void response.writeHead(404).end();
      if (token !== undefined && request.headers.authorization !== `Bearer ${token}`)
        return void response.writeHead(403).end();
      host.invoke(Buffer.concat(chunks).toString("utf8"), response);
    });
    this.#closers.push(() => {
      server.close();
      server.closeAllConnections();
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  close(): void {
    for (const close of this.#closers) close();
    for (const child of this.#children) child.kill("SIGKILL");
  }

  #connect(socket: Socket, fixture: string): void {
    const child = spawnFixture(fixture);
    this.#children.add(child);
    child.stdin.on("error", () => undefined);
    child.once("exit", () => socket.destroy());
    socket.once("close", () => child.kill("SIGKILL"));
    socket.pipe(child.stdin);
    child.stdout.pipe(socket);
  }
}

/** Runs a function: passes each invocation to the process, and its answer back. */
class FunctionHost {
  readonly #fixture: string;
  readonly #began: (child: ChildProcess) => void;
  readonly #waiting = new Map<string, ServerResponse>();
  #child: ReturnType<typeof spawnFixture> | undefined;

  constructor(fixture: string, began: (child: ChildProcess) => void) {
    this.#fixture = fixture;
    this.#began = began;
  }

  invoke(payload: string, response: ServerResponse): void {
    const { id, method } = JSON.parse(payload);
    const child = this.#running();
    child.stdin.write(`${payload}\n`);
    if (id === undefined || method === undefined) return void response.end("null");
    this.#waiting.set(JSON.stringify(id), response);
  }

  #running(): ReturnType<typeof spawnFixture> {
    if (this.#child) return this.#child;
    const child = spawnFixture(this.#fixture);
    this.#child = child;
    this.#began(child);
    child.stdin.on("error", () => undefined);
    createInterface({ input: child.stdout }).on("line", (line) => this.#answer(line));
    child.once("exit", () => {
      this.#child = undefined;
      for (const response of this.#waiting.values()) response.destroy();
      this.#waiting.clear();
    });
    return child;
  }

  #answer(line: string): void {
    const { id, method } = JSON.parse(line);
    const key = JSON.stringify(id);
    if (method !== undefined) return;
    this.#waiting.get(key)?.end(line);
    this.#waiting.delete(key);
  }
}
