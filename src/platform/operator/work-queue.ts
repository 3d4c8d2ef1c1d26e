/**
 * Work by key: each key once at a time and several keys at once, what fails again after a while. A key that is added
 * while it is worked on is worked on once more. Knows nothing of what the work is.
 */

export interface QueueOptions {
  /** Rejects when it has to be tried again. */
  readonly work: (key: string) => Promise<void>;
  readonly failed: (key: string, error: unknown) => void;
  /** How many keys at once. */
  readonly atOnce: number;
  /** How long after the first failure a key is tried again; doubles with each one more. */
  readonly firstRetryMs: number;
  readonly longestRetryMs: number;
}

export class WorkQueue {
  readonly #options: QueueOptions;
  readonly #waiting = new Set<string>();
  readonly #active = new Map<string, Promise<void>>();
  readonly #failures = new Map<string, number>();
  readonly #retries = new Map<string, NodeJS.Timeout>();
  #closed = false;

  constructor(options: QueueOptions) {
    this.#options = options;
  }

  /** Keys that wait for their turn, without those that wait for another try. */
  get depth(): number {
    return this.#waiting.size;
  }

  /** Now, also where another try would come later: something may have changed. */
  add(key: string): void {
    if (this.#closed) return;
    this.#forgetRetry(key);
    this.#waiting.add(key);
    this.#next();
  }

  /** Begins nothing more, and resolves when what is under way has ended. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#waiting.clear();
    for (const key of [...this.#retries.keys()]) this.#forgetRetry(key);
    await Promise.all(this.#active.values());
  }

  #next(): void {
    for (const key of this.#waiting) {
      if (this.#active.size >= this.#options.atOnce) return;
      if (this.#active.has(key)) continue;
      this.#waiting.delete(key);
      this.#active.set(key, this.#run(key));
    }
  }

  async #run(key: string): Promise<void> {
    try {
      await this.#options.work(key);
      this.#failures.delete(key);
    } catch (error) {
      this.#options.failed(key, error);
      if (!this.#closed) this.#retryLater(key);
    }
    this.#active.delete(key);
    this.#next();
  }

  #retryLater(key: string): void {
    const { firstRetryMs, longestRetryMs } = this.#options;
    const failures = this.#failures.get(key) ?? 0;
    this.#failures.set(key, failures + 1);
    // It has been added meanwhile: that is its next try.
    if (this.#waiting.has(key)) return;
    const ms = Math.min(firstRetryMs * 2 ** failures, longestRetryMs);
    this.#retries.set(
      key,
      setTimeout(() => this.add(key), ms),
    );
  }

  #forgetRetry(key: string): void {
    clearTimeout(this.#retries.get(key));
    this.#retries.delete(key);
  }
}
