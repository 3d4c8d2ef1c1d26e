/** Interface between a backend session and a client session. Calls go down, answers and server requests come up. */

import type { GatewayError } from "../base/errors.ts";
import type { Message } from "../jsonrpc/message.ts";
import type { Envelope, Era } from "./era.ts";

/** One client session, as a backend session sees it. */
export interface Client {
  /** Era of the client. Where the backend has another era, calls are translated before they come here. */
  readonly era: Era;
  /** User of the client. A server request for a call of one principal never goes to a client of another. */
  readonly principal: string;
  /** Capabilities and info that the client sent. */
  readonly envelope: Envelope;
  /** Whether the client declared this capability: `sampling`, `elicitation`, `roots`. */
  can(capability: string): boolean;
  /** Receives a message that belongs to no call. */
  push(text: string): void;
  /**
   * Sends a server's request to the client, on the stream of `call` when it belongs to one. `answer` is called at most
   * once, with the client's response. The caller must replace the id in it.
   */
  ask(request: Message, call: Call | undefined, answer: (response: Message) => void): ServerRequest;
}

/** A server's request that waits for the client. */
export interface ServerRequest {
  /** Cancels the request at the client, with the server's own `notifications/cancelled` if there is one. */
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
  /** Receives a message that belongs to this call only, such as its progress. */
  push(text: string): void;
  /** Called exactly once. */
  settle(outcome: Outcome): void;
}
