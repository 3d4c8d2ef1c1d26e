/**
 * One open document of an editor: its text, split into entries, with its problems. Owns the check, which restarts with
 * each new text.
 */

import { basename } from "node:path";
import type { TextDocument } from "vscode-languageserver-textdocument";
import { checkCatalogText, checkParsedCatalog } from "../../src/catalog/checks/check-catalog.ts";
import type { Problem } from "../../src/catalog/text/problem.ts";
import { mostBytes, tooLarge } from "../../src/catalog/text/read-text-file.ts";
import type { SplitCatalog } from "../../src/catalog/text/split-catalog.ts";
import { splitCatalog } from "../../src/catalog/text/split-catalog.ts";
import type { DocumentKind } from "../document-kinds.ts";
import type { PlacedEntry } from "./catalog-check.ts";
import { CatalogCheck } from "./catalog-check.ts";
import type { DocumentEntry } from "./document-entry.ts";
import type { DocumentEnvironment } from "./document-environment.ts";
import { idIn } from "./entry-reading.ts";
import type { FullCheckWorker } from "./full-check-worker.ts";
import { parsedEntries } from "./parsed-entries.ts";

/**
 * A longer text is read in another thread while the user is not typing, because reading it as a whole takes noticeable
 * time.
 */
const shortText = 16_000;
export const quietMs = 300;

/** The result of a check. */
export interface Checked {
  readonly version: number;
  readonly problems: readonly Problem[];
}

/** Lets a check wait while the user is typing. */
export interface Pace {
  /** Aborted when a newer text arrives. */
  readonly signal: AbortSignal;
  /** Resolves when the user has not typed for a while. */
  readonly quiet: (signal: AbortSignal) => Promise<void>;
  /** Receives the probable problems before the user pauses. */
  readonly onLikely: (problems: readonly Problem[]) => void;
  /** Reads whole files. */
  readonly whole: FullCheckWorker;
}

export class OpenDocument {
  readonly kind: DocumentKind;
  /** Absolute. For a document without a file, a path where it could be saved. */
  readonly file: string;
  readonly documentContext: DocumentEnvironment;
  #text: TextDocument;
  #split: { readonly version: number; readonly split: SplitCatalog | undefined } | undefined;
  #checked: Checked | undefined;
  #entries: readonly PlacedEntry[] = [];
  #parsed: { readonly version: number; readonly entries: readonly DocumentEntry[] } | undefined;
  readonly #check: CatalogCheck;

  constructor(text: TextDocument, kind: DocumentKind, file: string, documentContext: DocumentEnvironment) {
    this.#text = text;
    this.kind = kind;
    this.file = file;
    this.documentContext = documentContext;
    this.#check = new CatalogCheck({
      types: () => this.documentContext.types,
      examine: (catalog) => {
        const { baseDir, sources, machine } = this.documentContext;
        return checkParsedCatalog(catalog, { baseDir, sources, machine });
      },
    });
  }

  get uri(): string {
    return this.#text.uri;
  }

  get text(): TextDocument {
    return this.#text;
  }

  get name(): string {
    return basename(this.file);
  }

  /** The last result, for this text or an older one. */
  get checked(): Checked | undefined {
    return this.#checked;
  }

  /** The entries of the current text. Entries that are newer than the last check do not have a reading. */
  entries(): readonly DocumentEntry[] {
    const split = this.split();
    if (split === undefined) return this.#parsedEntries();
    const readings = new Map(this.#entries.map(({ text, reading }) => [text, reading]));
    return split.entries.map(({ line, text }) => {
      const reading = readings.get(text);
      const id = reading?.id ?? idIn(text);
      return { line, text, ...(reading && { reading }), ...(id !== undefined && { id }) };
    });
  }

  #parsedEntries(): readonly DocumentEntry[] {
    const { version } = this.#text;
    if (this.#parsed?.version !== version) {
      const isCatalog = this.kind.check.by === "entry";
      this.#parsed = { version, entries: isCatalog ? parsedEntries(this.#text.getText()) : [] };
    }
    return this.#parsed.entries;
  }

  change(text: TextDocument): void {
    this.#text = text;
  }

  /** Drops cached results, because files or variables may have changed. */
  renew(): void {
    this.documentContext.renew();
    this.#check.forget();
  }

  /** The current text split into entries. `undefined` if it is not a catalog with entries. */
  split(): SplitCatalog | undefined {
    const { version } = this.#text;
    if (this.#split?.version !== version) {
      const isCut = this.kind.check.by === "entry" && !this.isTooLarge();
      this.#split = { version, split: isCut ? splitCatalog(this.#text.getText()) : undefined };
    }
    return this.#split.split;
  }

  isTooLarge(): boolean {
    return Buffer.byteLength(this.#text.getText()) > mostBytes;
  }

  /** Finds all problems of the current text. Returns `undefined` when the signal of `pace` is aborted. */
  async check(pace: Pace): Promise<Checked | undefined> {
    const { version } = this.#text;
    const problems = await this.#problems(this.#text.getText(), pace);
    if (problems === undefined || pace.signal.aborted) return undefined;
    this.#checked = { version, problems };
    return this.#checked;
  }

  async #problems(text: string, pace: Pace): Promise<readonly Problem[] | undefined> {
    if (this.isTooLarge()) return [tooLarge];
    if (this.kind.check.by === "file") {
      if (text.length > shortText) await pace.quiet(pace.signal);
      return pace.signal.aborted ? undefined : this.kind.check.problems(text, this.file);
    }
    const found = await this.#check.check(text, pace.signal);
    if (found.kind === "outdated" || pace.signal.aborted) return undefined;
    this.#entries = found.entries;
    return found.kind === "checked" ? found.problems : this.#wholeProblems(text, found.likely, pace);
  }

  async #wholeProblems(
    text: string,
    likely: readonly Problem[],
    { signal, quiet, onLikely, whole }: Pace,
  ): Promise<readonly Problem[] | undefined> {
    if (text.length > shortText) {
      if (likely.length > 0) onLikely(likely);
      await quiet(signal);
      if (signal.aborted) return undefined;
      return whole.ask(this.documentContext.requestFor(text), signal).catch(() => undefined);
    }
    const { baseDir, sources, machine, types } = this.documentContext;
    return checkCatalogText(text, { baseDir, sources, machine, types });
  }
}
