/**
 * Removals that failed because the engine or cluster was unavailable. The objects may still exist when it is available
 * again. They are removed before the next start there, or by a retry in the background.
 */

const againMs = 5_000;

/** Tries to remove one object. Resolves with whether no retry is needed. Never rejects. */
export type Removal = () => Promise<boolean>;

interface Pending {
  readonly removals: Set<Removal>;
  /** The sweep in progress. */
  sweeping: Promise<void> | undefined;
}

export class DeferredCleanup {
  readonly #pending = new Map<string, Pending>();
  #timer: NodeJS.Timeout | undefined;

  /** Removes an object, now or later. `place` identifies the engine or cluster. Never rejects. */
  async remove(place: string, removal: Removal): Promise<void> {
    if (!(await removal())) this.keep(place, removal);
  }

  /** Retries a failed removal later. */
  keep(place: string, removal: Removal): void {
    const pending = this.#pending.get(place) ?? { removals: new Set(), sweeping: undefined };
    pending.removals.add(removal);
    this.#pending.set(place, pending);
    // When the gateway ends first, the next gateway finds the objects by their labels.
    this.#timer ??= setInterval(() => void this.#sweepAll(), againMs).unref();
  }

  /** Retries all removals of that place. Never rejects. */
  async sweep(place: string): Promise<void> {
    const pending = this.#pending.get(place);
    if (!pending) return;
    pending.sweeping ??= this.#sweep(place, pending).finally(() => {
      pending.sweeping = undefined;
    });
    await pending.sweeping;
  }

  async #sweep(place: string, { removals }: Pending): Promise<void> {
    await Promise.all(
      [...removals].map(async (removal) => {
        if (await removal()) removals.delete(removal);
      }),
    );
    if (removals.size === 0) this.#pending.delete(place);
  }

  async #sweepAll(): Promise<void> {
    await Promise.all([...this.#pending.keys()].map((place) => this.sweep(place)));
    if (this.#pending.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
