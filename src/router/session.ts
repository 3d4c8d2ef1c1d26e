/** One client's MCP session, whatever it is with: what front ends hold. */

import type { Message } from "../connection/message.ts";
import type { Server } from "../supervisor/server.ts";
import type { Reply } from "./reply.ts";

/** What a client talks to: one server, or all of them as one. */
export type Target = Server | "all";

export interface Session {
  /** The protocol version agreed on; `undefined` before `initialize`. */
  readonly version: string | undefined;
  /** Set while a backend reads slower than this client writes: wait for it before reading on. */
  readonly congested: Promise<void> | undefined;
  /** Whether there is nothing left to talk to. */
  readonly orphaned: boolean;
  /** Takes one message of the client. `reply` is used for requests only. */
  handle(message: Message, reply: Reply): void;
  /** The client is gone: its calls are cancelled. */
  close(): Promise<void>;
}
