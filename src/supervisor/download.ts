/** The download that precedes the start of a server by `npx` and the like, as far as the log of the start shows it. */

import { visiblePrefix } from "../base/visible-text.ts";
import type { DownloadReader } from "../runtime/runtime.ts";

/** A start is not put off without end, whatever its log says. */
const longestMs = 10 * 60_000;
/** How often progress is reported at most: a download may write hundreds of lines a second. */
const reportMs = 500;

export class Download {
  readonly #reader: DownloadReader;
  readonly #report: (progress: string) => void;
  readonly #begun = performance.now();
  #reported = Number.NEGATIVE_INFINITY;
  #count = 0;
  #latest = "";
  /** Whether nothing but the download was heard of last. */
  #isLatest = true;
  /** Called with each sign of the download, for as long as it may put off the end of a start. */
  onProgress: (() => void) | undefined;

  /** `report` gets the progress for people, now and then. */
  constructor(reader: DownloadReader, report: (progress: string) => void) {
    this.#reader = reader;
    this.#report = report;
  }

  /** Takes a line of the log; returns whether it is about the download. */
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

  /** Why a start may have taken too long; `undefined` once the server itself was heard. */
  get unfinished(): string | undefined {
    if (!this.#isLatest) return undefined;
    const seen = this.#count === 0 ? "" : ` (${this.#count} seen, the latest: ${this.#latest})`;
    return `${this.#reader.program} may still be downloading the server${seen}: try again, or raise start_timeout_seconds`;
  }
}
