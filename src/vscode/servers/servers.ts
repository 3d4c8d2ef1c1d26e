/** The interface of tree, status bar and commands to a gateway in this window or behind an address. */

import type { Emitter } from "../../base/emitter.ts";
import type { serverDetail, serverRow, statistics } from "../../frontend/http/server-view.ts";

/** One server as returned by `GET /servers`. */
export type ServerRow = ReturnType<typeof serverRow> & {
  /** Start time by `performance.now()` of this window, because the clocks of two machines can differ. */
  readonly upSinceMs?: number;
};

/** The row of an answer that arrived at `nowMs`. */
export function rowAt(row: ReturnType<typeof serverRow>, nowMs = performance.now()): ServerRow {
  return row.uptime_seconds === undefined ? row : { ...row, upSinceMs: nowMs - row.uptime_seconds * 1000 };
}
/** One server as returned by `GET /servers/:id`. */
export type ServerDetail = ReturnType<typeof serverDetail>;

/** All servers as returned by `GET /stats`. */
export type ServerStatistics = ReturnType<typeof statistics>;

export interface Overview {
  /** In the order of the catalog. */
  readonly rows: readonly ServerRow[];
  /** The reason why the current catalog is not loaded, one problem per line. */
  readonly problem?: string;
}

/** Number of loaded servers, and the changes of a reload. */
export interface ReloadCounts {
  readonly loaded: number;
  readonly added: number;
  readonly removed: number;
  readonly modified: number;
}

/** Commands reject with an `Error` whose message is for the user. */
export interface Servers {
  /** Fires when `overview` changes. May fire once for several changes. */
  readonly changed: Emitter<void>;
  readonly overview: Overview;
  /** Fetches data that changes without an event, such as request counts. */
  refresh(): Promise<void>;
  start(id: string): Promise<void>;
  stop(id: string): Promise<void>;
  restart(id: string): Promise<void>;
  reload(): Promise<ReloadCounts>;
  statistics(): Promise<ServerStatistics>;
  detail(id: string): Promise<ServerDetail>;
  /** Sends one MCP request and resolves with the result. Starts the server if it is not running. */
  request(id: string, method: string, params: object): Promise<unknown>;
  /** Calls back for the last lines of a server's log and for each new line, until the returned function is called. */
  followLog(id: string, onLine: (line: string) => void): () => void;
  close(): void;
}

/** Whether the server failed, or cannot start as it is configured. */
export function isFailure({ status }: ServerRow): boolean {
  return status === "failed" || status === "misconfigured";
}

/** Whether an instance accepts requests. */
export function isUp({ status }: ServerRow): boolean {
  return status === "running" || status === "unhealthy";
}

/** Whether a stop would have an effect. */
export function isStoppable({ status }: ServerRow): boolean {
  return isUp({ status } as ServerRow) || status === "starting" || status === "waiting";
}
