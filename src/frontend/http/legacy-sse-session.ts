/**
 * A client session over HTTP+SSE (2024-11-05). One event stream carries all messages to the client and ends with the
 * session. A client whose stream broke must open a new session.
 */

import { randomUUID } from "node:crypto";
import type { ServerResponse } from "node:http";
import type { GatewayError } from "../../base/errors.ts";
import { rpcErrorText } from "../../jsonrpc/encode.ts";
import type { ClientHandler, SessionTarget } from "../../router/client-handler.ts";
import type { Reply } from "../../router/reply.ts";
import type { GatewayApi } from "../gateway-api.ts";
import type { Caller } from "./caller.ts";
import { failureText } from "./post-reply.ts";

/** Unread bytes above which the client's next requests wait. */
const socketAhead = 1_000_000;
/** Unread bytes above which the session ends. */
const mostUnreadBytes = 32_000_000;

export class LegacySseSession implements Reply {
  readonly id = randomUUID();
  /** Index of the API key that opened it. */
  readonly key: number | undefined;
  readonly target: SessionTarget;
  readonly client: ClientHandler;
  readonly #response: ServerResponse;

  /** The headers of `response` must be sent already. */
  constructor(
    core: Pick<GatewayApi, "openSession">,
    target: SessionTarget,
    { key, principal }: Caller,
    response: ServerResponse,
  ) {
    this.key = key;
    this.target = target;
    this.#response = response;
    this.client = core.openSession(target, this, { principal });
  }

  /** Sends the URL for the client's messages. */
  begin(messagePath: string): void {
    this.#event("endpoint", `${messagePath}?session_id=${this.id}`);
  }

  push(text: string): void {
    if (this.#response.writableLength > mostUnreadBytes) this.#response.destroy();
    else this.#event("message", text);
  }

  end(text: string): void {
    this.push(text);
  }

  fail(error: GatewayError, id: string): void {
    this.push(rpcErrorText(id, error.rpc, failureText(error), error.data));
  }

  /** A cancelled request gets no response. */
  drop(): void {}

  /** Resolves once the client has read its messages, or disconnected. */
  async caughtUp(): Promise<void> {
    const response = this.#response;
    if (response.destroyed || response.writableLength <= socketAhead) return;
    await new Promise<void>((resolve) => {
      response.once("drain", resolve);
      response.once("close", resolve);
    });
  }

  keepAlive(): void {
    if (this.#response.writableLength === 0) this.#response.write(": keep-alive\n\n");
  }

  async close(): Promise<void> {
    this.#response.end();
    await this.client.close();
  }

  #event(name: string, data: string): void {
    if (!this.#response.writableEnded) this.#response.write(`event: ${name}\ndata: ${data}\n\n`);
  }
}
