/** Output of the router to a client. Front ends implement it, and client sessions call it. */

import type { GatewayError } from "../base/errors.ts";

/** Receives everything that belongs to one request of a client. */
export interface Reply {
  /** A message that belongs to the request, such as progress or a request of the server. */
  push(text: string): void;
  /** The JSON-RPC response. */
  end(text: string): void;
  /** The request failed without a response of a backend. `id` is the id of the request as JSON text. */
  fail(error: GatewayError, id: string): void;
  /** The client cancelled the request, so no response is sent. */
  drop(): void;
}

/** Receives messages that belong to no request. */
export interface NotificationSink {
  push(text: string): void;
}
