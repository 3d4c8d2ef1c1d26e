/**
 * Adds the gateway's entries to an agent's configuration and removes them again. Pure: text to text. Other entries keep
 * their comments, order and style. The same edit twice has the effect of one. A file that cannot be parsed is refused.
 */

import { isDeepStrictEqual } from "node:util";

export type Entries = Readonly<Record<string, unknown>>;

/** Changes to make to the servers of a file. */
export interface EditPlan {
  /** Entries by preferred name. If empty, the gateway's entries are removed. */
  readonly wanted: Entries;
  /** Whether the gateway wrote this entry. */
  readonly isOurs: (entry: unknown) => boolean;
}

/**
 * The names to remove and the entries to set, so that the gateway's entries are as wanted and other entries do not
 * change.
 */
export function changesOf(
  present: Entries,
  { wanted, isOurs }: EditPlan,
): { remove: string[]; set: Entries } {
  const managed = Object.keys(present).filter((name) => isOurs(present[name]));
  const others = new Set(Object.keys(present).filter((name) => !managed.includes(name)));
  const named = Object.entries(wanted).map(([name, entry]) => [freeName(name, others), entry] as const);
  const set = Object.fromEntries(named);
  return {
    remove: managed.filter((name) => !Object.hasOwn(set, name)),
    set: Object.fromEntries(
      named.filter(([name, entry]) => !isDeepStrictEqual(plain(present[name]), plain(entry))),
    ),
  };
}

/** Names of the gateway's entries. */
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

/** Copies to plain objects, because the parsers create objects with different prototypes. */
function plain(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}
