/** Signals that a backend reads more slowly than the gateway writes. Owns no timer and no stream. */

export class Backpressure {
  #relieved: Promise<void> | undefined;
  #relieve: (() => void) | undefined;

  /** Pending while congested, otherwise `undefined`. */
  get waiting(): Promise<void> | undefined {
    return this.#relieved;
  }

  begin(): void {
    this.#relieved ??= new Promise((resolve) => {
      this.#relieve = resolve;
    });
  }

  end(): void {
    this.#relieve?.();
    this.#relieved = undefined;
    this.#relieve = undefined;
  }
}

/** Backpressure by the amount in transit. For channels that send several messages at a time. */
export class ByteWindow {
  readonly #congestion = new Backpressure();
  readonly #limit: number;
  #inTransit = 0;

  /** `limit`: number of characters that may be in transit before the channel is congested. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get waiting(): Promise<void> | undefined {
    return this.#congestion.waiting;
  }

  /** Counts a message of `characters` until the returned function is called. A second call does nothing. */
  begin(characters: number): () => void {
    let open = characters;
    this.#inTransit += open;
    if (this.#inTransit > this.#limit) this.#congestion.begin();
    return () => {
      this.#inTransit -= open;
      open = 0;
      if (this.#inTransit <= this.#limit) this.#congestion.end();
    };
  }

  /** Releases all waiters, because the channel has ended. */
  close(): void {
    this.#congestion.end();
  }
}
