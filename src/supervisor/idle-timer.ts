/** Fires when an instance had no work for long enough. Arms one timer for each idle period and none for a call. */

export class IdleTimer {
  readonly #idleMs: () => number;
  readonly #busy: () => boolean;
  readonly #idle: () => void;
  #timer: NodeJS.Timeout | undefined;
  #lastWorkEnd = performance.now();

  /** `idleMs` is read for each idle period; 0 disables the timer. */
  constructor(idleMs: () => number, busy: () => boolean, idle: () => void) {
    this.#idleMs = idleMs;
    this.#busy = busy;
    this.#idle = idle;
  }

  /** Milliseconds since work last ended. */
  get idleMs(): number {
    return performance.now() - this.#lastWorkEnd;
  }

  /** Work has just ended, or the instance has just come up. */
  workEnded(): void {
    this.#lastWorkEnd = performance.now();
    if (!this.#timer) this.#arm(this.#idleMs());
  }

  /** The idle time may have changed. */
  onSettingsChanged(): void {
    this.stop();
    this.#check();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #arm(delayMs: number): void {
    if (this.#idleMs() === 0) return;
    this.#timer = setTimeout(() => this.#check(), delayMs);
  }

  #check(): void {
    this.#timer = undefined;
    if (this.#busy() || this.#idleMs() === 0) return;
    const restMs = this.#idleMs() - this.idleMs;
    // A timer may fire a fraction of a millisecond early.
    if (restMs < 1) this.#idle();
    else this.#arm(restMs);
  }
}
