/**
 * One budget for the unread data of all clients, because the limits of single clients would add up. Above it, the clients
 * with the most unread data are disconnected and logged. It is checked after a certain amount of written data.
 */

import { type IncomingMessage, ServerResponse } from "node:http";

/** Buffered data for a client. */
export interface BufferedWriter {
  readonly unreadBytes: number;
  /** Drops the data and disconnects the client. */
  cut(): void;
}

const defaultLimit = 256 * 1024 * 1024;
/** Unread bytes above which a writer is watched. */
const watchedFrom = 16 * 1024;

export class WriteBudget {
  readonly #limit: number;
  readonly #report: (line: string) => void;
  readonly #watched = new Set<BufferedWriter>();
  #writtenSinceCheck = 0;

  /** `limit` in bytes. */
  constructor(report: (line: string) => void, limit = defaultLimit) {
    this.#limit = limit;
    this.#report = report;
  }

  /** Records bytes that were written to a client or kept for it. */
  wrote(unread: BufferedWriter, bytes: number): void {
    if (unread.unreadBytes > watchedFrom) this.#watched.add(unread);
    this.#writtenSinceCheck += bytes;
    if (this.#writtenSinceCheck > this.#limit / 32) this.#check();
  }

  forget(unread: BufferedWriter): void {
    this.#watched.delete(unread);
  }

  #check(): void {
    this.#writtenSinceCheck = 0;
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
      `disconnected a client with ${megabytes(unread.unreadBytes)} MiB unread: all clients together exceeded ${megabytes(this.#limit)} MiB`,
    );
    unread.cut();
  }
}

/** Response class whose unread data counts against the budget. */
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
