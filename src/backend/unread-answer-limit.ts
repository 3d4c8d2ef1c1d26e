/**
 * Limits the memory for a backend that sends requests (a `ping` is enough) and does not read the answers. The gateway then
 * pauses reading from it for short periods, because some backends must finish writing before they read. A backend that
 * still does not read is ended. Does not own the stream.
 */

import type { Channel } from "./channel.ts";

/** Characters of unread answers above which reading is paused. */
const pauseAt = 1_000_000;
/** Characters of unread answers above which the backend is ended, without the newest answer. */
const endAt = 16_000_000;
/** Length of one pause. */
const pauseMs = 1_000;

export class UnreadAnswerLimit {
  readonly #overflowed: (because: string) => void;
  #waiting = 0;
  #pause: NodeJS.Timeout | undefined;

  /** `overflowed` receives the reason why the backend must end. */
  constructor(overflowed: (because: string) => void) {
    this.#overflowed = overflowed;
  }

  /** Records that an answer to the backend was passed to the channel. */
  sent(channel: Channel, characters: number): void {
    const { congested } = channel;
    if (!congested) return;
    if (this.#waiting === 0) void congested.then(() => this.#relieved(channel));
    if (this.#waiting > endAt)
      this.#overflowed(
        `the server does not read its input: ${Math.round(this.#waiting / 1_000_000)} MB of answers are waiting`,
      );
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
