/** Starts servers that listen on a port of 127.0.0.1, as children of the test, and ends them. */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";

const servers = join(import.meta.dirname, "../fixtures/servers");
const everything = join(
  import.meta.dirname,
  "../../node_modules/@modelcontextprotocol/server-everything/dist/index.js",
);

/** All children of one test file. */
export class HttpFixtures {
  readonly #children: ChildProcess[] = [];

  /** A stdio fixture over HTTP, see over-http.ts. Resolves with its origin. */
  async serve(fixture: string, mode = "stream"): Promise<string> {
    const child = this.#spawn([join(servers, "over-http.ts"), fixture, mode], {});
    const [line] = await once(createInterface({ input: child.stdout }), "line");
    return `http://127.0.0.1:${JSON.parse(line).port}`;
  }

  /** The real server-everything. Resolves with its origin. */
  async everything(transport: "streamableHttp" | "sse"): Promise<string> {
    const port = await freePort();
    const child = this.#spawn([everything, transport], { PORT: String(port) });
    const lines = createInterface({ input: child.stderr });
    await new Promise<void>((resolve) =>
      lines.on("line", (line) => line.includes(`port ${port}`) && resolve()),
    );
    return `http://127.0.0.1:${port}`;
  }

  async close(): Promise<void> {
    await Promise.all(
      this.#children.map(async (child) => {
        if (child.exitCode !== null || child.signalCode !== null) return;
        const gone = once(child, "exit");
        child.kill("SIGKILL");
        await gone;
      }),
    );
  }

  #spawn(args: string[], env: Record<string, string>) {
    const child = spawn(process.execPath, args, { env: { ...process.env, ...env }, stdio: "pipe" });
    child.stderr.resume();
    this.#children.push(child);
    return child;
  }
}

/** A port without a listener. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
