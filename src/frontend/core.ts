/** What front ends need of the gateway behind them, and nothing more. */

import type { Emitter } from "../base/emitter.ts";
import type { Log } from "../base/log.ts";
import type { Server } from "../supervisor/server.ts";
import type { Status } from "../supervisor/state.ts";

/** What `/events` tells. */
export type GatewayEvent =
  | { readonly type: "server"; readonly id: string; readonly status: Status; readonly reason?: string }
  | {
      readonly type: "reload";
      readonly added: readonly string[];
      readonly removed: readonly string[];
      readonly modified: readonly string[];
    }
  | { readonly type: "reload-failed"; readonly error: string };

export interface Reload {
  readonly loaded: number;
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly modified: readonly string[];
}

export interface Core {
  readonly version: string;
  readonly startedAt: Date;
  readonly lastReload: { readonly at: Date; readonly error?: string };
  readonly events: Emitter<GatewayEvent>;
  readonly log: Log;
  /** In the order of the catalog. */
  servers(): Server[];
  server(id: string): Server | undefined;
  /** Reads the catalog again. Rejects with `reload-failed` naming the problems; then the old one stays in force. */
  reload(): Promise<Reload>;
}
