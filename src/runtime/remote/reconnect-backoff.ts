/** History of the event streams of one request, or of the session. Decides when the next stream is requested. Pure. */

/** A stream that lasts this long was useful. */
const lastingMs = 5000;
const longestPauseMs = 30_000;
/** Maximum delay of a timer. */
const longestTimerMs = 2 ** 31 - 1;
const growth = 1.5;

export class ReconnectBackoff {
  #openedAt = 0;
  #isOfUse = false;
  #vain = 0;

  opened(now: number): void {
    this.#openedAt = now;
    this.#isOfUse = false;
  }

  /** Records a message, or the event after which the stream can be resumed. */
  received(): void {
    this.#isOfUse = true;
  }

  /** Milliseconds until the next stream, after this one has ended. `delayMs`: the delay of the server or the SDK. */
  pauseAfter(now: number, delayMs: number): number {
    this.#vain = this.#isOfUse || now - this.#openedAt >= lastingMs ? 0 : this.#vain + 1;
    const grown = delayMs * growth ** Math.max(0, this.#vain - 1);
    return Math.min(longestTimerMs, Math.max(delayMs, Math.min(grown, longestPauseMs)));
  }
}
