/**
 * A set for what comes and goes with every call: each member keeps its place, and places are used again. See `IdTable` for
 * why not a `Set`.
 */

export class Slots<Member> {
  readonly #members: (Member | undefined)[] = [];
  /** When each came, counted. */
  readonly #arrivals: number[] = [];
  readonly #free: number[] = [];
  #lastArrival = 0;

  get size(): number {
    return this.#members.length - this.#free.length;
  }

  /** Returns the member's place. */
  add(member: Member): number {
    const place = this.#free.pop() ?? this.#members.length;
    this.#members[place] = member;
    this.#arrivals[place] = ++this.#lastArrival;
    return place;
  }

  /** What is at that place leaves it; nothing happens where `member` is not there. */
  remove(place: number, member: Member): void {
    if (this.#members[place] !== member || member === undefined) return;
    this.#members[place] = undefined;
    this.#free.push(place);
  }

  /** In order of arrival. */
  all(): Member[] {
    const places = [...this.#members.keys()].filter((place) => this.#members[place] !== undefined);
    places.sort((one, other) => (this.#arrivals[one] ?? 0) - (this.#arrivals[other] ?? 0));
    return places.flatMap((place) => this.#members[place] ?? []);
  }
}
