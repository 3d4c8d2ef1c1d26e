/** Tracks the download that precedes the start of a server by `npx` and similar programs, from the log of the start. */

import { visiblePrefix } from "../base/visible-text.ts";
import type { DownloadReader } from "../runtime/runtime.ts";

/** Longest time a download extends a start. */
const longestMs = 10 * 60_000;
/** Shortest time between progress reports, because a download may write hundreds of lines per second. */
const reportMs = 500;

export class Download {
  readonly #reader: DownloadReader;
  readonly #report: (progress: string) => void;
  readonly #begun = performance.now();
  #reported = Number.NEGATIVE_INFINITY;
  #count = 0;
  #latest = "";
  /** Whether the latest line was about the download. */
  #isLatest = true;
  /** Called on progress while the download may extend the start. */
  onProgress: (() => void) | undefined;

  /** `report` receives a text of the progress from time to time. */
  constructor(reader: DownloadReader, report: (progress: string) => void) {
    this.#reader = reader;
    this.#report = report;
  }

  /** Reads a line of the log. Returns whether the line is about the download. */
  take(line: string): boolean {
    const found = this.#reader.read(line);
    this.#isLatest = found !== undefined;
    if (found === undefined) return false;
    this.#count++;
    this.#latest = visiblePrefix(found, 80);
    const now = performance.now();
    if (now - this.#begun < longestMs) this.onProgress?.();
    if (now - this.#reported >= reportMs) {
      this.#reported = now;
      this.#report(`${this.#reader.program} downloads: ${this.#latest} (${this.#count} so far)`);
    }
    return true;
  }

  /** Reason why a start may have timed out; `undefined` after output of the server itself. */
  get unfinished(): string | undefined {
    if (!this.#isLatest) return undefined;
    const seen = this.#count === 0 ? "" : ` (${this.#count} seen, the latest: ${this.#latest})`;
    return `${this.#reader.program} may still be downloading the server${seen}: try again, or raise the limit`;
  }
}
