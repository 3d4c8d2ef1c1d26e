/**
 * Notifications about lists for a client of many servers. Missing parts are reported once for each reason. Changes of many
 * servers are combined. Owns its timers.
 */

import { notification } from "../jsonrpc/encode.ts";
import { parseMessage } from "../jsonrpc/message.ts";
import { Coalescer } from "../supervisor/coalescer.ts";
import type { Settled } from "./lists/list-change-batcher.ts";
import { changedMethod, type ListKind, listKinds } from "./lists/list-kinds.ts";
import { missingNotice, omittedNotice } from "./missing-item-messages.ts";
import type { Missing, Page, Upstream } from "./upstream.ts";

/** Changes within this time are combined. */
const togetherMs = 500;
/** Number of omitted items of one list that are reported. */
const mostOmitted = 10;
const changes: ReadonlySet<string> = new Set(listKinds.map(changedMethod));

export class ListStatusNotifier {
  readonly #upstream: Upstream;
  readonly #push: (text: string) => void;
  /** Change notifications to send once the lists have settled. */
  readonly #due = new Set<string>();
  /** Change notifications for lists that the client got incomplete. */
  readonly #incomplete = new Set<string>();
  /** Last reason reported for each subject, so that it is not repeated. */
  readonly #reported = new Map<string, string>();
  readonly #coalescer: Coalescer<string>;
  readonly #stop: () => void;

  constructor(upstream: Upstream, push: (text: string) => void) {
    this.#upstream = upstream;
    this.#push = push;
    this.#coalescer = new Coalescer((method) => push(notification(method, {})), togetherMs);
    this.#stop = upstream.onList((settled) => this.#onSettled(settled));
  }

  close(): void {
    this.#stop();
    this.#coalescer.close();
  }

  /** Reports the missing parts of a page, and remembers to send a change notification when they arrive. */
  missing(kind: ListKind, { missing, omitted = [] }: Page): void {
    if (missing.length > 0) this.#incomplete.add(changedMethod(kind));
    for (const one of missing) this.#report(`missing ${one.server.id}`, one, missingNotice(kind, one));
    for (const one of omitted.slice(0, mostOmitted))
      this.#report(`omitted ${kind} ${one.server.id} ${one.because}`, one, omittedNotice(kind, one));
  }

  /** Whether a server's notification is a list change. If so, this class sends a combined one to the client. */
  isChange(text: string): boolean {
    if (!text.includes("/list_changed")) return false;
    const method = parseMessage(text)?.json.method;
    if (method === undefined || !changes.has(method)) return false;
    if (this.#upstream.isSettling(method)) this.#due.add(method);
    else this.#coalescer.offer(method, method);
    return true;
  }

  #report(about: string, { because }: Missing, text: string): void {
    if (this.#reported.get(about) === because) return;
    this.#reported.set(about, because);
    this.#push(text);
  }

  #onSettled({ method, hasNew }: Settled): void {
    const isDue = this.#due.delete(method);
    if (!isDue && !(hasNew && this.#incomplete.delete(method))) return;
    this.#incomplete.delete(method);
    this.#coalescer.offer(method, method);
  }
}
