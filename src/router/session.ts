/** One client's MCP session, of whatever era and with whatever upstream: what front ends hold. */

import type { Message } from "../jsonrpc/message.ts";
import type { ManagedServer } from "../supervisor/managed-server.ts";
import type { RequestContext } from "./request-context.ts";

/** What a client talks to: one server, or all of them as one. */
export type SessionTarget = ManagedServer | "all";

export interface Session {
  /** The protocol version agreed on; `undefined` before `initialize`. */
  readonly version: string | undefined;
  /** What the client said of itself in its `initialize`. */
  readonly clientInfo: unknown;
  /** Set while a backend reads slower than this client writes: wait for it before reading on. */
  readonly congested: Promise<void> | undefined;
  /** Whether there is nothing left to talk to. */
  readonly orphaned: boolean;
  /** Takes one message of the client, checked by `ambiguity`. The context's reply is used for requests only. */
  handle(message: Message, context: RequestContext): void;
  /** Resolves once nothing is on its way, notifications included. */
  settled(): Promise<void>;
  /** What would go on for ever is ended as the protocol wants it: we are about to close. */
  finish(): void;
  /** The client is gone: its calls are cancelled. */
  close(): Promise<void>;
}
