/** The way to one running backend, whatever runs it: texts go in, messages come out. Knows nothing of sessions. */

import type { JsonRpcId, Message } from "../jsonrpc/message.ts";

/** How an instance ended. */
export type Exit =
  /** We asked for it. `left`: what could not be ended, for people. */
  | { readonly kind: "stopped"; readonly left?: string }
  /** It ended by itself; `because` is for people: "exited with code 1", "killed by SIGKILL". */
  | { readonly kind: "crashed"; readonly because: string };

export interface Channel {
  /** Queues one JSON-RPC message (one JSON text, no newline inside). After the end it does nothing. */
  send(text: string): void;
  /** Set while the backend reads slower than we write: wait for it before taking on more. */
  readonly congested: Promise<void> | undefined;
  /** Stops and goes on reading what the backend says, where the channel can leave it unread. */
  pause?(): void;
  resume?(): void;
  /** Resolves once nothing of the instance is left; never rejects. */
  readonly exited: Promise<Exit>;
  /** Ends the instance and all it started. May be called twice. Resolves like `exited`. */
  stop(): Promise<Exit>;
}

/** What a channel tells its owner. Called in order, never after `exited`, never before `start` resolved. */
export interface ChannelEvents {
  /** `about`: the id of the request on whose stream it came, where each has its own. */
  message(message: Message, about?: JsonRpcId): void;
  /** One line the backend said outside the protocol: stderr, or noise on stdout. Already redacted. */
  log(line: string): void;
  /**
   * A message handed to `send` that was not taken (a remote's HTTP error). `mayRetry`: nobody has seen it, and the
   * channel takes nothing any more and is about to end; it may be sent on another one.
   */
  undelivered(text: string, because: string, mayRetry: boolean): void;
}
