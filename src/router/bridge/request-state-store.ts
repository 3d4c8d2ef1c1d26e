/**
 * Calls in backends that wait for an answer of a client without a session: kept under the state the client was given,
 * until it comes back with it (protocol.md, *Two eras*). Owns them: one nobody comes back for is ended.
 */

import { randomUUID } from "node:crypto";
import type { Principal } from "../request-context.ts";

/** How long a person may take to answer. */
const longestMs = 60 * 60 * 1000;
/** Nobody's calls are ended for those of another. */
const mostOfPrincipal = 1_000;

export interface StoredCall {
  /** On whose behalf it was made: nobody else takes it up. */
  readonly principal: Principal;
  /** What the client has to ask for again. */
  readonly what: string;
  /** Whether its server is gone, so that nobody can ask again. */
  readonly orphaned: boolean;
  /** Nobody comes back. */
  abandon(): void;
}

export class RequestStateStore<P extends StoredCall = StoredCall> {
  /** So that states given out here are told from those of backends, which may be gateways themselves. */
  readonly #prefix = `open-mcp-gateway:${randomUUID()}:`;
  readonly #calls = new Map<string, { readonly call: P; readonly timer: NodeJS.Timeout }>();

  /** Returns the state to give to the client: a name for the call that nobody can guess. */
  park(call: P): string {
    const state = `${this.#prefix}${randomUUID()}`;
    const timer = setTimeout(() => this.#abandon(state), longestMs);
    this.#calls.set(state, { call, timer });
    const own = [...this.#calls].filter(([, parked]) => parked.call.principal === call.principal);
    if (own.length > mostOfPrincipal) this.#abandon(own[0]?.[0]);
    return state;
  }

  /** Whether the state is one that was given out here; see `take` for whether its call still waits. */
  gaveOut(state: unknown): boolean {
    return typeof state === "string" && state.startsWith(this.#prefix);
  }

  /** The call that waits under this state, once, when its client asks for the same again. */
  take(state: unknown, what: string, principal: Principal): P | undefined {
    const parked = typeof state === "string" ? this.#calls.get(state) : undefined;
    if (!parked || parked.call.what !== what || parked.call.principal !== principal) return undefined;
    this.#calls.delete(state as string);
    clearTimeout(parked.timer);
    return parked.call;
  }

  /** Ends those that nobody can come back for. */
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
