/** Pings a quiet instance once an interval (gateway.md, *Lifecycle*). A busy one is left alone: its calls have timeouts. */

import { messageOf } from "../base/errors.ts";
import type { Connection } from "../connection/connection.ts";

export class HealthCheck {
  readonly #connection: Connection;
  readonly #intervalMs: number;
  readonly #report: (trouble: string | undefined) => void;
  readonly #timer: NodeJS.Timeout;
  #asking = false;

  /** `report` gets what is wrong, or `undefined` when all is well. */
  constructor(connection: Connection, intervalMs: number, report: (trouble: string | undefined) => void) {
    this.#connection = connection;
    this.#intervalMs = intervalMs;
    this.#report = report;
    this.#timer = setInterval(() => void this.#check(), intervalMs);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #check(): Promise<void> {
    if (this.#asking || this.#connection.inFlight > 0) return;
    if (this.#connection.unansweredMs < this.#intervalMs) return this.#report(undefined);
    this.#asking = true;
    // Any answer proves life: old servers do not know ping, and the stateless era has none.
    const method = this.#connection.era === "initialize" ? "ping" : "server/discover";
    try {
      await this.#connection.request(method, {}, this.#intervalMs);
      this.#report(undefined);
    } catch (error) {
      if (this.#connection.inFlight === 0) this.#report(`no answer to ${method}: ${messageOf(error)}`);
    } finally {
      this.#asking = false;
    }
  }
}
