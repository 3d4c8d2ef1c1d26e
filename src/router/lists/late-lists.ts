/**
 * Combines the events of late lists, so that many servers that start at a time cause one or two changes for a client.
 * Fires when all pending lists have settled, or after a while where some take long.
 */

import { Emitter } from "../../base/emitter.ts";
import type { ListKind } from "./list-kinds.ts";

/** Intervals of events while lists are pending. The last one repeats. */
const intervalsMs = [10_000, 60_000];

interface Pending {
  count: number;
  hasNew: boolean;
  /** Number of events since the first pending list. */
  events: number;
  timer: NodeJS.Timeout | undefined;
}

export interface Settled {
  readonly kind: ListKind;
  /** Whether a list arrived that was missing for clients before. */
  readonly hasNew: boolean;
}

export class LateLists {
  readonly settled = new Emitter<Settled>();
  readonly #pending = new Map<ListKind, Pending>();

  /** Whether lists of that kind are pending. */
  isUnderWay(kind: ListKind): boolean {
    return this.#pending.has(kind);
  }

  begin(kind: ListKind): void {
    const pending = this.#pending.get(kind) ?? { count: 0, hasNew: false, events: 0, timer: undefined };
    pending.count++;
    this.#pending.set(kind, pending);
    pending.timer ??= this.#timer(kind, pending);
  }

  /** `isNew`: the list was missing for clients before. */
  end(kind: ListKind, isNew: boolean): void {
    const pending = this.#pending.get(kind);
    if (!pending) return;
    pending.hasNew ||= isNew;
    if (--pending.count > 0) return;
    clearTimeout(pending.timer);
    this.#pending.delete(kind);
    this.settled.fire({ kind, hasNew: pending.hasNew });
  }

  close(): void {
    for (const { timer } of this.#pending.values()) clearTimeout(timer);
    this.#pending.clear();
  }

  #timer(kind: ListKind, pending: Pending): NodeJS.Timeout {
    const ms = intervalsMs[Math.min(pending.events, intervalsMs.length - 1)];
    return setTimeout(() => {
      pending.events++;
      const { hasNew } = pending;
      pending.hasNew = false;
      pending.timer = this.#timer(kind, pending);
      this.settled.fire({ kind, hasNew });
    }, ms).unref();
  }
}
