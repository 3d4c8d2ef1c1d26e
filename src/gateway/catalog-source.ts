/** Where a gateway's entries come from: a file that may change, or a list that does not. */

import { dirname, resolve } from "node:path";
import type { Entry } from "../catalog/entry.ts";
import { parseCatalog } from "../catalog/parse-catalog.ts";
import type { PluginTypes } from "../catalog/plugin-types.ts";
import { noPluginTypes } from "../catalog/plugin-types.ts";
import { hasErrors, problemLine } from "../catalog/text/problem.ts";
import { type ReadText, readCatalogText } from "../catalog/text/read-catalog.ts";
import { watchFile } from "../catalog/watch-file.ts";

export type CatalogReading =
  | { readonly kind: "valid"; readonly entries: readonly Entry[] }
  /** One line each: `file:line:column: message`. */
  | { readonly kind: "invalid"; readonly problems: readonly string[] };

export interface CatalogSource {
  /** Where relative paths of the entries start; absolute. */
  readonly baseDir: string;
  /** Never rejects. */
  read(): Promise<CatalogReading>;
  /** Calls `changed` after each change; absent where nothing can. */
  watch?(changed: () => void): { close(): void };
}

/** `types`: those of plugins, looked at with each reading. */
export function catalogFile(path: string, types: PluginTypes = noPluginTypes): CatalogSource {
  const file = resolve(path);
  let lastText: string | undefined;
  return {
    baseDir: dirname(file),
    async read() {
      const read = await readCatalogText(file);
      lastText = read.kind === "text" ? read.text : undefined;
      return readingOf(file, read, types);
    },
    watch(changed) {
      const watch = watchFile(file, changed);
      // What was written between our reading and the beginning of the watch is a change too.
      void watch.ready.then(async () => {
        const read = await readCatalogText(file);
        if (lastText !== (read.kind === "text" ? read.text : undefined)) changed();
      });
      return watch;
    },
  };
}

/**
 * A catalog and what others add to it: an id that is there already is not taken a second time. The first decides whether a
 * reading is valid; `skipped` is told once of each id that is not taken.
 */
export function joinedSources(
  first: CatalogSource,
  others: readonly CatalogSource[],
  skipped: (id: string) => void,
): CatalogSource {
  const told = new Set<string>();
  return {
    baseDir: first.baseDir,
    async read() {
      const reading = await first.read();
      if (reading.kind === "invalid") return reading;
      const entries = new Map(reading.entries.map((entry) => [entry.id, entry]));
      for (const other of others) {
        const more = await other.read();
        for (const entry of more.kind === "valid" ? more.entries : []) {
          const { id } = entry;
          if (!entries.has(id)) {
            entries.set(id, entry);
          } else if (!told.has(id)) {
            told.add(id);
            skipped(id);
          }
        }
      }
      return { kind: "valid", entries: [...entries.values()] };
    },
    watch(changed) {
      const watches = [first, ...others].flatMap((source) => source.watch?.(changed) ?? []);
      return { close: () => watches.forEach((watch) => void watch.close()) };
    },
  };
}

export function fixedEntries(entries: readonly Entry[], baseDir: string): CatalogSource {
  return { baseDir, read: async () => ({ kind: "valid", entries }) };
}

function readingOf(file: string, read: ReadText, types: PluginTypes): CatalogReading {
  if (read.kind === "failed") return { kind: "invalid", problems: [problemLine(file, read.problem)] };
  const { entries, problems } = parseCatalog(read.text, { types });
  if (!hasErrors(problems)) return { kind: "valid", entries };
  const errors = problems.filter(({ severity }) => severity === "error");
  return { kind: "invalid", problems: errors.map((problem) => problemLine(file, problem)) };
}
