/**
 * A client session over HTTP+SSE (2024-11-05): one stream of events for everything the client is sent, for as long as the
 * session lasts. Nothing is kept for a client whose stream broke: it begins anew.
 */

import { randomUUID } from "node:crypto";
import type { ServerResponse } from "node:http";
import type { GatewayError } from "../../base/errors.ts";
import { rpcErrorText } from "../../jsonrpc/encode.ts";
import type { Reply } from "../../router/reply.ts";
import type { Session, SessionTarget } from "../../router/session.ts";
import type { GatewayApi } from "../gateway-api.ts";
import type { Caller } from "./caller.ts";
import { failureText } from "./post-reply.ts";

/** Bytes that may wait for the client before its next requests do. */
const socketAhead = 1_000_000;
/** Bytes the client may leave unread before its session ends. */
const mostUnreadBytes = 32_000_000;

export class SseSession implements Reply {
  readonly id = randomUUID();
  /** Which of the gateway's keys opened it. */
  readonly key: number | undefined;
  readonly target: SessionTarget;
  readonly client: Session;
  readonly #response: ServerResponse;

  /** `response`: its headers are sent. */
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

  /** Names the address that the client posts its messages to. */
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

  /** The client cancelled: it is sent nothing. */
  drop(): void {}

  /** Resolves once the client has caught up with what it was sent, or is gone. */
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
