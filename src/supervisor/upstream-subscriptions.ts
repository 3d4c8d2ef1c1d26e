/**
 * Tells one instance what its clients want to hear, whenever that has changed: by requests of the initialize era, or by
 * one subscription of the stateless era that covers all of them. Does not decide who hears what.
 */

import type { BackendSession, UpstreamSubscription } from "../backend/backend-session.ts";
import { capabilitiesIn } from "../backend/handshake.ts";
import { withTimeout } from "../base/timeout.ts";
import type { Filter, WantedSubscriptions } from "./subscription-registry.ts";

/** How long to wait before asking again, where a subscription has ended by itself. */
const listenAgainMs = 1_000;

/** How long an instance may take to hear of a wish before those who asked are told that it has. */
const acknowledgeMs = 3_000;

export class UpstreamSubscriptions {
  readonly #connection: BackendSession;
  readonly #wanted: () => WantedSubscriptions;
  readonly #timeoutMs: () => number;
  readonly #uris = new Set<string>();
  /** What it was asked and has not taken in yet, by what that is about. */
  readonly #sending = new Map<string, Promise<unknown>>();
  #level: string | undefined;
  #listening: UpstreamSubscription | undefined;
  #filter = "";
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(connection: BackendSession, wanted: () => WantedSubscriptions, timeoutMs: () => number) {
    this.#connection = connection;
    this.#wanted = wanted;
    this.#timeoutMs = timeoutMs;
  }

  /** Resolves once the instance has heard of what is wanted now, or has had its time to; never rejects. */
  async update(): Promise<void> {
    if (this.#closed) return;
    if (this.#connection.era === "stateless") return this.#listen();
    const { uris, level } = this.#wanted();
    for (const uri of uris) if (!this.#uris.has(uri)) this.#subscribe("resources/subscribe", uri);
    for (const uri of this.#uris) if (!uris.has(uri)) this.#subscribe("resources/unsubscribe", uri);
    if (level !== undefined && level !== this.#level) this.#setLevel(level);
    await Promise.all(this.#sending.values());
  }

  /** A client says so itself. */
  markSubscribed(method: "resources/subscribe" | "resources/unsubscribe", uri: string): void {
    if (method === "resources/subscribe") this.#uris.add(uri);
    else this.#uris.delete(uri);
  }

  /** A client sets it itself. */
  markLevel(level: string): void {
    this.#level = level;
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  #subscribe(method: "resources/subscribe" | "resources/unsubscribe", uri: string): void {
    this.markSubscribed(method, uri);
    this.#send(`uri ${uri}`, method, { uri });
  }

  #setLevel(level: string): void {
    this.#level = level;
    this.#send("level", "logging/setLevel", { level });
  }

  /** What is about the same goes one after the other: over HTTP the later could overtake the earlier. */
  #send(about: string, method: string, params: object): void {
    const ask = () => this.#connection.request(method, params, this.#timeoutMs()).catch(() => undefined);
    const before = this.#sending.get(about);
    const telling = withTimeout(before ? before.then(ask) : ask(), acknowledgeMs).then(() => {
      if (this.#sending.get(about) === telling) this.#sending.delete(about);
    });
    this.#sending.set(about, telling);
  }

  /** A new subscription first, the end of the old one then: nothing is missed between them. */
  async #listen(): Promise<void> {
    const filter = filterFor(this.#connection, this.#wanted().uris);
    const text = JSON.stringify(filter);
    if (Object.keys(filter).length === 0) return this.#stopListening();
    if (this.#listening && text === this.#filter) return this.#acknowledged(this.#listening);
    const before = this.#listening;
    const listening = this.#connection.subscribe(filter);
    this.#listening = listening;
    this.#filter = text;
    let refused = false;
    void listening.ended.then((how) => {
      refused = how === "refused";
      if (!refused) this.#onOver(listening);
    });
    await this.#acknowledged(listening);
    // What one client asks for and the instance refuses must not cost the others theirs.
    if (refused && before && this.#listening === listening) this.#listening = before;
    else before?.close();
  }

  #stopListening(): void {
    const before = this.#listening;
    this.#listening = undefined;
    this.#filter = "";
    before?.close();
  }

  async #acknowledged(listening: UpstreamSubscription): Promise<void> {
    await withTimeout(listening.acknowledged, acknowledgeMs);
  }

  #onOver(listening: UpstreamSubscription): void {
    if (this.#listening !== listening) return;
    this.#listening = undefined;
    if (this.#closed || this.#connection.ended) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.update(), listenAgainMs);
  }
}

/** All that may change, and the resources somebody listens to; nothing that the instance does not offer. */
function filterFor(connection: BackendSession, uris: ReadonlySet<string>): Filter {
  const offered = offeredBy(capabilitiesIn(connection.handshakeResponse));
  const { resourceSubscriptions, ...changes } = offered;
  return {
    ...changes,
    ...(resourceSubscriptions && uris.size > 0 && { resourceSubscriptions: [...uris].sort() }),
  };
}

interface Offered extends Omit<Filter, "resourceSubscriptions"> {
  readonly resourceSubscriptions?: boolean;
}

/** What a server of these capabilities can be asked to tell, in either era. */
export function offeredBy(capabilities: Readonly<Record<string, unknown>>): Offered {
  const has = (name: string, part: string) =>
    (capabilities[name] as Record<string, unknown> | undefined)?.[part] === true;
  return {
    ...(has("tools", "listChanged") && { toolsListChanged: true }),
    ...(has("prompts", "listChanged") && { promptsListChanged: true }),
    ...(has("resources", "listChanged") && { resourcesListChanged: true }),
    ...(has("resources", "subscribe") && { resourceSubscriptions: true }),
  };
}
