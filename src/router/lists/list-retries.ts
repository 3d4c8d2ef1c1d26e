/**
 * Lists that failed. They are reported as missing at once, and requested again in the background at growing intervals. The
 * combined list therefore does not wait for a broken server or start it again. Owns its timers.
 */

import { messageOf } from "../../base/errors.ts";

const firstRetryMs = 2_000;
const longestRetryMs = 5 * 60_000;
/** After this number of tries a list is not requested again until a client starts the server or its entry changes. */
const mostTries = 12;

interface Failure {
  readonly because: string;
  readonly tries: number;
  readonly timer: NodeJS.Timeout | undefined;
}

export class ListRetries {
  readonly #failures = new Map<string, Failure>();

  /** Why the list or server with this key failed; `undefined` if it did not. */
  reasonOf(key: string): string | undefined {
    return this.#failures.get(key)?.because;
  }

  /** Records a failure. Calls `retry` after a delay. */
  add(key: string, error: unknown, retry: () => void): void {
    const before = this.#failures.get(key);
    clearTimeout(before?.timer);
    const tries = (before?.tries ?? 0) + 1;
    const delayMs = Math.min(firstRetryMs * 2 ** (tries - 1), longestRetryMs);
    const timer = tries < mostTries ? setTimeout(retry, delayMs).unref() : undefined;
    this.#failures.set(key, { because: messageOf(error), tries, timer });
  }

  /** Removes the failure after a success or a change of the entry. */
  delete(key: string): void {
    clearTimeout(this.#failures.get(key)?.timer);
    this.#failures.delete(key);
  }

  close(): void {
    for (const { timer } of this.#failures.values()) clearTimeout(timer);
    this.#failures.clear();
  }
}
