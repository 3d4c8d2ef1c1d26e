/** What a connection and a client session know of each other: calls go down, answers and questions come up. */

import type { GatewayError } from "../base/errors.ts";
import type { Message } from "../jsonrpc/message.ts";
import type { Envelope, Era } from "./era.ts";

/** One client session, as a connection sees it. */
export interface Client {
  /** How it speaks: where the backend speaks otherwise, its calls are translated before they come here. */
  readonly era: Era;
  /** On whose behalf it speaks: what is asked for one principal's call is never put to another's client. */
  readonly principal: string;
  /** What it says of itself. */
  readonly envelope: Envelope;
  /** Whether the client declared this capability: `sampling`, `elicitation`, `roots`. */
  can(capability: string): boolean;
  /** Takes a message that belongs to no call. */
  push(text: string): void;
  /**
   * Puts a server's request to the client, on the stream of `call` when it belongs to one. `answer` is called at most
   * once, with the client's response; the id in it is the client's business and has to be replaced.
   */
  ask(request: Message, call: Call | undefined, answer: (response: Message) => void): ServerRequest;
}

/** A server's request that waits for the client. */
export interface ServerRequest {
  /** Tells the client that nobody waits any more; with the server's own `notifications/cancelled` if there is one. */
  withdraw(notification?: Message): void;
}

/** How a call ended. */
export type Outcome =
  /** The backend answered; the text carries the client's own id. */
  | { readonly kind: "answered"; readonly text: string; readonly message: Message }
  | { readonly kind: "failed"; readonly error: GatewayError }
  /** The client cancelled: it expects no answer (MCP, *Cancellation*). */
  | { readonly kind: "cancelled" };

/** One request of a client on its way through a backend. */
export interface Call {
  readonly client: Client;
  readonly request: Message;
  /** A message that belongs to this call and to no other: its progress. */
  push(text: string): void;
  /** Called exactly once. */
  settle(outcome: Outcome): void;
}
