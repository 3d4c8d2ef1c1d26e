/** What front ends need of the gateway behind them, and nothing more. */

import type { Emitter } from "../base/emitter.ts";
import type { Log } from "../base/log.ts";
import type { Moment } from "../base/moment.ts";
import type { Difference } from "../registry/difference.ts";
import type { LastReload } from "../registry/registry.ts";
import type { View } from "../router/aggregate/view.ts";
import type { Listings } from "../router/listings/listings.ts";
import type { Outlet } from "../router/reply.ts";
import type { Principal } from "../router/request-context.ts";
import type { Session, Target } from "../router/session.ts";
import type { Server } from "../supervisor/server.ts";
import type { Status } from "../supervisor/state.ts";

/** What `/events` tells. */
export type GatewayEvent =
  | { readonly type: "server"; readonly id: string; readonly status: Status; readonly reason?: string }
  | ({ readonly type: "reload" } & Difference)
  | { readonly type: "reload-failed"; readonly error: string };

export interface Reload extends Difference {
  /** How many servers the catalog has now. */
  readonly loaded: number;
}

/** Who a session is opened for. */
export interface SessionClient {
  /** On whose behalf it speaks; absent: this machine's user. */
  readonly principal?: Principal;
  /** How long its first request waits for a server that has to start, before a provisional answer; absent: until it is up. */
  readonly graceMs?: number;
  /** Which part of all servers it sees, where it talks to all as one. */
  readonly view?: View;
}

export interface Core {
  readonly version: string;
  readonly startedAt: Moment;
  readonly lastReload: LastReload;
  readonly events: Emitter<GatewayEvent>;
  readonly log: Log;
  /** What servers list, known also while they sleep. */
  readonly listings: Listings;
  /** In the order of the catalog. */
  servers(): Server[];
  server(id: string): Server | undefined;
  /** A session for a new client, until it is closed. */
  openSession(target: Target, outlet: Outlet, client?: SessionClient): Session;
  /** The requests of a client that has no session. */
  openStateless(target: Target, client?: Pick<SessionClient, "graceMs" | "view">): Session;
  /** Reads the catalog again. Rejects with `reload-failed` naming the problems; then the old one stays in force. */
  reload(): Promise<Reload>;
}
