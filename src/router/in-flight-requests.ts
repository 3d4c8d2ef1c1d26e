/**
 * The requests of one client session that are not answered yet. Each of them has an id of its own, and settles itself.
 */

import { GatewayError } from "../base/errors.ts";
import { IdMap } from "../base/id-map.ts";
import { notification } from "../jsonrpc/encode.ts";
import type { JsonRpcId, Message } from "../jsonrpc/message.ts";
import type { ManagedServer } from "../supervisor/managed-server.ts";
import { InFlightRequest, idOf, type RequestOwner, sessionEndedError } from "./in-flight-request.ts";
import type { RequestContext } from "./request-context.ts";

export class InFlightRequests implements RequestOwner {
  readonly #open = new IdMap<JsonRpcId, InFlightRequest>();
  /** Work without an id that `settled` waits for. */
  readonly #others = new Set<Promise<unknown>>();
  #closed = false;
  #waiters: { readonly isSettled: () => boolean; readonly resolve: () => void }[] = [];

  get size(): number {
    return this.#open.size;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Adds a request; `undefined` if it was refused because its id is in use or the session has ended. */
  begin(request: Message, context: RequestContext): InFlightRequest | undefined {
    const id = request.json.id as JsonRpcId;
    const refusal = this.#refusal(id, request);
    if (refusal) {
      context.reply.fail(refusal, idOf(request));
      return undefined;
    }
    const begun = new InFlightRequest(this, request, context);
    this.#open.set(id, begun);
    return begun;
  }

  #refusal(id: JsonRpcId, request: Message): GatewayError | undefined {
    if (this.#closed) return sessionEndedError();
    if (!this.#open.has(id)) return undefined;
    return new GatewayError("invalid-request", `A request with the id ${idOf(request)} is in flight`);
  }

  /** Handles the client's `notifications/cancelled`. Ignored for an unknown request. */
  cancel(requestId: unknown, cancelled: Message): void {
    this.#open.get(requestId as JsonRpcId)?.cancel(cancelled);
  }

  /** Work without an id that `settled` waits for. */
  track(work: Promise<unknown>): void {
    const tracked = work
      .catch(() => undefined)
      .finally(() => {
        this.#others.delete(tracked);
        this.#noticeSettled();
      });
    this.#others.add(tracked);
  }

  /** Resolves once no request is in flight, or none to that server. */
  async settled(server?: ManagedServer): Promise<void> {
    const isSettled = () =>
      server
        ? !this.#open.entries().some(([, one]) => one.server === server)
        : this.#open.size === 0 && this.#others.size === 0;
    if (isSettled()) return;
    await new Promise<void>((resolve) => this.#waiters.push({ isSettled, resolve }));
  }

  /** Cancels all requests. No more are accepted. */
  close(): void {
    this.#closed = true;
    for (const [id, request] of this.#open.entries()) request.cancel(disconnectedMessage(id));
  }

  settle(request: InFlightRequest): boolean {
    const id = request.request.json.id as JsonRpcId;
    if (this.#open.get(id) !== request) return false;
    this.#open.take(id);
    if (this.#waiters.length > 0) this.#noticeSettled();
    return true;
  }

  #noticeSettled(): void {
    const settled = this.#waiters.filter(({ isSettled }) => isSettled());
    if (settled.length === 0) return;
    this.#waiters = this.#waiters.filter((waiter) => !settled.includes(waiter));
    for (const { resolve } of settled) resolve();
  }
}

function disconnectedMessage(requestId: JsonRpcId): Message {
  const text = notification("notifications/cancelled", { requestId, reason: "the client disconnected" });
  return { text, json: JSON.parse(text) };
}
