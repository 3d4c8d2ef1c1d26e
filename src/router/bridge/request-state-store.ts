/**
 * Calls that wait in backends for an answer of a client without a session. Each is stored under the state that the client
 * got, until the client sends it again (protocol.md, *Two eras*). Calls are cancelled when the client does not come back.
 */

import { randomUUID } from "node:crypto";
import type { Principal } from "../request-context.ts";

/** Time for a user to answer. */
const longestMs = 60 * 60 * 1000;
/** Limit for each principal, so that one principal cannot evict the calls of another. */
const mostOfPrincipal = 1_000;

export interface StoredCall {
  /** User of the call. Only this principal can resume it. */
  readonly principal: Principal;
  /** Identifies the request that the client must repeat. */
  readonly what: string;
  /** Whether its server was removed, so that the call cannot be resumed. */
  readonly orphaned: boolean;
  /** Ends the call, because the client did not come back. */
  abandon(): void;
}

export class RequestStateStore<P extends StoredCall = StoredCall> {
  /** Distinguishes these states from states of backends, which may be gateways too. */
  readonly #prefix = `open-mcp-gateway:${randomUUID()}:`;
  readonly #calls = new Map<string, { readonly call: P; readonly timer: NodeJS.Timeout }>();

  /** Stores the call. Returns the state for the client, which cannot be guessed. */
  park(call: P): string {
    const state = `${this.#prefix}${randomUUID()}`;
    const timer = setTimeout(() => this.#abandon(state), longestMs);
    this.#calls.set(state, { call, timer });
    const own = [...this.#calls].filter(([, parked]) => parked.call.principal === call.principal);
    if (own.length > mostOfPrincipal) this.#abandon(own[0]?.[0]);
    return state;
  }

  /** Whether the state was created here. Its call may have ended. */
  gaveOut(state: unknown): boolean {
    return typeof state === "string" && state.startsWith(this.#prefix);
  }

  /** Removes and returns the call of this state, where the same principal repeats the same request. */
  take(state: unknown, what: string, principal: Principal): P | undefined {
    const parked = typeof state === "string" ? this.#calls.get(state) : undefined;
    if (!parked || parked.call.what !== what || parked.call.principal !== principal) return undefined;
    this.#calls.delete(state as string);
    clearTimeout(parked.timer);
    return parked.call;
  }

  /** Ends calls that cannot be resumed. */
  sweep(): void {
    for (const [state, { call }] of [...this.#calls]) if (call.orphaned) this.#abandon(state);
  }

  close(): void {
    for (const state of [...this.#calls.keys()]) this.#abandon(state);
  }

  #abandon(state: string | undefined): void {
    const parked = state === undefined ? undefined : this.#calls.get(state);
    if (!parked || state === undefined) return;
    this.#calls.delete(state);
    clearTimeout(parked.timer);
    parked.call.abandon();
  }
}
