/** The targets of the suites: the reference server itself, and every way through the gateway to it. */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { root, startGateway, temporaryFolder } from "../../support/gateway.ts";
import { openStdioFront } from "../stdio-front.ts";
import type { Cleanup } from "./cleanup.ts";

export interface Target {
  readonly name: string;
  readonly what: string;
  /** Suites that are not run against it. */
  readonly without?: readonly string[];
  /** Resolves with the URL of its MCP endpoint. */
  readonly start: (cleanup: Cleanup) => Promise<string>;
}

const server = join(root, "test/conformance/reference-server.ts");
const child = { type: "local-process", command: process.execPath, args: [server] };

/** The suites leave most of their sessions open, so idle sessions must soon make room. */
const manySessions = { max_connections_per_server: 500, idle_timeout_seconds: 2 };

export const targets: readonly Target[] = [
  { name: "direct", what: "the reference server over HTTP", start: startReferenceServer },
  {
    name: "direct-stdio",
    what: "the reference server over stdio, behind the bridge alone",
    start: (cleanup) => bridge(cleanup, [server]),
  },
  {
    name: "shared",
    what: "gateway-http, a stdio child shared by all sessions",
    start: (cleanup) => throughGateway(cleanup, { runtime: child, instances: "shared" }),
  },
  {
    name: "session",
    what: "gateway-http, a stdio child for each session",
    // The stateless era has no sessions.
    without: ["2026-07-28"],
    start: (cleanup) => throughGateway(cleanup, { runtime: child, instances: "session" }, manySessions),
  },
  {
    name: "remote",
    what: "gateway-http, the reference server over HTTP as remote-sse",
    start: async (cleanup) => {
      const url = await startReferenceServer(cleanup);
      return throughGateway(cleanup, { runtime: { type: "remote-sse", url } });
    },
  },
  { name: "stdio", what: "gateway-stdio, behind the bridge", start: throughStdio },
];

async function throughGateway(
  cleanup: Cleanup,
  entry: object,
  config: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const { url } = await startGateway(cleanup.asTest, [{ id: "reference", ...entry }], { config });
  return `${url}/reference/mcp`;
}

async function throughStdio(cleanup: Cleanup): Promise<string> {
  const catalog = join(await temporaryFolder(cleanup.asTest), "catalog.yaml");
  await writeFile(catalog, JSON.stringify({ servers: [{ id: "reference", runtime: child }] }));
  const program = join(root, "dist/gateway-stdio.js");
  return bridge(cleanup, [program, "--server", "reference", "--catalog", catalog]);
}

async function bridge(cleanup: Cleanup, args: readonly string[]): Promise<string> {
  const { url, close } = await openStdioFront(process.execPath, args);
  cleanup.after(close);
  return url;
}

async function startReferenceServer(cleanup: Cleanup): Promise<string> {
  const process_ = spawn(process.execPath, [server, "--http"], { stdio: ["pipe", "pipe", "inherit"] });
  cleanup.after(() => ended(process_));
  const [line] = await once(process_.stdout.setEncoding("utf8"), "data");
  const { port } = JSON.parse(String(line)) as { port: number };
  return `http://127.0.0.1:${port}/mcp`;
}

async function ended(process_: ChildProcess): Promise<void> {
  if (process_.exitCode !== null) return;
  process_.kill();
  await once(process_, "exit");
}
