/**
 * One budget for all that waits for clients who read slower than we write, or not at all: single limits would add up. What
 * exceeds it is cut off, the largest first, and the log says so. Looks only as often as much was written.
 */

import { type IncomingMessage, ServerResponse } from "node:http";

/** Something of a client's that waits to be read. */
export interface BufferedWriter {
  readonly unreadBytes: number;
  /** Gives it up: the client loses it. */
  cut(): void;
}

const defaultLimit = 256 * 1024 * 1024;
/** What a socket has not taken is watched from here on: more than that a client that reads seldom leaves. */
const watchedFrom = 16 * 1024;

export class WriteBudget {
  readonly #limit: number;
  readonly #report: (line: string) => void;
  readonly #watched = new Set<BufferedWriter>();
  #writtenSinceLook = 0;

  /** `limit` in bytes. */
  constructor(report: (line: string) => void, limit = defaultLimit) {
    this.#limit = limit;
    this.#report = report;
  }

  /** So many bytes more were written to a client, or kept for it. */
  wrote(unread: BufferedWriter, bytes: number): void {
    if (unread.unreadBytes > watchedFrom) this.#watched.add(unread);
    this.#writtenSinceLook += bytes;
    if (this.#writtenSinceLook > this.#limit / 32) this.#look();
  }

  forget(unread: BufferedWriter): void {
    this.#watched.delete(unread);
  }

  #look(): void {
    this.#writtenSinceLook = 0;
    let total = 0;
    for (const unread of this.#watched) {
      const { unreadBytes } = unread;
      if (unreadBytes <= watchedFrom) this.#watched.delete(unread);
      else total += unreadBytes;
    }
    while (total > this.#limit) {
      const largest = this.#largest();
      if (!largest) return;
      total -= largest.unreadBytes;
      this.#cut(largest);
    }
  }

  #largest(): BufferedWriter | undefined {
    let largest: BufferedWriter | undefined;
    for (const unread of this.#watched)
      if (unread.unreadBytes > (largest?.unreadBytes ?? 0)) largest = unread;
    return largest;
  }

  #cut(unread: BufferedWriter): void {
    const megabytes = (bytes: number) => Math.round(bytes / 1024 / 1024);
    this.#watched.delete(unread);
    this.#report(
      `cut off a client that left ${megabytes(unread.unreadBytes)} MiB unread: all clients together left more than ${megabytes(this.#limit)} MiB`,
    );
    unread.cut();
  }
}

/** Responses that count what they write against the budget. */
export function budgetedResponses(budget: WriteBudget): typeof ServerResponse {
  return class BudgetedResponse<Request extends IncomingMessage>
    extends ServerResponse<Request>
    implements BufferedWriter
  {
    get unreadBytes(): number {
      return this.destroyed ? 0 : this.writableLength;
    }

    cut(): void {
      this.destroy();
    }

    // biome-ignore lint/suspicious/noExplicitAny: the overloads of the method it stands for
    override write(chunk: any, encoding?: any, done?: any): boolean {
      const written = super.write(chunk, encoding, done);
      budget.wrote(this, lengthOf(chunk));
      return written;
    }

    // biome-ignore lint/suspicious/noExplicitAny: the overloads of the method it stands for
    override end(chunk?: any, encoding?: any, done?: any): this {
      super.end(chunk, encoding, done);
      budget.wrote(this, lengthOf(chunk));
      return this;
    }
  };
}

function lengthOf(chunk: unknown): number {
  return typeof chunk === "string" || chunk instanceof Uint8Array ? chunk.length : 0;
}
