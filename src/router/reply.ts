/** How a front end takes what the router has for its client. Implemented by front ends, called by client sessions. */

import type { GatewayError } from "../base/errors.ts";

/** The place for everything that belongs to one request of a client. */
export interface Reply {
  /** A message that belongs to the request: its progress, a question of the server. */
  push(text: string): void;
  /** The JSON-RPC response. */
  end(text: string): void;
  /** There will be no response from a backend; `id` is the request's own, as JSON text. */
  fail(error: GatewayError, id: string): void;
  /** The client wants no answer: it cancelled. */
  drop(): void;
}

/** The place for messages that belong to no request. */
export interface NotificationSink {
  push(text: string): void;
}
