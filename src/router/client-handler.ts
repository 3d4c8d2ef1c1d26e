/** One client's MCP session of any era and upstream, as front ends use it. */

import type { Message } from "../jsonrpc/message.ts";
import type { ManagedServer } from "../supervisor/managed-server.ts";
import type { RequestContext } from "./request-context.ts";

/** Target of a client: one server, or all servers together. */
export type SessionTarget = ManagedServer | "all";

export interface ClientHandler {
  /** The protocol version agreed on; `undefined` before `initialize`. */
  readonly version: string | undefined;
  /** `clientInfo` of the client's `initialize`. */
  readonly clientInfo: unknown;
  /** Set while a backend reads slower than this client writes. Wait for it before reading more. */
  readonly congested: Promise<void> | undefined;
  /** Whether the server was removed and no request is in flight. */
  readonly orphaned: boolean;
  /** Handles one message of the client, checked by `findAmbiguity`. The context's reply is used for requests only. */
  handle(message: Message, context: RequestContext): void;
  /** Resolves once no request or notification is in flight. */
  settled(): Promise<void>;
  /** Ends open subscriptions as the protocol requires, before the gateway stops. */
  finish(): void;
  /** The client disconnected. Cancels its calls. */
  close(): Promise<void>;
}
