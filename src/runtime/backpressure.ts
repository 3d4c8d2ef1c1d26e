/** Says "wait" while a backend reads slower than we write. Owns no timer and no stream. */

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

/** Congestion by what is on its way at once: for channels whose messages leave side by side. */
export class ByteWindow {
  readonly #congestion = new Backpressure();
  readonly #limit: number;
  #underWay = 0;

  /** `limit`: how many characters may be on their way before it is congestion. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get waiting(): Promise<void> | undefined {
    return this.#congestion.waiting;
  }

  /** Counts a message of that many characters until the function returned is called; a second call does nothing. */
  begin(characters: number): () => void {
    let left = characters;
    this.#underWay += left;
    if (this.#underWay > this.#limit) this.#congestion.begin();
    return () => {
      this.#underWay -= left;
      left = 0;
      if (this.#underWay <= this.#limit) this.#congestion.end();
    };
  }

  /** The channel ended: nobody need wait any more. */
  close(): void {
    this.#congestion.end();
  }
}
