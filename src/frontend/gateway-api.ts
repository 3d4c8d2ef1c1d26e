/** What front ends need of the gateway behind them, and nothing more. */

import type { Emitter } from "../base/emitter.ts";
import type { Log } from "../base/log.ts";
import type { Timestamp } from "../base/timestamp.ts";
import type { CatalogDiff } from "../catalog/live/catalog-diff.ts";
import type { LastReload } from "../catalog/live/live-catalog.ts";
import type { ClientView } from "../router/aggregate/client-view.ts";
import type { ListCache } from "../router/lists/list-cache.ts";
import type { NotificationSink } from "../router/reply.ts";
import type { Principal } from "../router/request-context.ts";
import type { Session, SessionTarget } from "../router/session.ts";
import type { ManagedServer } from "../supervisor/managed-server.ts";
import type { Status } from "../supervisor/state.ts";

/** What `/events` tells. */
export type GatewayEvent =
  | { readonly type: "server"; readonly id: string; readonly status: Status; readonly reason?: string }
  | ({ readonly type: "reload" } & CatalogDiff)
  | { readonly type: "reload-failed"; readonly error: string };

export interface ReloadResult extends CatalogDiff {
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
  readonly view?: ClientView;
}

export interface GatewayApi {
  readonly version: string;
  readonly startedAt: Timestamp;
  readonly lastReload: LastReload;
  readonly events: Emitter<GatewayEvent>;
  readonly log: Log;
  /** What servers list, known also while they sleep. */
  readonly listCache: ListCache;
  /** In the order of the catalog. */
  servers(): ManagedServer[];
  server(id: string): ManagedServer | undefined;
  /** A session for a new client, until it is closed. */
  openSession(target: SessionTarget, outlet: NotificationSink, client?: SessionClient): Session;
  /** The requests of a client that has no session. */
  openStateless(target: SessionTarget, client?: Pick<SessionClient, "graceMs" | "view">): Session;
  /** Reads the catalog again. Rejects with `reload-failed` naming the problems; then the old one stays in force. */
  reload(): Promise<ReloadResult>;
}
