/**
 * Bounds what a backend makes us write: it asks (a `ping` is enough) and does not read the answers. While it takes nothing
 * it is not read either, and one that cannot be left unread ends. Owns no stream and no timer.
 */

import type { Channel } from "./channel.ts";

/** Characters of answers that may wait before the backend's output does. */
const pauseAt = 1_000_000;
/** Characters of answers that may wait at all. */
const endAt = 16_000_000;

export class ReplyBackpressure {
  readonly #overflowed: (because: string) => void;
  #waiting = 0;

  /** `overflowed` is told why the backend has to end. */
  constructor(overflowed: (because: string) => void) {
    this.#overflowed = overflowed;
  }

  /** An answer of so many characters to the backend's own request was handed to the channel. */
  sent(channel: Channel, characters: number): void {
    const { congested } = channel;
    if (!congested) return;
    if (this.#waiting === 0) void congested.then(() => this.#relieved(channel));
    this.#waiting += characters;
    if (this.#waiting > endAt)
      this.#overflowed(`it does not read: ${Math.round(this.#waiting / 1_000_000)} MB of answers to it wait`);
    else if (this.#waiting > pauseAt) channel.pause?.();
  }

  #relieved(channel: Channel): void {
    this.#waiting = 0;
    channel.resume?.();
  }
}
