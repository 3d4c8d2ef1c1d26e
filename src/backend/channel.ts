/** Connection to one running backend of any runtime. Texts go in, messages come out. Does not know sessions. */

import type { JsonRpcId, Message } from "../jsonrpc/message.ts";

/** How an instance ended. */
export type Exit =
  /** The gateway stopped it. `left` describes resources that could not be removed, as text for users. */
  | { readonly kind: "stopped"; readonly left?: string }
  /** It exited unexpectedly. `because` is a text for users: "exited with code 1", "killed by SIGKILL". */
  | { readonly kind: "crashed"; readonly because: string };

export interface Channel {
  /** Queues one JSON-RPC message (one JSON text without newlines). Does nothing after the end. */
  send(text: string): void;
  /** Set while the backend reads slower than the gateway writes. Wait for it before sending more. */
  readonly congested: Promise<void> | undefined;
  /** Pauses and resumes reading the output of the backend, where the channel supports it. */
  pause?(): void;
  resume?(): void;
  /** Resolves once the instance has ended completely. Never rejects. */
  readonly exited: Promise<Exit>;
  /** Ends the instance and every process it started. May be called twice. Resolves like `exited`. */
  stop(): Promise<Exit>;
}

/** Events of a channel. Called in order, never after `exited`, never before `start` resolved. */
export interface ChannelEvents {
  /** `about` is the id of the request on whose stream the message came, where each request has its own stream. */
  message(message: Message, about?: JsonRpcId): void;
  /** One line of output outside the protocol: stderr, or stdout that is not JSON-RPC. Already redacted. */
  log(line: string): void;
  /**
   * A message that `send` could not deliver (for example because of an HTTP error). `mayRetry` means that no backend
   * received it and that the channel is about to end, so it may be sent on another channel.
   */
  undelivered(text: string, because: string, mayRetry: boolean): void;
}
