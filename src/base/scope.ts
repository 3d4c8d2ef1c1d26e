/** Resources of one owner. They are closed newest first, even if closing one of them fails. */

type Close = () => unknown;

export class Scope {
  #closers: Close[] = [];
  #closing: Promise<void> | undefined;

  /** Registers a function that closes a resource, and returns one that closes it now. On a closed scope it runs at once. */
  add(close: Close): () => Promise<void> {
    const once = async () => {
      this.#closers = this.#closers.filter((closer) => closer !== once);
      await close();
    };
    if (this.#closing) void once();
    else this.#closers.push(once);
    return once;
  }

  /** Closes everything, newest first. Rejects with all failures in one error at the end. May be called twice. */
  close(): Promise<void> {
    this.#closing ??= this.#closeAll();
    return this.#closing;
  }

  async #closeAll(): Promise<void> {
    const failures: unknown[] = [];
    for (let close = this.#closers.at(-1); close; close = this.#closers.at(-1)) {
      try {
        await close();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, "closing failed");
  }
}
