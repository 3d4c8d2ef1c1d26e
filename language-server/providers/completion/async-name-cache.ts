/**
 * Names somebody else has to be asked for: images, namespaces, commands. Nobody waits for them: the answer is there for
 * the next key that is typed.
 */

/** Names older than this are asked for again. */
const freshMs = 30_000;

interface Known {
  readonly names: readonly string[] | undefined;
  readonly at: number;
}

export class AsyncNameCache {
  readonly #known = new Map<string, Known>();
  readonly #now: () => number;

  /** `now` in milliseconds, of a clock that nobody can set. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** What is known; `undefined` while the first answer is awaited. A failure counts as no names. */
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
