/**
 * Cache of names from slow sources: images, namespaces, commands. Completion does not wait for them. The names are
 * available when the user types the next character.
 */

/** Names older than this are requested again. */
const freshMs = 30_000;

interface Known {
  readonly names: readonly string[] | undefined;
  readonly at: number;
}

export class AsyncNameCache {
  readonly #known = new Map<string, Known>();
  readonly #now: () => number;

  /** `now` in milliseconds, from a monotonic clock. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** The known names, or `undefined` until the first answer. A failure counts as an empty list. */
  ask(key: string, find: () => Promise<readonly string[]>): readonly string[] | undefined {
    const known = this.#known.get(key);
    if (known !== undefined && this.#now() - known.at < freshMs) return known.names;
    this.#known.set(key, { names: known?.names, at: this.#now() });
    void find()
      .catch((): string[] => [])
      .then((names) => this.#known.set(key, { names, at: this.#now() }));
    return known?.names;
  }
}
