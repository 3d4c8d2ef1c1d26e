/** Makes bursts of one kind of message few: the first goes at once, of those that follow soon only the last. */

interface Burst<T> {
  /** What came since the last one went. */
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

  /** `kind`: what makes two messages say the same. */
  offer(kind: string, value: T): void {
    const burst = this.#bursts.get(kind);
    if (burst) {
      burst.latest = value;
      return;
    }
    this.#begin(kind);
    this.#send(value);
  }

  /** What waits is not sent any more. */
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
