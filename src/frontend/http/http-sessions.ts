/** All client sessions over HTTP: opens, finds, expires and caps them. Owns them: they end with it. */

import { GatewayError } from "../../base/errors.ts";
import type { Target } from "../../router/session.ts";
import type { Core } from "../core.ts";
import { HttpSession } from "./http-session.ts";

const expiryMs = 12 * 60 * 60 * 1000;

export class HttpSessions {
  readonly #core: Pick<Core, "openSession">;
  readonly #sessions = new Map<string, HttpSession>();
  readonly #most: number;

  /** `most` is how many sessions there may be at a time. */
  constructor(core: Pick<Core, "openSession">, most = 10_000) {
    this.#core = core;
    this.#most = most;
  }

  get size(): number {
    return this.#sessions.size;
  }

  all(): Iterable<HttpSession> {
    return this.#sessions.values();
  }

  /** Throws `too-many` when every session there may be is in use. */
  open(target: Target, key: number | undefined): HttpSession {
    if (this.#sessions.size >= this.#most && !this.#dropLongestIdle()) {
      throw new GatewayError("too-many", `All ${this.#most} client sessions are in use`);
    }
    const session = new HttpSession(this.#core, target, key);
    this.#sessions.set(session.id, session);
    return session;
  }

  /** The session of that id, for this target and this key; throws `session-not-found` or `invalid-request`. */
  find(id: string | undefined, target: Target, key: number | undefined): HttpSession {
    if (id === undefined) throw new GatewayError("invalid-request", "Mcp-Session-Id header is required");
    const session = this.#sessions.get(id);
    if (!session || session.target !== target || session.key !== key) {
      throw new GatewayError("session-not-found", "Session not found");
    }
    session.used();
    return session;
  }

  async end(session: HttpSession): Promise<void> {
    this.#sessions.delete(session.id);
    await session.close();
  }

  /** Ends the sessions nobody has used for long, and those of servers that are gone. */
  sweep(): void {
    for (const session of [...this.#sessions.values()]) {
      if (session.idleMs > expiryMs || session.client.orphaned) void this.end(session);
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#sessions.values()].map((session) => this.end(session)));
  }

  #dropLongestIdle(): boolean {
    let longest: HttpSession | undefined;
    for (const session of this.#sessions.values()) {
      if (session.idleMs > (longest?.idleMs ?? 0)) longest = session;
    }
    if (longest) void this.end(longest);
    return longest !== undefined;
  }
}
