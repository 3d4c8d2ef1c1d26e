/**
 * What could not be removed because its engine or cluster was gone, or did not answer: it may still be there when that
 * comes back. Removed before the next start there, or by the way once somebody answers.
 */

const againMs = 5_000;

/** Tries to remove one thing; resolves with whether there is nothing left to be done. Never rejects. */
export type Removal = () => Promise<boolean>;

interface Left {
  readonly removals: Set<Removal>;
  /** The sweep under way. */
  sweeping: Promise<void> | undefined;
}

export class DeferredCleanup {
  readonly #left = new Map<string, Left>();
  #timer: NodeJS.Timeout | undefined;

  /** Removes something, now or later. `place` tells engines and clusters apart. Never rejects. */
  async remove(place: string, removal: Removal): Promise<void> {
    if (!(await removal())) this.keep(place, removal);
  }

  /** Removes later what was tried now. */
  keep(place: string, removal: Removal): void {
    const left = this.#left.get(place) ?? { removals: new Set(), sweeping: undefined };
    left.removals.add(removal);
    this.#left.set(place, left);
    // A gateway that ends leaves them to the next one, which finds them by their labels.
    this.#timer ??= setInterval(() => void this.#sweepAll(), againMs).unref();
  }

  /** Removes what is left there. Never rejects. */
  async sweep(place: string): Promise<void> {
    const left = this.#left.get(place);
    if (!left) return;
    left.sweeping ??= this.#sweep(place, left).finally(() => {
      left.sweeping = undefined;
    });
    await left.sweeping;
  }

  async #sweep(place: string, { removals }: Left): Promise<void> {
    await Promise.all(
      [...removals].map(async (removal) => {
        if (await removal()) removals.delete(removal);
      }),
    );
    if (removals.size === 0) this.#left.delete(place);
  }

  async #sweepAll(): Promise<void> {
    await Promise.all([...this.#left.keys()].map((place) => this.sweep(place)));
    if (this.#left.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
