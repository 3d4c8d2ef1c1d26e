/**
 * Synchronises one instance with the subscriptions of its clients: by requests of the initialize era, or by one
 * subscription of the stateless era that covers all clients. Does not decide which client receives what.
 */

import type { BackendSession, UpstreamSubscription } from "../backend/backend-session.ts";
import { capabilitiesIn } from "../backend/handshake.ts";
import { withTimeout } from "../base/timeout.ts";
import type { Filter, WantedSubscriptions } from "./subscription-registry.ts";

/** Pause before a subscription that ended unexpectedly is renewed. */
const renewMs = 1_000;

/** How long a client waits for the instance to acknowledge its subscription. */
const acknowledgeMs = 3_000;

export class UpstreamSubscriptions {
  readonly #session: BackendSession;
  readonly #wanted: () => WantedSubscriptions;
  readonly #timeoutMs: () => number;
  readonly #uris = new Set<string>();
  /** Requests in flight, by the resource or level they concern. */
  readonly #sending = new Map<string, Promise<unknown>>();
  #level: string | undefined;
  #listening: UpstreamSubscription | undefined;
  #filter = "";
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(session: BackendSession, wanted: () => WantedSubscriptions, timeoutMs: () => number) {
    this.#session = session;
    this.#wanted = wanted;
    this.#timeoutMs = timeoutMs;
  }

  /** Resolves when the instance has acknowledged the wanted subscriptions, or after a bounded time. Never rejects. */
  async update(): Promise<void> {
    if (this.#closed) return;
    if (this.#session.era === "stateless") return this.#listen();
    const { uris, level } = this.#wanted();
    for (const uri of uris) if (!this.#uris.has(uri)) this.#subscribe("resources/subscribe", uri);
    for (const uri of this.#uris) if (!uris.has(uri)) this.#subscribe("resources/unsubscribe", uri);
    if (level !== undefined && level !== this.#level) this.#setLevel(level);
    await Promise.all(this.#sending.values());
  }

  /** Records that a client's own request was forwarded, so that `update()` does not repeat it. */
  markSubscribed(method: "resources/subscribe" | "resources/unsubscribe", uri: string): void {
    if (method === "resources/subscribe") this.#uris.add(uri);
    else this.#uris.delete(uri);
  }

  /** Records that a client's own `logging/setLevel` was forwarded, so that `update()` does not repeat it. */
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

  /** Requests about the same resource or level are sent one after the other, because they could overtake each other over HTTP. */
  #send(about: string, method: string, params: object): void {
    const request = () => this.#session.request(method, params, this.#timeoutMs()).catch(() => undefined);
    const before = this.#sending.get(about);
    const sending = withTimeout(before ? before.then(request) : request(), acknowledgeMs).then(() => {
      if (this.#sending.get(about) === sending) this.#sending.delete(about);
    });
    this.#sending.set(about, sending);
  }

  /** Opens the new subscription before it ends the old one, so that no notification is missed. */
  async #listen(): Promise<void> {
    const filter = filterFor(this.#session, this.#wanted().uris);
    const text = JSON.stringify(filter);
    if (Object.keys(filter).length === 0) return this.#stopListening();
    if (this.#listening && text === this.#filter) return this.#acknowledged(this.#listening);
    const before = this.#listening;
    const listening = this.#session.subscribe(filter);
    this.#listening = listening;
    this.#filter = text;
    let refused = false;
    void listening.ended.then((how) => {
      refused = how === "refused";
      if (!refused) this.#onEnded(listening);
    });
    await this.#acknowledged(listening);
    // A subscription that the instance refuses must not end the subscriptions of other clients.
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

  #onEnded(listening: UpstreamSubscription): void {
    if (this.#listening !== listening) return;
    this.#listening = undefined;
    if (this.#closed || this.#session.ended) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.update(), renewMs);
  }
}

/** Filter for all changes that the instance offers, and for the subscribed resources. */
function filterFor(session: BackendSession, uris: ReadonlySet<string>): Filter {
  const offered = offeredBy(capabilitiesIn(session.handshakeResponse));
  const { resourceSubscriptions, ...changes } = offered;
  return {
    ...changes,
    ...(resourceSubscriptions && uris.size > 0 && { resourceSubscriptions: [...uris].sort() }),
  };
}

interface Offered extends Omit<Filter, "resourceSubscriptions"> {
  readonly resourceSubscriptions?: boolean;
}

/** Notifications that a server with these capabilities offers, in either era. */
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
