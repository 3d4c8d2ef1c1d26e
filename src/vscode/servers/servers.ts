/** What tree, status bar and commands know of a gateway, wherever it runs: in this window or behind an address. */

import type { Emitter } from "../../base/emitter.ts";
import type { serverDetail, serverRow, statistics } from "../../frontend/http/server-view.ts";

/** One server as `GET /servers` tells it. */
export type ServerRow = ReturnType<typeof serverRow> & {
  /** When it came up, by `performance.now()` of this window: clocks of machines differ, and people set them. */
  readonly upSinceMs?: number;
};

/** The row of an answer that came just now. */
export function rowAt(row: ReturnType<typeof serverRow>, nowMs = performance.now()): ServerRow {
  return row.uptime_seconds === undefined ? row : { ...row, upSinceMs: nowMs - row.uptime_seconds * 1000 };
}
/** One server as `GET /servers/:id` tells it. */
export type ServerDetail = ReturnType<typeof serverDetail>;

/** All servers as `GET /stats` tells them. */
export type ServerStatistics = ReturnType<typeof statistics>;

export interface Overview {
  /** In the order of the catalog. */
  readonly rows: readonly ServerRow[];
  /** Why the catalog as it is now is not in force, a problem a line. */
  readonly problem?: string;
}

/** How many servers a reload found, and what it changed. */
export interface ReloadCounts {
  readonly loaded: number;
  readonly added: number;
  readonly removed: number;
  readonly modified: number;
}

/** Commands reject with an `Error` whose message is for people. */
export interface Servers {
  /** Fires when `overview` is another one. Several changes in a row may fire once. */
  readonly changed: Emitter<void>;
  readonly overview: Overview;
  /** Looks at what changes without an event: counts of requests. */
  refresh(): Promise<void>;
  start(id: string): Promise<void>;
  stop(id: string): Promise<void>;
  restart(id: string): Promise<void>;
  reload(): Promise<ReloadCounts>;
  statistics(): Promise<ServerStatistics>;
  detail(id: string): Promise<ServerDetail>;
  /** One MCP request; starts the server where it does not run. Resolves with the result. */
  request(id: string, method: string, params: object): Promise<unknown>;
  /** Hands over the last lines of a server's log and each one to come, until the function returned is called. */
  followLog(id: string, heard: (line: string) => void): () => void;
  close(): void;
}

/** A server that failed, or cannot be started as it is written. */
export function isFailure({ status }: ServerRow): boolean {
  return status === "failed" || status === "misconfigured";
}

/** Whether an instance takes requests. */
export function isUp({ status }: ServerRow): boolean {
  return status === "running" || status === "unhealthy";
}

/** Whether there is something a stop would end. */
export function isStoppable({ status }: ServerRow): boolean {
  return isUp({ status } as ServerRow) || status === "starting" || status === "waiting";
}
