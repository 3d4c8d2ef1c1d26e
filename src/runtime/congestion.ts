/** Says "wait" while a backend reads slower than we write. Owns no timer and no stream. */

export class Congestion {
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
