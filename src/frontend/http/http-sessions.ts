/** Opens, finds, expires and limits client sessions over HTTP. Owns them. */

import { GatewayError } from "../../base/errors.ts";
import type { SessionTarget } from "../../router/client-handler.ts";
import type { GatewayApi } from "../gateway-api.ts";
import type { Caller } from "./caller.ts";
import { StreamableHttpSession } from "./streamable-http-session.ts";
import type { WriteBudget } from "./write-budget.ts";

const expiryMs = 12 * 60 * 60 * 1000;

/** Called at the end of a session. `because` is text for users. */
export type OnEnd = (session: StreamableHttpSession, because: string) => void;

export class HttpSessions {
  readonly #core: Pick<GatewayApi, "openSession">;
  readonly #sessions = new Map<string, StreamableHttpSession>();
  readonly #counts = new Map<number | undefined, number>();
  readonly #mostOfKey: number;
  readonly #budget: WriteBudget | undefined;
  readonly #onEnd: OnEnd | undefined;

  /** `mostOfKey` is the limit of sessions for each key. */
  constructor(
    core: Pick<GatewayApi, "openSession">,
    mostOfKey = 10_000,
    budget?: WriteBudget,
    onEnd?: OnEnd,
  ) {
    this.#budget = budget;
    this.#onEnd = onEnd;
    this.#core = core;
    this.#mostOfKey = mostOfKey;
  }

  get size(): number {
    return this.#sessions.size;
  }

  all(): Iterable<StreamableHttpSession> {
    return this.#sessions.values();
  }

  /** Opens a session. At the limit of its key it ends the key's longest idle session, or throws `too-many`. */
  open(target: SessionTarget, caller: Caller): StreamableHttpSession {
    const own = this.#countOf(caller.key);
    if (own >= this.#mostOfKey && !this.#dropLongestIdle(caller.key)) {
      throw new GatewayError(
        "too-many",
        `This API key has reached its limit of ${this.#mostOfKey} client sessions: close one first`,
      );
    }
    const session = new StreamableHttpSession(this.#core, target, caller, this.#budget);
    this.#counts.set(caller.key, own + 1);
    this.#sessions.set(session.id, session);
    return session;
  }

  /** Finds the session for id, target and key. Throws `session-not-found` or `invalid-request`. */
  find(id: string | undefined, target: SessionTarget, key: number | undefined): StreamableHttpSession {
    if (id === undefined) throw new GatewayError("invalid-request", "Mcp-Session-Id header is required");
    const session = this.#sessions.get(id);
    if (!session || session.target !== target || session.key !== key) {
      throw new GatewayError("session-not-found", "Session not found");
    }
    session.used();
    return session;
  }

  async end(session: StreamableHttpSession, because: string): Promise<void> {
    if (this.#sessions.delete(session.id)) {
      this.#counts.set(session.key, this.#countOf(session.key) - 1);
      this.#onEnd?.(session, because);
    }
    await session.close();
  }

  /** Ends sessions that were idle for too long, and sessions of removed servers. */
  sweep(): void {
    for (const session of [...this.#sessions.values()]) {
      if (session.client.orphaned) void this.#endRemoved(session);
      else if (session.idleMs > expiryMs) void this.end(session, "it was idle for 12 hours");
    }
  }

  /** A removed server finishes its calls first. It may be added again meanwhile. */
  async #endRemoved(session: StreamableHttpSession): Promise<void> {
    await session.client.settled();
    if (session.client.orphaned && this.#sessions.has(session.id))
      await this.end(session, "its server was removed");
  }

  async close(): Promise<void> {
    const because = "the gateway is stopping";
    await Promise.all([...this.#sessions.values()].map((session) => this.end(session, because)));
  }

  #countOf(key: number | undefined): number {
    return this.#counts.get(key) ?? 0;
  }

  #dropLongestIdle(key: number | undefined): boolean {
    let longest: StreamableHttpSession | undefined;
    for (const session of this.#sessions.values()) {
      if (session.key === key && session.idleMs > (longest?.idleMs ?? 0)) longest = session;
    }
    if (longest) void this.end(longest, "another session was opened at the limit of its API key");
    return longest !== undefined;
  }
}
