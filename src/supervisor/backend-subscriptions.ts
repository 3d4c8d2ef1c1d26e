/**
 * Synchronises one instance with the subscriptions of its clients: by requests of the initialize era, or by one
 * subscription of the stateless era that covers all clients. Does not decide which client receives what.
 */

import type { BackendSession, BackendSubscription } from "../backend/backend-session.ts";
import { capabilitiesIn } from "../backend/handshake.ts";
import { withTimeout } from "../base/timeout.ts";
import type { Message } from "../jsonrpc/message.ts";
import type { Filter, WantedSubscriptions } from "./subscription-registry.ts";

/** Pause before a subscription that ended unexpectedly is renewed. */
const renewMs = 1_000;

/** How long a client waits for the instance to acknowledge its subscription. */
const acknowledgeMs = 3_000;

/** The backend's response; `undefined` if a backend of the stateless era has no such request. */
export type BackendAnswer = Promise<Message | undefined>;

export class BackendSubscriptions {
  readonly #session: BackendSession;
  readonly #wanted: () => WantedSubscriptions;
  readonly #timeoutMs: () => number;
  /** The resources that were subscribed to, with the backend's answer; `undefined` after it refused. */
  readonly #subscribed = new Map<string, BackendAnswer | undefined>();
  /** Requests in flight, by the resource or level they concern. */
  readonly #sending = new Map<string, Promise<unknown>>();
  /** The level that was set, with the backend's answer. */
  #level: { readonly level: string; readonly answer: BackendAnswer } | undefined;
  #listening: BackendSubscription | undefined;
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
    for (const uri of uris) if (!this.#subscribed.has(uri)) void this.#subscribe(uri);
    for (const uri of this.#subscribed.keys()) if (!uris.has(uri)) void this.#unsubscribe(uri);
    if (level !== undefined && level !== this.#level?.level) void this.#setLevel(level);
    await Promise.all(this.#sending.values());
  }

  /** Subscribes to a resource, unless the backend has accepted that already. Rejects if the backend does not answer. */
  async subscribe(uri: string): BackendAnswer {
    if (this.#session.era === "initialize") return this.#subscribed.get(uri) ?? this.#subscribe(uri);
    await this.update();
    return undefined;
  }

  /** Ends the subscription to a resource. Rejects if the backend does not answer. */
  async unsubscribe(uri: string): BackendAnswer {
    if (this.#session.era === "initialize") return this.#unsubscribe(uri);
    await this.update();
    return undefined;
  }

  /** Sets the lowest level of log messages, unless it is set. A stateless backend gets the level in each call instead. */
  async setLevel(level: string): BackendAnswer {
    if (this.#session.era === "stateless") return undefined;
    return this.#level?.level === level ? this.#level.answer : this.#setLevel(level);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  #subscribe(uri: string): BackendAnswer {
    const answer = this.#send(`uri ${uri}`, "resources/subscribe", { uri });
    this.#subscribed.set(uri, answer);
    const refused = () => {
      if (this.#subscribed.get(uri) === answer) this.#subscribed.set(uri, undefined);
    };
    answer.then((response) => response?.json.error && refused(), refused);
    return answer;
  }

  #unsubscribe(uri: string): BackendAnswer {
    this.#subscribed.delete(uri);
    return this.#send(`uri ${uri}`, "resources/unsubscribe", { uri });
  }

  #setLevel(level: string): BackendAnswer {
    const answer = this.#send("level", "logging/setLevel", { level });
    const set = { level, answer };
    this.#level = set;
    answer.catch(() => {
      if (this.#level === set) this.#level = undefined;
    });
    return answer;
  }

  /** Requests about the same resource or level are sent one after the other, because they could overtake each other over HTTP. */
  #send(about: string, method: string, params: object): BackendAnswer {
    const request = () => this.#session.request(method, params, this.#timeoutMs());
    const before = this.#sending.get(about);
    const answer = before ? before.then(request) : request();
    const sending = withTimeout(
      answer.catch(() => undefined),
      acknowledgeMs,
    ).then(() => {
      if (this.#sending.get(about) === sending) this.#sending.delete(about);
    });
    this.#sending.set(about, sending);
    return answer;
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

  async #acknowledged(listening: BackendSubscription): Promise<void> {
    await withTimeout(listening.acknowledged, acknowledgeMs);
  }

  #onEnded(listening: BackendSubscription): void {
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
