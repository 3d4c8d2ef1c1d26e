/** Compares real servers through the gateway with direct connections to them: one by one and as one, in both eras. */

import type { TestContext } from "node:test";
import { type RunningGateway, startGateway } from "../support/gateway.ts";
import { McpClient } from "../support/mcp-client.ts";
import { ask } from "../support/stateless-client.ts";
import { direct, type Era } from "./direct.ts";
import type { Startable } from "./install.ts";
import { differences, differencesAsOne, type Snapshot, snapshot } from "./snapshot.ts";

export interface Row {
  readonly id: string;
  readonly version: string;
  /** The differences, by the way of access. Empty when all is equal. */
  readonly found: Readonly<Record<string, readonly string[]>>;
  readonly tools: number;
  /** Time from its start until it had sent all lists, without the gateway. */
  readonly seconds?: number;
  /** Reason why it was not compared. */
  readonly skipped?: string;
}

const eras: readonly Era[] = ["initialize", "stateless"];

/** One row for each server, in their order. */
export async function compare(t: TestContext, servers: readonly Startable[], home: string): Promise<Row[]> {
  const known: (Startable & { readonly expected: Snapshot; readonly seconds: number })[] = [];
  const rows = new Map<string, Row>();
  for (const server of servers) {
    const { id, version } = server;
    const begin = performance.now();
    try {
      const expected = await direct(server, home, "initialize");
      if (expected) known.push({ ...server, expected, seconds: (performance.now() - begin) / 1_000 });
    } catch (error) {
      const skipped = error instanceof Error ? error.message : String(error);
      rows.set(id, { id, version, found: {}, tools: 0, skipped });
    }
  }
  for (const era of eras) {
    const gateway = await startGateway(
      t,
      known.map((server) => entryOf(server, home)),
    );
    const alone: Record<string, Snapshot> = {};
    for (const { id } of known) alone[id] = await through(gateway, id, era);
    const asOne = await through(gateway, "", era);
    for (const server of known) {
      const { id, version, expected, seconds } = server;
      const read = async () => (await direct(server, home, era).catch(() => undefined)) ?? expected;
      const own = await read();
      const lookedAt = {
        ...rows.get(id)?.found,
        [`${era} alone`]: await confirmed(own, read, (it) => differences(it, alone[id] ?? it)),
        [`${era} as one`]: await confirmed(own, read, (it) => differencesAsOne(it, asOne, id)),
      };
      rows.set(id, { id, version, found: lookedAt, tools: toolsIn(expected), seconds });
    }
    await gateway.stop();
  }
  return servers.flatMap(({ id }) => rows.get(id) ?? []);
}

/** The differences, or a note if a second reading of the server differs. That is not an error of the gateway. */
async function confirmed(
  expected: Snapshot,
  read: () => Promise<Snapshot>,
  compared: (expected: Snapshot) => string[],
): Promise<string[]> {
  const found = compared(expected);
  if (found.length === 0) return found;
  return differences(expected, await read()).length > 0 ? ["varies by itself"] : found;
}

/** The server as an entry of a catalog. */
export function entryOf({ id, args, env }: Startable, home: string) {
  const runtime = {
    type: "local-process",
    command: process.execPath,
    args: args.map(literal),
    working_dir: home,
  };
  const own = Object.entries({ HOME: home, ...env }).map(([name, value]) => [name, literal(value)]);
  return { id, idle_timeout_seconds: 20, start_timeout_seconds: 60, runtime, env: Object.fromEntries(own) };
}

function literal(text: string): string {
  return text.replaceAll("${", "$${");
}

/** The data that a client of the gateway sees. An empty `id` selects all servers as one. */
async function through({ url }: RunningGateway, id: string, era: Era): Promise<Snapshot> {
  // It declares no capabilities, because the answer would otherwise be a question of the server.
  if (era === "stateless") {
    const request = async (method: string, params: Record<string, unknown>) =>
      (await ask(id === "" ? `${url}/mcp` : `${url}/${id}/mcp`, method, params)).answer;
    return snapshot((await request("server/discover", {})).result ?? {}, request);
  }
  const client = new McpClient(url, id);
  const { result } = await client.initialize();
  return snapshot(result ?? {}, async (method, params) => (await client.request(method, params)) ?? {});
}

function toolsIn({ lists: { tools } }: Snapshot): number {
  return Array.isArray(tools) ? tools.length : 0;
}

/** A table for readers, with one line for each server. */
export function table(rows: readonly Row[]): string {
  const columns = eras.flatMap((era) => [`${era} alone`, `${era} as one`]);
  const cells = (row: Row) =>
    row.skipped === undefined
      ? [String(row.tools), ...columns.map((column) => row.found[column]?.join(", ") || "equal")]
      : [`skipped: ${row.skipped}`];
  const lines = rows.map((row) => `| ${[row.id, row.version, ...cells(row)].join(" | ")} |`);
  return [`| server | version | tools | ${columns.join(" | ")} |`, ...lines].join("\n");
}

export function isEqual({ found }: Row): boolean {
  return Object.values(found).every((lines) => lines.length === 0 || lines[0] === "varies by itself");
}
