/** Merges several catalog files into one source of entries. An id that two files use is an error in both. */

import { dirname } from "node:path";
import type { Entry } from "../../catalog/entry.ts";
import { parseCatalog } from "../../catalog/parse-catalog.ts";
import type { PluginTypes } from "../../catalog/plugin-types.ts";
import { noPluginTypes } from "../../catalog/plugin-types.ts";
import { type Problem, problemLine } from "../../catalog/text/problem.ts";
import { readTextFile } from "../../catalog/text/read-text-file.ts";
import { type CatalogReading, type CatalogSource, catalogFile } from "../../gateway/catalog-source.ts";
import { setOrigin } from "./entry-origin.ts";
import type { Catalog } from "./find-catalogs.ts";

/** Result of reading catalogs that may have errors. */
export interface PartReading {
  /** Unique by id. */
  readonly entries: readonly Entry[];
  /** Each problem on one line: `file:line:column: message`. */
  readonly problems: readonly string[];
}

export class MergedCatalogs implements CatalogSource {
  readonly baseDir: string;
  readonly catalogs: readonly Catalog[];
  readonly #types: PluginTypes;
  readonly #sources: readonly { readonly catalog: Catalog; readonly source: CatalogSource }[];
  /** Entries of the last reading without errors. */
  #valid: readonly Entry[] | undefined;

  /** `catalogs` has at least one item. `types`: runtime types of plugins, read again with each reading. */
  constructor(catalogs: readonly Catalog[], types: PluginTypes = noPluginTypes) {
    this.catalogs = catalogs;
    this.#types = types;
    this.#sources = catalogs.map((catalog) => ({ catalog, source: catalogFile(catalog.file, types) }));
    this.baseDir = dirname(catalogs[0]?.file ?? "");
  }

  async read(): Promise<CatalogReading> {
    const { entries, problems } = await this.readPart();
    if (problems.length > 0) return { kind: "invalid", problems };
    this.#valid = entries;
    return { kind: "valid", entries };
  }

  /**
   * The entries with which a gateway starts. After an error, these are the last valid entries, or else the valid part.
   */
  async begin(): Promise<PartReading> {
    const { entries, problems } = await this.readPart();
    if (problems.length > 0) return { entries: this.#valid ?? entries, problems };
    this.#valid = entries;
    return { entries, problems };
  }

  /** Returns the entries of the catalogs that have no errors. */
  async readPart(): Promise<PartReading> {
    const entries = new Map<string, Entry>();
    const problems: string[] = [];
    let clash = false;
    for (const { catalog, source } of this.#sources) {
      const reading = await source.read();
      if (reading.kind === "invalid") problems.push(...reading.problems);
      else for (const entry of reading.entries) clash = this.#take(entries, entry, catalog) || clash;
    }
    if (clash) {
      const places = await clashes(this.catalogs, this.#types);
      // A user fixed the files in the meantime, so the reading is out of date.
      if (places.length === 0) return this.readPart();
      problems.push(...places.map(lineOf));
    }
    return { entries: [...entries.values()], problems };
  }

  watch(changed: () => void): { close(): void } {
    const watches = this.#sources.map(({ source }) => source.watch?.(changed));
    return {
      close: () => {
        for (const watch of watches) watch?.close();
      },
    };
  }

  /** Adds an entry if its id is new. Returns true if another entry already has the id. */
  #take(entries: Map<string, Entry>, entry: Entry, catalog: Catalog): boolean {
    if (entries.has(entry.id)) return true;
    entries.set(entry.id, entry);
    setOrigin(entry, catalog);
    return false;
  }
}

export interface FileProblem {
  readonly file: string;
  readonly problem: Problem;
}

/** Every place with an id that another catalog also uses. */
export async function clashes(
  catalogs: readonly Catalog[],
  types: PluginTypes = noPluginTypes,
): Promise<FileProblem[]> {
  const uses = new Map<string, FileProblem[]>();
  for (const { file } of catalogs) {
    const read = await readTextFile(file);
    if (read.kind === "failed") continue;
    const parsed = parseCatalog(read.text, { types });
    for (const entry of parsed.entries) {
      const path = parsed.pathOf(entry, ["id"]);
      const problem: Problem = {
        severity: "error",
        code: "duplicate-id",
        message: `Duplicate server ID: ${entry.id}`,
        path,
        serverId: entry.id,
        ...parsed.placeOf(entry, ["id"]),
      };
      uses.set(entry.id, [...(uses.get(entry.id) ?? []), { file, problem }]);
    }
  }
  return [...uses.values()].filter((places) => places.length > 1).flatMap(withOthers);
}

function withOthers(places: readonly FileProblem[]): FileProblem[] {
  return places.map(({ file, problem }) => {
    const others = places.filter((place) => place.file !== file).map((place) => place.file);
    return { file, problem: { ...problem, message: `${problem.message} (also in ${others.join(", ")})` } };
  });
}

function lineOf({ file, problem }: FileProblem): string {
  return problemLine(file, problem);
}
