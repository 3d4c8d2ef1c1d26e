/**
 * Pings a quiet instance once an interval (gateway.md, *Lifecycle*). A busy one is left alone: its calls have timeouts. So
 * is one that never answered a ping but answers calls. One ping right after the start tells it from one that went silent.
 */

import type { BackendSession } from "../backend/backend-session.ts";
import { messageOf } from "../base/errors.ts";

export class HealthCheck {
  readonly #connection: BackendSession;
  readonly #intervalMs: number;
  readonly #report: (trouble: string | undefined) => void;
  readonly #timer: NodeJS.Timeout;
  #asking = false;
  /** Whether it ever answered a request of the health check. */
  #answers = false;

  /** `report` gets what is wrong, or `undefined` when all is well. */
  constructor(connection: BackendSession, intervalMs: number, report: (trouble: string | undefined) => void) {
    this.#connection = connection;
    this.#intervalMs = intervalMs;
    this.#report = report;
    this.#timer = setInterval(() => void this.#check(), intervalMs);
    void this.#learn();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #check(): Promise<void> {
    if (this.#asking || this.#connection.inFlight > 0) return;
    if (this.#connection.unansweredMs < this.#intervalMs) return this.#report(undefined);
    this.#asking = true;
    try {
      await this.#ask();
      this.#report(undefined);
    } catch (error) {
      if (this.#connection.inFlight === 0) this.#judge(messageOf(error));
    } finally {
      this.#asking = false;
    }
  }

  /** Silence is news of an instance that answered before. Nothing is reported here: a slow start is no illness. */
  async #learn(): Promise<void> {
    // The handshake was such a request already.
    if (this.#method === "server/discover") this.#answers = true;
    else await this.#ask().catch(() => undefined);
  }

  async #ask(): Promise<void> {
    await this.#connection.request(this.#method, {}, this.#intervalMs);
    this.#answers = true;
  }

  /** Any answer proves life: old servers do not know ping, and the stateless era has none. */
  get #method(): "ping" | "server/discover" {
    return this.#connection.era === "initialize" ? "ping" : "server/discover";
  }

  #judge(because: string): void {
    const isDeafToPings = !this.#answers && this.#connection.lastCall === "answered";
    this.#report(isDeafToPings ? undefined : `no answer to ${this.#method}: ${because}`);
  }
}
