/**
 * Lists that come late, told of together: many servers that start at a time are one change or two for a client, not one
 * each. Fires when all that were being asked for have settled, or after a while where some take long.
 */

import { Emitter } from "../../base/emitter.ts";
import type { ListKind } from "./list-kinds.ts";

/** After these times at most what has come so far is told of; after the last, again and again. */
const patienceMs = [10_000, 60_000];

interface Pending {
  count: number;
  hasNew: boolean;
  /** How often it was told of since it began. */
  told: number;
  timer: NodeJS.Timeout | undefined;
}

export interface Settled {
  readonly kind: ListKind;
  /** Whether a list has come that clients had to go on without. */
  readonly hasNew: boolean;
}

export class LateLists {
  readonly settled = new Emitter<Settled>();
  readonly #pending = new Map<ListKind, Pending>();

  /** Whether lists of that kind are being asked for that no client has had. */
  isUnderWay(kind: ListKind): boolean {
    return this.#pending.has(kind);
  }

  begin(kind: ListKind): void {
    const pending = this.#pending.get(kind) ?? { count: 0, hasNew: false, told: 0, timer: undefined };
    pending.count++;
    this.#pending.set(kind, pending);
    pending.timer ??= this.#timer(kind, pending);
  }

  /** `isNew`: clients had to go on without it. */
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
    const ms = patienceMs[Math.min(pending.told, patienceMs.length - 1)];
    return setTimeout(() => {
      pending.told++;
      const { hasNew } = pending;
      pending.hasNew = false;
      pending.timer = this.#timer(kind, pending);
      this.settled.fire({ kind, hasNew });
    }, ms).unref();
  }
}
