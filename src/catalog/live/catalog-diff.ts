/** The changes of a reload: compares two catalogs by id. Pure. */

import { isDeepStrictEqual } from "node:util";
import type { Entry } from "../entry.ts";

export interface CatalogDiff {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly modified: readonly string[];
}

/** The order of entries and of keys makes no difference. */
export function diffCatalogs(before: readonly Entry[], after: readonly Entry[]): CatalogDiff {
  const old = new Map(before.map((entry) => [entry.id, entry]));
  const ids = new Set(after.map((entry) => entry.id));
  return {
    added: after.filter((entry) => !old.has(entry.id)).map((entry) => entry.id),
    removed: before.filter((entry) => !ids.has(entry.id)).map((entry) => entry.id),
    modified: after
      .filter((entry) => old.has(entry.id) && !isSame(old.get(entry.id), entry))
      .map((entry) => entry.id),
  };
}

/** An entry whose text is the same is often the same object. */
function isSame(one: Entry | undefined, other: Entry): boolean {
  return one === other || isDeepStrictEqual(one, other);
}
