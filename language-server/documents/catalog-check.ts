/**
 * Finds all problems of a catalog while it is edited, with the same result as `gateway-http --validate`. Reads only
 * entries whose text is new. Owns the cache of one document. Does not read files.
 */

import { duplicateId } from "../../src/catalog/parse-catalog.ts";
import type { Problem } from "../../src/catalog/text/problem.ts";
import { inOrder } from "../../src/catalog/text/problem.ts";
import type { SplitCatalog } from "../../src/catalog/text/split-catalog.ts";
import { splitCatalog } from "../../src/catalog/text/split-catalog.ts";
import type { EntryReading, Reader } from "./entry-reading.ts";
import { readEntry } from "./entry-reading.ts";
import type { OuterDocument } from "./outer-document.ts";
import { readOuterDocument } from "./outer-document.ts";
import type { Field } from "./outline.ts";
import { moved } from "./outline.ts";

/** An entry with its position. */
export interface PlacedEntry {
  /** Zero-based number of its first line. */
  readonly line: number;
  readonly text: string;
  readonly reading: EntryReading;
}

export type CatalogFindings =
  | {
      readonly kind: "checked";
      readonly problems: readonly Problem[];
      readonly entries: readonly PlacedEntry[];
    }
  /**
   * The file must be read as a whole to find the problems. `entries` are as complete as possible. `likely` is the
   * probable cause, if it is known.
   */
  | {
      readonly kind: "entangled";
      readonly entries: readonly PlacedEntry[];
      readonly likely: readonly Problem[];
    }
  /** The text has changed during the check. */
  | { readonly kind: "outdated" };

/** The same limit as that of `readYaml`. */
const maxSyntaxProblems = 100;
/** Time after which the check yields to other work. */
const sliceMs = 8;

export class CatalogCheck {
  readonly #reader: Reader;
  #known = new Map<string, EntryReading>();
  #outer: { readonly text: string; readonly reading: OuterDocument } | undefined;

  constructor(reader: Reader) {
    this.#reader = reader;
  }

  /** Drops the cache, because files or variables may have changed. */
  forget(): void {
    this.#known = new Map();
  }

  /** Never rejects. Returns `outdated` early when `signal` is aborted. */
  async check(text: string, signal: AbortSignal): Promise<CatalogFindings> {
    const split = splitCatalog(text);
    if (split === undefined) return { kind: "entangled", entries: [], likely: [] };
    const entries = await this.#readEntries(split, signal);
    if (entries === undefined) return { kind: "outdated" };
    const outer = this.#readOuter(split);
    const problems = problemsOf(outer, entries);
    if (problems !== undefined) return { kind: "checked", problems, entries };
    return { kind: "entangled", entries, likely: inOrder(entries.flatMap(brokenProblems)) };
  }

  async #readEntries({ entries }: SplitCatalog, signal: AbortSignal): Promise<PlacedEntry[] | undefined> {
    const placed: PlacedEntry[] = [];
    const before = this.#known;
    const known = new Map<string, EntryReading>();
    let since = performance.now();
    for (const [index, { line, text }] of entries.entries()) {
      const reading = cachedReading(text, index, known, before) ?? (await this.#read(text, index, known));
      placed.push({ line, text, reading });
      if (performance.now() - since < sliceMs) continue;
      await new Promise(setImmediate);
      if (signal.aborted) {
        // Keeps these readings for the next check.
        for (const [key, value] of known) before.set(key, value);
        return undefined;
      }
      since = performance.now();
    }
    // The cache was dropped during this check, so its readings are not kept.
    if (this.#known === before) this.#known = known;
    return placed;
  }

  async #read(text: string, index: number, into: Map<string, EntryReading>): Promise<EntryReading> {
    const reading = await readEntry(text, index, this.#reader);
    into.set(reading.id ? text : numbered(text, index), reading);
    return reading;
  }

  #readOuter(split: SplitCatalog): OuterDocument {
    const text = `${split.indent}\n${split.tail.line}\n${split.head}\0${split.tail.text}`;
    if (this.#outer?.text !== text) this.#outer = { text, reading: readOuterDocument(split) };
    return this.#outer.reading;
  }
}

function cachedReading(
  text: string,
  index: number,
  into: Map<string, EntryReading>,
  before: ReadonlyMap<string, EntryReading>,
): EntryReading | undefined {
  const same = into.get(text) ?? before.get(text);
  const reading = same ?? before.get(numbered(text, index));
  if (reading) into.set(reading.id ? text : numbered(text, index), reading);
  return reading;
}

/** Messages about an entry without an id contain its index, so the index is part of the cache key. */
function numbered(text: string, index: number): string {
  return `${index}\n${text}`;
}

/** `undefined` if the entries or the text around them cannot be understood separately. */
function problemsOf(outer: OuterDocument, entries: readonly PlacedEntry[]): readonly Problem[] | undefined {
  if (outer.kind === "entangled" || entries.some(({ reading }) => reading.kind === "entangled"))
    return undefined;
  if (entries.some(({ reading }) => reading.kind === "broken")) return syntaxProblems(entries);
  const repeated = repeatedIds(entries);
  return inOrder([
    ...outer.problems,
    ...entries.flatMap((entry, index) => entryProblems(entry, index, repeated)),
  ]);
}

/** A file that is not YAML has only syntax problems. */
function syntaxProblems(entries: readonly PlacedEntry[]): readonly Problem[] | undefined {
  const found = entries.flatMap(brokenProblems);
  return found.length < maxSyntaxProblems ? inOrder(found) : undefined;
}

/** Problems of an entry that is not YAML. */
function brokenProblems({ line, reading }: PlacedEntry): Problem[] {
  return reading.kind === "read" ? [] : reading.problems.map((problem) => moved(problem, line));
}

function repeatedIds(entries: readonly PlacedEntry[]): ReadonlySet<string> {
  const seen = new Set<string>();
  const repeated = new Set<string>();
  for (const { reading } of entries) {
    if (reading.kind !== "read" || reading.id === undefined) continue;
    if (seen.has(reading.id)) repeated.add(reading.id);
    seen.add(reading.id);
  }
  return repeated;
}

function entryProblems(
  { line, reading }: PlacedEntry,
  index: number,
  repeated: ReadonlySet<string>,
): Problem[] {
  if (reading.kind !== "read") return [];
  const { id } = reading;
  const isRepeated = id !== undefined && repeated.has(id);
  const found = isRepeated ? [...reading.formProblems, ...duplicate(reading.fields, id)] : reading.problems;
  return found.map((problem) => placedProblem(problem, line, index));
}

function duplicate(fields: readonly Field[], id: string): Problem[] {
  const field = fields.find(({ path }) => path.length === 1 && path[0] === "id");
  if (field === undefined) return [];
  return [
    { severity: "error", ...duplicateId(id), path: ["servers", 0, "id"], serverId: id, ...field.value },
  ];
}

function placedProblem(problem: Problem, line: number, index: number): Problem {
  const { path } = problem;
  const inFile = path[0] === "servers" && path.length > 1 ? ["servers", index, ...path.slice(2)] : path;
  return { ...moved(problem, line), path: inFile };
}
