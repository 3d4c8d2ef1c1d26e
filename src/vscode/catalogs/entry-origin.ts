/** Remembers which catalog each entry was read from. */

import type { Entry } from "../../catalog/entry.ts";
import type { Catalog } from "./find-catalogs.ts";

const origins = new WeakMap<Entry, Catalog>();

export function setOrigin(entry: Entry, catalog: Catalog): void {
  origins.set(entry, catalog);
}

/** The catalog that the entry was read from; `undefined` for an entry of no catalog of this window. */
export function originOf(entry: Entry): Catalog | undefined {
  return origins.get(entry);
}
