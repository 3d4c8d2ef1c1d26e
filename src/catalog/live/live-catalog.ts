/** What should exist: the entries now in force, and how the last attempt to change them went. Starts nothing. */

import type { Entry } from "../entry.ts";
import { type CatalogDiff, diffCatalogs } from "./catalog-diff.ts";

/** When entries last came into force; `error` when a later attempt failed, a problem a line. */
export interface LastReload {
  readonly at: Date;
  readonly error?: string;
}

export class LiveCatalog {
  #entries: readonly Entry[];
  #lastReload: LastReload;

  constructor(entries: readonly Entry[], at: Date) {
    this.#entries = entries;
    this.#lastReload = { at };
  }

  /** In the order of the catalog. */
  get entries(): readonly Entry[] {
    return this.#entries;
  }

  get lastReload(): LastReload {
    return this.#lastReload;
  }

  /** Puts these entries in the place of all others, at once. */
  replace(entries: readonly Entry[], at: Date): CatalogDiff {
    const change = diffCatalogs(this.#entries, entries);
    this.#entries = entries;
    this.#lastReload = { at };
    return change;
  }

  /** The catalog could not be taken over: the entries stay. */
  refuse(error: string): void {
    this.#lastReload = { at: this.#lastReload.at, error };
  }
}
