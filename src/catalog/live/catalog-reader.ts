/**
 * Reads the text of a catalog again and again. Parses only the entries whose text has changed, because the YAML of a
 * thousand entries takes hundreds of milliseconds. Gives the same entries as `parseCatalog`.
 */

import type { Entry } from "../entry.ts";
import { parseCatalog } from "../parse-catalog.ts";
import { noPluginTypes, type PluginTypes } from "../plugin-types.ts";
import { hasErrors, type Problem } from "../text/problem.ts";
import { type SplitCatalog, splitCatalog } from "../text/split-catalog.ts";

export interface ReadCatalog {
  readonly entries: readonly Entry[];
  /** All problems of an invalid text. A valid text has none with the severity `error`. */
  readonly problems: readonly Problem[];
}

interface Known {
  readonly split: SplitCatalog;
  /** The entry of each text. An entry without a change stays the same object. */
  readonly entries: ReadonlyMap<string, Entry>;
}

/** Beginnings of an anchor, an alias, a tag or a directive: with them, one entry may depend on another. */
const linked = /(?:^|[\s[{,:-])[&*!]\S|^%/m;

export class CatalogReader {
  #known: Known | undefined;

  /** Never throws. */
  read(text: string, types: PluginTypes = noPluginTypes): ReadCatalog {
    const split = types.size === 0 && !linked.test(text) ? splitCatalog(text) : undefined;
    const entries = split && this.#readChanged(split);
    if (split && entries) {
      this.#remember(split, entries);
      return { entries, problems: [] };
    }
    const read = parseCatalog(text, { types });
    if (split && !hasErrors(read.problems)) this.#remember(split, read.entries);
    return read;
  }

  /** `undefined` if the whole text has to be parsed. */
  #readChanged(split: SplitCatalog): Entry[] | undefined {
    const known = this.#known;
    if (!known || !isSameFrame(known.split, split)) return undefined;
    const changed = split.entries.filter(({ text }) => !known.entries.has(text));
    if (changed.length * 2 > split.entries.length) return undefined;
    const part = split.head + changed.map(({ text }) => text).join("") + split.tail.text;
    const { entries: parsed, problems } = parseCatalog(changed.length === 0 ? "servers: []" : part);
    if (hasErrors(problems) || parsed.length !== changed.length) return undefined;
    let next = 0;
    const entries = split.entries.flatMap(({ text }) => known.entries.get(text) ?? parsed[next++] ?? []);
    // A repeated id is reported with its place.
    return new Set(entries.map(({ id }) => id)).size === split.entries.length ? entries : undefined;
  }

  #remember(split: SplitCatalog, entries: readonly Entry[]): void {
    this.#known = undefined;
    if (entries.length !== split.entries.length) return;
    const ofTexts = new Map<string, Entry>();
    for (const [index, { text }] of split.entries.entries()) {
      const entry = entries[index];
      if (!entry || !text.includes(entry.id)) return;
      ofTexts.set(text, entry);
    }
    this.#known = { split, entries: ofTexts };
  }
}

/** Whether the texts around the entries are equal. */
function isSameFrame(one: SplitCatalog, other: SplitCatalog): boolean {
  return one.head === other.head && one.tail.text === other.tail.text && one.indent === other.indent;
}
