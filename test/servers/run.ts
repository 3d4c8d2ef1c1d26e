/**
 * Compares real servers from npm through the gateway with a direct connection, and prints a table. Installs
 * missing packages into a cache folder (MCP_TEST_SERVERS). Fails when a server differs or fewer than 30 could be
 * compared.
 *
 * `npm run test:servers`; `SERVERS=eslint,git` compares only these.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { temporaryFolder } from "../support/gateway.ts";
import { type ColdStart, coldStart } from "./cold-start.ts";
import { compare, entryOf, isEqual, type Row, table } from "./compare.ts";
import { installed, type Startable } from "./install.ts";
import { type RealServer, realServers } from "./list.ts";

const fewest = 30;
const atATime = 2;
const longestStartMs = 180_000;
/** Maximum of each `list_changed` for a client when all servers start for the first time. */
const mostChanges = 2;

test("real servers from npm", async (t) => {
  const folder = await temporaryFolder(t);
  const chosen = process.env["SERVERS"]?.split(",");
  const servers = realServers.filter(({ id }) => chosen?.includes(id) ?? true);
  const startable: Startable[] = [];
  const missing: Row[] = [];
  const left = [...servers];
  const install = async (server: RealServer) => {
    try {
      startable.push(await installed(server, folder));
    } catch (error) {
      const why = String(error instanceof Error ? error.message : error).match(/npm error (.*)/)?.[1];
      missing.push({
        id: server.id,
        version: "",
        found: {},
        tools: 0,
        skipped: why ?? String(error).slice(0, 120),
      });
    }
  };
  const worker = async () => {
    for (let server = left.shift(); server; server = left.shift()) await install(server);
  };
  await Promise.all(Array.from({ length: atATime }, worker));
  const rows = await compare(t, startable, folder);
  const compared = rows.filter(({ skipped }) => skipped === undefined);
  const tools = compared.reduce((sum, row) => sum + row.tools, 0);
  console.log(`\n${table([...rows, ...missing])}\n\n${compared.length} compared, ${tools} tools`);
  assert.deepEqual(
    compared.filter((row) => !isEqual(row)).map(({ id }) => id),
    [],
  );
  const ids = new Set(compared.map(({ id }) => id));
  const entries = startable.filter(({ id }) => ids.has(id)).map((server) => entryOf(server, folder));
  const start = await coldStart(t, entries, tools, longestStartMs);
  console.log(coldStartText(start, compared));
  assert.deepEqual(
    Object.entries(start.changes).filter(([, count]) => count > mostChanges),
    [],
  );
  // One tool of each server. In this start no server is broken, only slow.
  const warned = start.warnings.map((text) => /of server '([^']+)' are missing/.exec(text)?.[1] ?? text);
  assert.deepEqual(
    warned.filter((one, at) => warned.indexOf(one) !== at),
    [],
  );
  if (!chosen) assert.ok(compared.length >= fewest, `only ${compared.length} could be compared`);
});

function coldStartText(start: ColdStart, rows: readonly Row[]): string {
  const slowest = rows.reduce((one, row) => ((row.seconds ?? 0) > (one.seconds ?? 0) ? row : one));
  const changes = Object.entries(start.changes).map(([method, count]) => `${count} ${method}`);
  return [
    `cold start: first lists after ${start.firstLists} s with ${start.firstTools} of ${start.tools} tools,`,
    `all after ${start.completeAfter} s (slowest alone: ${slowest.id}, ${slowest.seconds?.toFixed(1)} s);`,
    `${changes.join(", ") || "no list_changed"}; ${start.warnings.length} warnings`,
  ].join(" ");
}
