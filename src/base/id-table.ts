/**
 * Values by id, for what comes and goes with every call: most ids are integers that count up, and their places are used
 * again. A `Map` would leave a trail of tables behind that outlive their entries, for the garbage collector to find.
 */

/** How many places there are at most; what shares a place with another waits beside them. */
const mostPlaces = 256;

export class IdTable<Id extends string | number, Value> {
  #ids: (Id | undefined)[] = new Array(8).fill(undefined);
  #values: (Value | undefined)[] = new Array(8).fill(undefined);
  #placed = 0;
  #others: Map<Id, Value> | undefined;

  get size(): number {
    return this.#placed + (this.#others?.size ?? 0);
  }

  get(id: Id): Value | undefined {
    const place = this.#placeOf(id);
    return this.#ids[place] === id ? this.#values[place] : this.#others?.get(id);
  }

  has(id: Id): boolean {
    return this.get(id) !== undefined;
  }

  /** `id` is new here. */
  add(id: Id, value: Value): void {
    let place = this.#placeOf(id);
    while (place >= 0 && this.#ids[place] !== undefined && this.#ids.length < mostPlaces) {
      this.#grow();
      place = this.#placeOf(id);
    }
    if (place < 0 || this.#ids[place] !== undefined) {
      this.#others ??= new Map();
      this.#others.set(id, value);
      return;
    }
    this.#ids[place] = id;
    this.#values[place] = value;
    this.#placed++;
  }

  /** The value that was there. */
  take(id: Id): Value | undefined {
    const place = this.#placeOf(id);
    if (this.#ids[place] !== id) {
      const value = this.#others?.get(id);
      this.#others?.delete(id);
      return value;
    }
    const value = this.#values[place];
    this.#ids[place] = undefined;
    this.#values[place] = undefined;
    this.#placed--;
    return value;
  }

  /** In no particular order. */
  entries(): [Id, Value][] {
    const placed = this.#ids.flatMap((id, place): [Id, Value][] => {
      const value = this.#values[place];
      return id === undefined || value === undefined ? [] : [[id, value]];
    });
    return this.#others ? [...placed, ...this.#others] : placed;
  }

  /** -1 for an id that has none. */
  #placeOf(id: Id): number {
    return typeof id === "number" && Number.isSafeInteger(id) ? id & (this.#ids.length - 1) : -1;
  }

  #grow(): void {
    const entries = this.entries();
    const places = this.#ids.length * 2;
    this.#ids = new Array(places).fill(undefined);
    this.#values = new Array(places).fill(undefined);
    this.#placed = 0;
    this.#others = undefined;
    // What had a place of its own among fewer has one among more.
    for (const [id, value] of entries) this.add(id, value);
  }
}
