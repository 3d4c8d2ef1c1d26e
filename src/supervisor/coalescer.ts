/** Coalesces bursts of messages: sends the first at once and only the last of those that follow within the interval. */

interface Burst<T> {
  /** Latest value since the last one was sent. */
  latest: T | undefined;
  readonly timer: NodeJS.Timeout;
}

export class Coalescer<T> {
  readonly #send: (value: T) => void;
  readonly #intervalMs: number;
  readonly #bursts = new Map<string, Burst<T>>();

  constructor(send: (value: T) => void, intervalMs: number) {
    this.#send = send;
    this.#intervalMs = intervalMs;
  }

  /** Messages of one `kind` replace each other. */
  offer(kind: string, value: T): void {
    const burst = this.#bursts.get(kind);
    if (burst) {
      burst.latest = value;
      return;
    }
    this.#begin(kind);
    this.#send(value);
  }

  /** Discards values that were not sent yet. */
  close(): void {
    for (const { timer } of this.#bursts.values()) clearTimeout(timer);
    this.#bursts.clear();
  }

  #begin(kind: string): void {
    const timer = setTimeout(() => this.#end(kind), this.#intervalMs);
    this.#bursts.set(kind, { latest: undefined, timer });
  }

  #end(kind: string): void {
    const latest = this.#bursts.get(kind)?.latest;
    this.#bursts.delete(kind);
    if (latest === undefined) return;
    this.#begin(kind);
    this.#send(latest);
  }
}
