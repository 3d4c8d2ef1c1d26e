/**
 * Bounds what a backend makes us write: it asks (a `ping` is enough) and does not read the answers. While it takes nothing
 * it is not read either, for a while at a time: one that first wants to be rid of what it has to say must get on. One that
 * takes nothing even so ends. Owns no stream.
 */

import type { Channel } from "./channel.ts";

/** Characters of answers that may wait before the backend's output does. */
const pauseAt = 1_000_000;
/** Characters of answers that may wait at all, besides the newest, whatever its size. */
const endAt = 16_000_000;
/** How long its output waits before it is looked at again. */
const pauseMs = 1_000;

export class ReplyBackpressure {
  readonly #overflowed: (because: string) => void;
  #waiting = 0;
  #pause: NodeJS.Timeout | undefined;

  /** `overflowed` is told why the backend has to end. */
  constructor(overflowed: (because: string) => void) {
    this.#overflowed = overflowed;
  }

  /** An answer of so many characters to the backend's own request was handed to the channel. */
  sent(channel: Channel, characters: number): void {
    const { congested } = channel;
    if (!congested) return;
    if (this.#waiting === 0) void congested.then(() => this.#relieved(channel));
    if (this.#waiting > endAt)
      this.#overflowed(`it does not read: ${Math.round(this.#waiting / 1_000_000)} MB of answers to it wait`);
    this.#waiting += characters;
    if (this.#waiting > pauseAt) this.#pauseFor(channel);
  }

  /** The backend has ended. */
  close(): void {
    clearTimeout(this.#pause);
  }

  #pauseFor(channel: Channel): void {
    if (this.#pause || !channel.pause) return;
    channel.pause();
    this.#pause = setTimeout(() => this.#resume(channel), pauseMs);
  }

  #relieved(channel: Channel): void {
    this.#waiting = 0;
    this.#resume(channel);
  }

  #resume(channel: Channel): void {
    clearTimeout(this.#pause);
    this.#pause = undefined;
    channel.resume?.();
  }
}
