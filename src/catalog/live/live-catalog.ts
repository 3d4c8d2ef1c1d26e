/** The entries in force, and the result of the last attempt to change them. Starts nothing. */

import type { Entry } from "../entry.ts";
import { type CatalogDiff, diffCatalogs } from "./catalog-diff.ts";

/** Time of the last successful change; `error` when a later attempt failed, one problem per line. */
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

  /** Replaces all entries at once. */
  replace(entries: readonly Entry[], at: Date): CatalogDiff {
    const change = diffCatalogs(this.#entries, entries);
    this.#entries = entries;
    this.#lastReload = { at };
    return change;
  }

  /** Records a failed reload. The entries stay in force. */
  refuse(error: string): void {
    this.#lastReload = { at: this.#lastReload.at, error };
  }
}
