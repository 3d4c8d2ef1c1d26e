/**
 * A work queue by key: each key once at a time, several keys in parallel, with retries after failures. A key that is
 * added during its work runs once more. Does not know the work itself.
 */

export interface QueueOptions {
  /** Rejects when a retry is needed. */
  readonly work: (key: string) => Promise<void>;
  readonly failed: (key: string, error: unknown) => void;
  /** Maximum number of keys in parallel. */
  readonly atOnce: number;
  /** Delay before the first retry. It doubles with each further failure. */
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

  /** Number of keys that wait for their turn, without those that wait for a retry. */
  get depth(): number {
    return this.#waiting.size;
  }

  /** Queues the key now, even when a retry is scheduled for later, because something may have changed. */
  add(key: string): void {
    if (this.#closed) return;
    this.#forgetRetry(key);
    this.#waiting.add(key);
    this.#next();
  }

  /** Starts no more work. Resolves when the work in progress has ended. */
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
    // The key was added again meanwhile. That counts as its retry.
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
