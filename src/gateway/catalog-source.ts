/** Sources of a gateway's entries: a file that may change, or a fixed list. */

import { dirname, resolve } from "node:path";
import type { Entry } from "../catalog/entry.ts";
import { CatalogReader, type ReadCatalog } from "../catalog/live/catalog-reader.ts";
import type { PluginTypes } from "../catalog/plugin-types.ts";
import { noPluginTypes } from "../catalog/plugin-types.ts";
import { hasErrors, problemLine } from "../catalog/text/problem.ts";
import { readTextFile } from "../catalog/text/read-text-file.ts";
import { watchFile } from "../catalog/watch-file.ts";

export type CatalogReading =
  | { readonly kind: "valid"; readonly entries: readonly Entry[] }
  /** Each is one line: `file:line:column: message`. */
  | { readonly kind: "invalid"; readonly problems: readonly string[] };

export interface CatalogSource {
  /** Absolute base directory of relative paths in the entries. */
  readonly baseDir: string;
  /** Never rejects. */
  read(): Promise<CatalogReading>;
  /** Calls `changed` after each change. Absent where entries never change. */
  watch?(changed: () => void): { close(): void };
}

/** `types` are the runtime types of plugins. They are read again with each reading. */
export function catalogFile(path: string, types: PluginTypes = noPluginTypes): CatalogSource {
  const file = resolve(path);
  const reader = new CatalogReader();
  let lastText: string | undefined;
  return {
    baseDir: dirname(file),
    async read() {
      const read = await readTextFile(file);
      lastText = read.kind === "text" ? read.text : undefined;
      if (read.kind === "failed") return { kind: "invalid", problems: [problemLine(file, read.problem)] };
      return readingOf(file, reader.read(read.text, types));
    },
    watch(changed) {
      const watch = watchFile(file, changed);
      // The file may have changed between the reading and the start of the watch.
      void watch.ready.then(async () => {
        const read = await readTextFile(file);
        if (lastText !== (read.kind === "text" ? read.text : undefined)) changed();
      });
      return watch;
    },
  };
}

/**
 * A catalog with the entries of other sources. The first source has priority for an id, and decides whether a reading is
 * valid. `skipped` is called once for each ignored id.
 */
export function joinedSources(
  first: CatalogSource,
  others: readonly CatalogSource[],
  skipped: (id: string) => void,
): CatalogSource {
  const reported = new Set<string>();
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
          } else if (!reported.has(id)) {
            reported.add(id);
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

function readingOf(file: string, { entries, problems }: ReadCatalog): CatalogReading {
  if (!hasErrors(problems)) return { kind: "valid", entries };
  const errors = problems.filter(({ severity }) => severity === "error");
  return { kind: "invalid", problems: errors.map((problem) => problemLine(file, problem)) };
}
