/** How the event streams of one request, or of the session, went so far: decides when the next one is asked for. Pure. */

/** A stream that lasts this long is not asked for in vain. */
const lastingMs = 5000;
const longestPauseMs = 30_000;
/** What a timer can hold. */
const longestTimerMs = 2 ** 31 - 1;
const growth = 1.5;

export class StreamRecord {
  #openedAt = 0;
  #isOfUse = false;
  #vain = 0;

  opened(now: number): void {
    this.#openedAt = now;
    this.#isOfUse = false;
  }

  /** Something came on it: a message, or the event after which it is taken up. */
  heard(): void {
    this.#isOfUse = true;
  }

  /** Milliseconds until the next stream, after this one has ended. `delayMs`: what the server or the SDK would wait. */
  pauseAfter(now: number, delayMs: number): number {
    this.#vain = this.#isOfUse || now - this.#openedAt >= lastingMs ? 0 : this.#vain + 1;
    const grown = delayMs * growth ** Math.max(0, this.#vain - 1);
    return Math.min(longestTimerMs, Math.max(delayMs, Math.min(grown, longestPauseMs)));
  }
}
