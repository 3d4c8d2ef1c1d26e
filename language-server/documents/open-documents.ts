/** The open documents of an editor by URI. Owns their checks, each of which runs until a newer text arrives. */

import { dirname, join } from "node:path";
import type { TextDocument } from "vscode-languageserver-textdocument";
import { Scope } from "../../src/base/scope.ts";
import { withTimeout } from "../../src/base/timeout.ts";
import type { Problem } from "../../src/catalog/text/problem.ts";
import { watchFile } from "../../src/catalog/watch-file.ts";
import type { DocumentKind } from "../document-kinds.ts";
import { documentKindOf } from "../document-kinds.ts";
import type { DocumentEnvironmentOptions } from "./document-environment.ts";
import { DocumentEnvironment } from "./document-environment.ts";
import { FullCheckWorker } from "./full-check-worker.ts";
import type { Checked } from "./open-document.ts";
import { OpenDocument, quietMs } from "./open-document.ts";
import { fileOf } from "./text-ranges.ts";

export interface OpenDocumentsOptions
  extends Omit<DocumentEnvironmentOptions, "baseDir" | "workspaceFolder"> {
  readonly kinds: readonly DocumentKind[];
  /** The program of `full-check-thread`. */
  readonly checkThread: URL;
  /** The workspace folder of a file. `undefined`: the default of a gateway without a client. */
  readonly workspaceFolderOf: (file: string) => string | undefined;
  /** Absolute folder for documents that are not saved as files yet. */
  readonly folder: () => string;
  /** Called with the results of a check that is up to date. The last call has the complete list. */
  readonly onChecked: (document: OpenDocument, checked: Checked) => void;
  /** Called when a check throws, which is a bug. */
  readonly onDefect: (error: unknown) => void;
}

const longestWaitMs = 500;
/** Codes of problems that can be resolved without an edit of the document. */
const ofSurroundings = ["missing-command", "missing-folder", "missing-file", "unset-variable"];

interface Slot {
  readonly document: OpenDocument;
  readonly scope: Scope;
  /** Version of the text that is checked. */
  version: number;
  check: AbortController;
  /** Resolves when the running check has ended. */
  done: Promise<void>;
}

export class OpenDocuments {
  readonly #options: OpenDocumentsOptions;
  readonly #whole: FullCheckWorker;
  readonly #slots = new Map<string, Slot>();

  constructor(options: OpenDocumentsOptions) {
    this.#options = options;
    this.#whole = new FullCheckWorker(options.checkThread);
  }

  get(uri: string): OpenDocument | undefined {
    return this.#slots.get(uri)?.document;
  }

  all(): OpenDocument[] {
    return [...this.#slots.values()].map(({ document }) => document);
  }

  /** Opens a document of a supported type. Ignores others. */
  open(text: TextDocument): void {
    const path = decodeURIComponentSafely(text.uri);
    const kind = documentKindOf(text.languageId, path, this.#options.kinds);
    if (kind === undefined) return;
    this.close(text.uri);
    const file = fileOf(text.uri) ?? join(this.#options.folder(), `${kind.name}.yaml`);
    const workspaceFolder = () => this.#options.workspaceFolderOf(file);
    const documentContext = new DocumentEnvironment({
      ...this.#options,
      baseDir: dirname(file),
      workspaceFolder,
    });
    const document = new OpenDocument(text, kind, file, documentContext);
    const scope = new Scope();
    const slot: Slot = {
      document,
      scope,
      version: text.version,
      check: new AbortController(),
      done: Promise.resolve(),
    };
    this.#slots.set(text.uri, slot);
    const watch = watchFile(documentContext.dotenvFile, () => this.recheck(text.uri));
    scope.add(() => watch.close());
    scope.add(() => slot.check.abort());
    this.#check(slot);
  }

  /** Handles a new text. Ignores the same version. */
  change(text: TextDocument): void {
    const slot = this.#slots.get(text.uri);
    if (slot === undefined || slot.version === text.version) return;
    slot.version = text.version;
    slot.document.change(text);
    this.#check(slot);
  }

  /** Checks a saved file again, because missing files may exist now. Does not check other documents. */
  saved(uri: string): void {
    const found = this.get(uri)?.checked?.problems ?? [];
    if (found.some(({ code }) => ofSurroundings.includes(code))) this.recheck(uri);
  }

  /** Checks the document again with fresh results for everything around it. */
  recheck(uri: string): void {
    const slot = this.#slots.get(uri);
    if (slot === undefined) return;
    slot.document.renew();
    this.#check(slot);
  }

  close(uri: string): void {
    const slot = this.#slots.get(uri);
    this.#slots.delete(uri);
    void slot?.scope.close();
  }

  async closeAll(): Promise<void> {
    for (const uri of [...this.#slots.keys()]) this.close(uri);
    await this.#whole.close();
  }

  /** Waits for the running check, up to a time limit, and returns the document. */
  async settled(uri: string): Promise<OpenDocument | undefined> {
    const slot = this.#slots.get(uri);
    if (slot) await withTimeout(slot.done, longestWaitMs);
    return slot?.document;
  }

  #check(slot: Slot): void {
    slot.check.abort();
    const check = new AbortController();
    slot.check = check;
    const before = slot.done;
    slot.done = this.#run(slot.document, check.signal, before);
  }

  async #run(document: OpenDocument, signal: AbortSignal, before: Promise<void>): Promise<void> {
    await before;
    if (signal.aborted) return;
    try {
      const { version } = document.text;
      const onLikely = (problems: readonly Problem[]) =>
        this.#options.onChecked(document, { version, problems });
      const checked = await document.check({ signal, quiet, onLikely, whole: this.#whole });
      if (checked !== undefined) this.#options.onChecked(document, checked);
    } catch (error) {
      this.#options.onDefect(error);
    }
  }
}

/** Resolves when the user has not typed for a while, or at once when `signal` is aborted. */
function quiet(signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, quietMs);
  signal.addEventListener("abort", () => resolve(), { once: true });
  return promise.finally(() => clearTimeout(timer));
}

function decodeURIComponentSafely(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
