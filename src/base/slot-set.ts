/**
 * A set for members that come and go with every call. Each member has a slot, and slots are reused. `IdTable` has the
 * reason why this is not a `Set`.
 */

export class SlotSet<Member> {
  readonly #members: (Member | undefined)[] = [];
  /** Sequence number of each member, for the order of arrival. */
  readonly #arrivals: number[] = [];
  readonly #free: number[] = [];
  #lastArrival = 0;

  get size(): number {
    return this.#members.length - this.#free.length;
  }

  /** Returns the member's slot, which `remove` needs. */
  add(member: Member): number {
    const slot = this.#free.pop() ?? this.#members.length;
    this.#members[slot] = member;
    this.#arrivals[slot] = ++this.#lastArrival;
    return slot;
  }

  /** Frees the slot. Does nothing where `member` is not in it. */
  remove(slot: number, member: Member): void {
    if (this.#members[slot] !== member || member === undefined) return;
    this.#members[slot] = undefined;
    this.#free.push(slot);
  }

  /** In order of arrival. */
  all(): Member[] {
    const slots = [...this.#members.keys()].filter((slot) => this.#members[slot] !== undefined);
    slots.sort((one, other) => (this.#arrivals[one] ?? 0) - (this.#arrivals[other] ?? 0));
    return slots.flatMap((slot) => this.#members[slot] ?? []);
  }
}
