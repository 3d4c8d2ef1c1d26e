/** Interface of the gateway for front ends. */

import type { Emitter } from "../base/emitter.ts";
import type { Log } from "../base/log.ts";
import type { Timestamp } from "../base/timestamp.ts";
import type { CatalogDiff } from "../catalog/live/catalog-diff.ts";
import type { LastReload } from "../catalog/live/live-catalog.ts";
import type { ClientView } from "../router/aggregate/client-view.ts";
import type { ClientHandler, SessionTarget } from "../router/client-handler.ts";
import type { ListCache } from "../router/lists/list-cache.ts";
import type { NotificationSink } from "../router/reply.ts";
import type { Principal } from "../router/request-context.ts";
import type { ManagedServer } from "../supervisor/managed-server.ts";
import type { Status } from "../supervisor/state.ts";

/** Events of `/events`. */
export type GatewayEvent =
  | { readonly type: "server"; readonly id: string; readonly status: Status; readonly reason?: string }
  | ({ readonly type: "reload" } & CatalogDiff)
  | { readonly type: "reload-failed"; readonly error: string };

export interface ReloadResult extends CatalogDiff {
  /** Number of servers in the catalog after the reload. */
  readonly loaded: number;
}

/** Client of a new session. */
export interface SessionOptions {
  /** User of the client; default: the local user. */
  readonly principal?: Principal;
  /** How long its first request waits for a server to start before a provisional response; absent: until it is running. */
  readonly graceMs?: number;
  /** The servers that it sees, where the target is all servers. */
  readonly view?: ClientView;
}

export interface GatewayApi {
  readonly version: string;
  readonly startedAt: Timestamp;
  readonly lastReload: LastReload;
  readonly events: Emitter<GatewayEvent>;
  readonly log: Log;
  /** Cached lists of the servers. */
  readonly listCache: ListCache;
  /** In the order of the catalog. */
  servers(): ManagedServer[];
  server(id: string): ManagedServer | undefined;
  /** Opens a session for a new client. The caller must close it. */
  openSession(target: SessionTarget, sink: NotificationSink, client?: SessionOptions): ClientHandler;
  /** Opens a session object for requests of a client without an MCP session. */
  openStateless(target: SessionTarget, client?: Pick<SessionOptions, "graceMs" | "view">): ClientHandler;
  /** Reloads the catalog. Rejects with `reload-failed` and the problems. The old catalog then stays in use. */
  reload(): Promise<ReloadResult>;
}
