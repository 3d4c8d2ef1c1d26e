/**
 * Pings an idle instance once per interval (gateway.md, *Lifecycle*). A busy instance is not pinged because its calls have
 * timeouts. An instance that answers calls but never answered a ping stays healthy; one ping right after the start
 * distinguishes it from an instance that stopped answering.
 */

import type { BackendSession } from "../backend/backend-session.ts";
import { messageOf } from "../base/errors.ts";

export class HealthCheck {
  readonly #connection: BackendSession;
  readonly #intervalMs: number;
  readonly #report: (problem: string | undefined) => void;
  readonly #timer: NodeJS.Timeout;
  #pinging = false;
  /** Whether the instance ever answered a request of the health check. */
  #hasAnswered = false;

  /** `report` receives the problem, or `undefined` when the instance is healthy. */
  constructor(connection: BackendSession, intervalMs: number, report: (problem: string | undefined) => void) {
    this.#connection = connection;
    this.#intervalMs = intervalMs;
    this.#report = report;
    this.#timer = setInterval(() => void this.#check(), intervalMs);
    void this.#pingOnce();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #check(): Promise<void> {
    if (this.#pinging || this.#connection.inFlight > 0) return;
    if (this.#connection.unansweredMs < this.#intervalMs) return this.#report(undefined);
    this.#pinging = true;
    try {
      await this.#ping();
      this.#report(undefined);
    } catch (error) {
      if (this.#connection.inFlight === 0) this.#reportFailure(messageOf(error));
    } finally {
      this.#pinging = false;
    }
  }

  /** Records whether the instance answers at all. Reports nothing, because a slow start is not a problem. */
  async #pingOnce(): Promise<void> {
    // The handshake was such a request.
    if (this.#method === "server/discover") this.#hasAnswered = true;
    else await this.#ping().catch(() => undefined);
  }

  async #ping(): Promise<void> {
    await this.#connection.request(this.#method, {}, this.#intervalMs);
    this.#hasAnswered = true;
  }

  /** Request that checks the instance. Any answer is enough: old servers do not know ping, and the stateless era has none. */
  get #method(): "ping" | "server/discover" {
    return this.#connection.era === "initialize" ? "ping" : "server/discover";
  }

  #reportFailure(because: string): void {
    const ignoresPings = !this.#hasAnswered && this.#connection.lastCall === "answered";
    this.#report(ignoresPings ? undefined : `no answer to ${this.#method}: ${because}`);
  }
}
