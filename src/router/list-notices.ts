/**
 * What a client of many servers is told of their lists besides the lists: what is missing, once for each reason, and that
 * lists have changed, together for many servers. Owns its timers.
 */

import { notification } from "../jsonrpc/encode.ts";
import { parseMessage } from "../jsonrpc/message.ts";
import { Coalescer } from "../supervisor/coalescer.ts";
import type { Settled } from "./lists/late-lists.ts";
import { changedMethod, type ListKind, listKinds } from "./lists/list-kinds.ts";
import { missingNotice, omittedNotice } from "./notice-texts.ts";
import type { Missing, Page, Upstream } from "./upstream.ts";

/** Changes that come within this time are one. */
const togetherMs = 500;
/** Items of one list that are named as left out. */
const mostOmitted = 10;
const changes: ReadonlySet<string> = new Set(listKinds.map(changedMethod));

export class ListNotices {
  readonly #upstream: Upstream;
  readonly #push: (text: string) => void;
  /** Methods of changes that the client is to hear once lists have settled. */
  readonly #due = new Set<string>();
  /** Methods of changes of lists that the client was shown without a part. */
  readonly #incomplete = new Set<string>();
  /** What the client was told of each server, so that it is told once. */
  readonly #told = new Map<string, string>();
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

  /** The client is shown a page of which parts are missing: it is told, and told again when they have come. */
  missing(kind: ListKind, { missing, omitted = [] }: Page): void {
    if (missing.length > 0) this.#incomplete.add(changedMethod(kind));
    for (const one of missing) this.#tell(`missing ${one.server.id}`, one, missingNotice(kind, one));
    for (const one of omitted.slice(0, mostOmitted))
      this.#tell(`omitted ${kind} ${one.server.id} ${one.because}`, one, omittedNotice(kind, one));
  }

  /** Whether a server's notification says that a list changed: then the client hears of it from here. */
  isChange(text: string): boolean {
    if (!text.includes("/list_changed")) return false;
    const method = parseMessage(text)?.json.method;
    if (method === undefined || !changes.has(method)) return false;
    if (this.#upstream.isSettling(method)) this.#due.add(method);
    else this.#coalescer.offer(method, method);
    return true;
  }

  #tell(about: string, { because }: Missing, text: string): void {
    if (this.#told.get(about) === because) return;
    this.#told.set(about, because);
    this.#push(text);
  }

  #onSettled({ method, hasNew }: Settled): void {
    const isDue = this.#due.delete(method);
    if (!isDue && !(hasNew && this.#incomplete.delete(method))) return;
    this.#incomplete.delete(method);
    this.#coalescer.offer(method, method);
  }
}
