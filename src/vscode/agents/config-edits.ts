/**
 * Puts our entries into a tool's configuration and takes them out again. Pure: text to text. What others wrote stays, with
 * its comments, order and style; the same edit twice is one; a file that cannot be read is refused.
 */

import { isDeepStrictEqual } from "node:util";

export type Entries = Readonly<Record<string, unknown>>;

/** What to do with the servers of a file. */
export interface EditPlan {
  /** By the name we would like; none of it: ours are removed. */
  readonly wanted: Entries;
  /** Whether an entry is one that we wrote. */
  readonly isOurs: (entry: unknown) => boolean;
}

/** The names to remove and those to set, so that ours are as wanted and others' are as they were. */
export function changesOf(
  present: Entries,
  { wanted, isOurs }: EditPlan,
): { remove: string[]; set: Entries } {
  const ours = Object.keys(present).filter((name) => isOurs(present[name]));
  const others = new Set(Object.keys(present).filter((name) => !ours.includes(name)));
  const named = Object.entries(wanted).map(([name, entry]) => [freeName(name, others), entry] as const);
  const set = Object.fromEntries(named);
  return {
    remove: ours.filter((name) => !Object.hasOwn(set, name)),
    set: Object.fromEntries(
      named.filter(([name, entry]) => !isDeepStrictEqual(plain(present[name]), plain(entry))),
    ),
  };
}

/** The names of our entries. */
export function ourNames(present: Entries, isOurs: (entry: unknown) => boolean): string[] {
  return Object.keys(present).filter((name) => isOurs(present[name]));
}

function freeName(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name;
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? `${name}-gateway` : `${name}-gateway-${number}`;
    if (!taken.has(candidate)) return candidate;
  }
}

/** Parsers make objects of different kinds. */
function plain(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}
