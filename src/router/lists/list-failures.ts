/**
 * Lists that could not be had: known as missing at once, and tried again in the background at growing intervals, so that no
 * list of all servers waits for a broken one or starts it anew. Owns its timers.
 */

import { messageOf } from "../../base/errors.ts";

const firstRetryMs = 2_000;
const longestRetryMs = 5 * 60_000;
/** After so many tries it is left alone until somebody starts it or its entry changes. */
const mostTries = 12;

interface Failure {
  readonly because: string;
  readonly tries: number;
  readonly timer: NodeJS.Timeout | undefined;
}

export class ListFailures {
  readonly #failures = new Map<string, Failure>();

  /** Why what goes by this key is missing. */
  reasonOf(key: string): string | undefined {
    return this.#failures.get(key)?.because;
  }

  /** It failed; `retry` is called after a while. */
  add(key: string, error: unknown, retry: () => void): void {
    const before = this.#failures.get(key);
    clearTimeout(before?.timer);
    const tries = (before?.tries ?? 0) + 1;
    const delayMs = Math.min(firstRetryMs * 2 ** (tries - 1), longestRetryMs);
    const timer = tries < mostTries ? setTimeout(retry, delayMs).unref() : undefined;
    this.#failures.set(key, { because: messageOf(error), tries, timer });
  }

  /** It works, or it is another one. */
  delete(key: string): void {
    clearTimeout(this.#failures.get(key)?.timer);
    this.#failures.delete(key);
  }

  close(): void {
    for (const { timer } of this.#failures.values()) clearTimeout(timer);
    this.#failures.clear();
  }
}
