/**
 * Values by id, for entries that come and go with every call. Most ids are integers that count up, so their slots are
 * reused. A `Map` would reallocate its table again and again, and give the garbage collector more work.
 */

/** Largest number of slots. Beyond it, an id whose slot is taken goes to a `Map`. */
const maxSlots = 256;

export class IdMap<Id extends string | number, Value> {
  #ids: (Id | undefined)[] = new Array(8).fill(undefined);
  #values: (Value | undefined)[] = new Array(8).fill(undefined);
  #inSlots = 0;
  #overflow: Map<Id, Value> | undefined;

  get size(): number {
    return this.#inSlots + (this.#overflow?.size ?? 0);
  }

  get(id: Id): Value | undefined {
    const slot = this.#slotOf(id);
    return this.#ids[slot] === id ? this.#values[slot] : this.#overflow?.get(id);
  }

  has(id: Id): boolean {
    return this.get(id) !== undefined;
  }

  /** `id` must not be in the table. */
  set(id: Id, value: Value): void {
    let slot = this.#slotOf(id);
    while (slot >= 0 && this.#ids[slot] !== undefined && this.#ids.length < maxSlots) {
      this.#grow();
      slot = this.#slotOf(id);
    }
    if (slot < 0 || this.#ids[slot] !== undefined) {
      this.#overflow ??= new Map();
      this.#overflow.set(id, value);
      return;
    }
    this.#ids[slot] = id;
    this.#values[slot] = value;
    this.#inSlots++;
  }

  /** Removes the value and returns it. */
  take(id: Id): Value | undefined {
    const slot = this.#slotOf(id);
    if (this.#ids[slot] !== id) {
      const value = this.#overflow?.get(id);
      this.#overflow?.delete(id);
      return value;
    }
    const value = this.#values[slot];
    this.#ids[slot] = undefined;
    this.#values[slot] = undefined;
    this.#inSlots--;
    return value;
  }

  /** In no particular order. */
  entries(): [Id, Value][] {
    const inSlots = this.#ids.flatMap((id, slot): [Id, Value][] => {
      const value = this.#values[slot];
      return id === undefined || value === undefined ? [] : [[id, value]];
    });
    return this.#overflow ? [...inSlots, ...this.#overflow] : inSlots;
  }

  /** -1 for an id that cannot have a slot, such as a string. */
  #slotOf(id: Id): number {
    return typeof id === "number" && Number.isSafeInteger(id) ? id & (this.#ids.length - 1) : -1;
  }

  #grow(): void {
    const entries = this.entries();
    const slots = this.#ids.length * 2;
    this.#ids = new Array(slots).fill(undefined);
    this.#values = new Array(slots).fill(undefined);
    this.#inSlots = 0;
    this.#overflow = undefined;
    // Ids with different slots in the small table have different slots in the large one.
    for (const [id, value] of entries) this.set(id, value);
  }
}
