/** What a server writes from its start on: the progress of a download, and the lines that explain a failure. */

import type { DownloadReader } from "../runtime/runtime.ts";
import { Download } from "./download.ts";
import { errorIn, lastLinesIn, linesLookedAt } from "./failure-reason.ts";
import type { Failure } from "./state.ts";

export class StartOutput {
  readonly #log: (line: string) => void;
  readonly #lastLines: string[] = [];
  #download: Download | undefined;

  constructor(log: (line: string) => void) {
    this.#log = log;
  }

  /** Reads the progress of a download from the lines until `endDownload`. */
  readDownload(reader: DownloadReader, onProgress: (progress: string) => void): Download {
    this.#download = new Download(reader, onProgress);
    return this.#download;
  }

  endDownload(): void {
    this.#download = undefined;
  }

  add(line: string): void {
    this.#log(line);
    if (this.#download?.take(line)) return;
    this.#lastLines.push(line);
    if (this.#lastLines.length > linesLookedAt) this.#lastLines.shift();
  }

  /** Adds to a reason the error that the server wrote, or else its last output. */
  explain(because: string): Failure {
    const error = errorIn(this.#lastLines);
    if (error !== undefined) return { because: because.includes(error) ? because : `${because}: ${error}` };
    const lastOutput = lastLinesIn(this.#lastLines);
    return { because, ...(lastOutput && { lastOutput }) };
  }
}
