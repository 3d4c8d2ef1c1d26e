/**
 * Groups lists that arrive late, so that many servers that start together cause one or two `list_changed` notifications for
 * a client. Fires when all requested lists of a notification have settled, or after a while if some take long.
 */

import { Emitter } from "../../base/emitter.ts";
import { changedMethod, type ListKind } from "./list-kinds.ts";

/** Delays after which the lists that have arrived so far are reported. The last delay repeats. */
const patienceMs = [10_000, 60_000];

interface Pending {
  count: number;
  hasNew: boolean;
  /** Number of reports since the first request. */
  reports: number;
  timer: NodeJS.Timeout | undefined;
}

export interface Settled {
  /** Notification of the change: resources and resource templates share one. */
  readonly method: string;
  /** Whether a list has arrived that was missing in an answer to a client. */
  readonly hasNew: boolean;
}

export class ListChangeBatcher {
  readonly settled = new Emitter<Settled>();
  /** By the notification of the change. */
  readonly #pending = new Map<string, Pending>();

  /** Whether lists whose changes this notification reports are being requested. */
  isUnderWay(method: string): boolean {
    return this.#pending.has(method);
  }

  begin(kind: ListKind): void {
    const method = changedMethod(kind);
    const pending = this.#pending.get(method) ?? { count: 0, hasNew: false, reports: 0, timer: undefined };
    pending.count++;
    this.#pending.set(method, pending);
    pending.timer ??= this.#timer(method, pending);
  }

  /** `isNew`: the list was missing in an answer to a client. */
  end(kind: ListKind, isNew: boolean): void {
    const method = changedMethod(kind);
    const pending = this.#pending.get(method);
    if (!pending) return;
    pending.hasNew ||= isNew;
    if (--pending.count > 0) return;
    clearTimeout(pending.timer);
    this.#pending.delete(method);
    this.settled.fire({ method, hasNew: pending.hasNew });
  }

  close(): void {
    for (const { timer } of this.#pending.values()) clearTimeout(timer);
    this.#pending.clear();
  }

  #timer(method: string, pending: Pending): NodeJS.Timeout {
    const ms = patienceMs[Math.min(pending.reports, patienceMs.length - 1)];
    return setTimeout(() => {
      pending.reports++;
      const { hasNew } = pending;
      pending.hasNew = false;
      pending.timer = this.#timer(method, pending);
      this.settled.fire({ method, hasNew });
    }, ms).unref();
  }
}
