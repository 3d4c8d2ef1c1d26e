/**
 * Clients of one server and the notifications each of them subscribed to (protocol.md, *Shared instance*).
 * Independent of restarts of the instance. Sends nothing to backends.
 */

import type { Client } from "../backend/call.ts";
import { isObject } from "../base/json.ts";
import type { Message } from "../jsonrpc/message.ts";

/** A client session attached to one server, or a client without a session while it subscribes or calls. */
export interface Subscriber extends Client {
  /** The `initialize` parameters of the client as JSON text, if its instance receives them. */
  readonly initializeParams: string | undefined;
}

/** Subscription of a client without a session (MCP 2026-07-28, `subscriptions/listen`). */
export interface Filter {
  readonly toolsListChanged?: boolean;
  readonly promptsListChanged?: boolean;
  readonly resourcesListChanged?: boolean;
  readonly resourceSubscriptions?: readonly string[];
}

/** MCP, *Log levels*, lowest first. */
const levels = ["debug", "info", "notice", "warning", "error", "critical", "alert", "emergency"];

/** Limits for one client: number of subscribed resources and total length of their URIs. */
const mostUris = 10_000;
const mostUriCharacters = 4_000_000;

/** The first URIs within the limits of one client. */
export function boundedUris(uris: readonly string[]): string[] {
  let characters = 0;
  return uris.slice(0, mostUris).filter(({ length }) => {
    characters += length;
    return characters <= mostUriCharacters;
  });
}

export function isLogLevel(level: string): boolean {
  return levels.includes(level);
}

/** Key of the filter for each notification. */
export const filterKeys: Readonly<Record<string, keyof Filter>> = {
  "notifications/tools/list_changed": "toolsListChanged",
  "notifications/prompts/list_changed": "promptsListChanged",
  "notifications/resources/list_changed": "resourcesListChanged",
};

interface SubscriberPreferences {
  level: string | undefined;
  readonly uris: Set<string>;
  /** Total length of all URIs. */
  characters: number;
  readonly filter: Filter | undefined;
}

/** Union of everything the attached clients subscribed to. */
export interface WantedSubscriptions {
  readonly uris: ReadonlySet<string>;
  /** The lowest requested log level; `undefined` if no client requested one. */
  readonly level: string | undefined;
}

export class SubscriptionRegistry {
  readonly #subscribers = new Map<Subscriber, SubscriberPreferences>();
  /** Whether a level was ever requested. The instance keeps the lowest one, even after the client has left. */
  #hasLevels = false;

  get size(): number {
    return this.#subscribers.size;
  }

  /** `clientInfo` of the clients with a session, in order of arrival. */
  get clientInfos(): unknown[] {
    return [...this.#subscribers.keys()].flatMap(({ era, envelope }) =>
      era === "initialize" && envelope.clientInfo !== undefined ? [envelope.clientInfo] : [],
    );
  }

  /** The `attached` subscribers, in order of arrival. */
  subscribers(attached: (subscriber: Subscriber) => boolean): Subscriber[] {
    return [...this.#subscribers.keys()].filter(attached);
  }

  /** Protocol extensions declared by clients. The first client that declares an extension defines its value. */
  get extensions(): Readonly<Record<string, unknown>> {
    const declared = [...this.#subscribers.keys()].map(({ envelope }) => extensionsIn(envelope.capabilities));
    return Object.assign({}, ...declared.reverse());
  }

  /** `filter` is the subscription of a client without a session, which receives nothing else. */
  add(subscriber: Subscriber, filter?: Filter): void {
    const uris = new Set(filter?.resourceSubscriptions ?? []);
    this.#subscribers.set(subscriber, { level: undefined, uris, characters: 0, filter });
  }

  remove(subscriber: Subscriber): void {
    this.#subscribers.delete(subscriber);
  }

  /** `level` is one of MCP's; see `isLogLevel`. */
  setLevel(subscriber: Subscriber, level: string): void {
    const preferences = this.#subscribers.get(subscriber);
    if (!preferences) return;
    preferences.level = level;
    this.#hasLevels = true;
  }

  /** Log level requested by a client; `undefined` if it requested none. */
  levelOf(subscriber: Subscriber): string | undefined {
    return this.#subscribers.get(subscriber)?.level;
  }

  /** Returns false if the client has reached its limits. */
  subscribe(subscriber: Subscriber, uri: string): boolean {
    const preferences = this.#subscribers.get(subscriber);
    if (!preferences || preferences.uris.has(uri)) return true;
    const characters = preferences.characters + uri.length;
    if (preferences.uris.size >= mostUris || characters > mostUriCharacters) return false;
    preferences.uris.add(uri);
    preferences.characters = characters;
    return true;
  }

  unsubscribe(subscriber: Subscriber, uri: string): void {
    const preferences = this.#subscribers.get(subscriber);
    if (preferences?.uris.delete(uri)) preferences.characters -= uri.length;
  }

  /** Whether an `attached` subscriber is subscribed to a resource. */
  isSubscribed(uri: string, attached: (subscriber: Subscriber) => boolean): boolean {
    for (const [subscriber, { uris }] of this.#subscribers)
      if (uris.has(uri) && attached(subscriber)) return true;
    return false;
  }

  /** Union of what the `attached` subscribers want. */
  wanted(attached: (subscriber: Subscriber) => boolean): WantedSubscriptions {
    const preferences = [...this.#subscribers].flatMap(([subscriber, one]) =>
      attached(subscriber) ? [one] : [],
    );
    return {
      uris: new Set(preferences.flatMap((one) => [...one.uris])),
      level: levels.find((level) => preferences.some((one) => one.level === level)),
    };
  }

  /** Sends a notification to the `attached` subscribers that want it. `callers` are the clients with calls in flight. */
  notify(
    message: Message,
    callers: ReadonlySet<Client>,
    attached: (subscriber: Subscriber) => boolean,
  ): void {
    const subscribers = [...this.#subscribers].filter(([subscriber]) => attached(subscriber));
    const kind = kindOf(message.json.method ?? "");
    const notified = { kind, params: message.json.params ?? {}, hasLevels: this.#hasLevels };
    // An unknown notification belongs to the only client with a call in flight, else it may concern any session.
    if (kind === "unknown" && callers.size === 1) return [...callers][0]?.push(message.text);
    for (const [subscriber, preferences] of subscribers) {
      if (wants(subscriber, preferences, notified)) subscriber.push(message.text);
    }
  }
}

function extensionsIn(capabilities: unknown): object {
  const extensions = isObject(capabilities) ? capabilities["extensions"] : undefined;
  return isObject(extensions) ? extensions : {};
}

type Kind = "log" | "updated" | keyof Filter | "unknown";

function kindOf(method: string): Kind {
  if (method === "notifications/message") return "log";
  if (method === "notifications/resources/updated") return "updated";
  return filterKeys[method] ?? "unknown";
}

interface Notified {
  readonly kind: Kind;
  readonly params: Readonly<Record<string, unknown>>;
  /** Whether a client ever requested a log level. */
  readonly hasLevels: boolean;
}

function wants(
  subscriber: Subscriber,
  preferences: SubscriberPreferences,
  { kind, params, hasLevels }: Notified,
): boolean {
  const hasSession = subscriber.era === "initialize";
  switch (kind) {
    case "log":
      return hasSession && !hasLevels ? true : receives(preferences.level, params["level"], hasSession);
    case "updated":
      return covers(preferences.uris, params["uri"]);
    case "unknown":
      return hasSession;
    default:
      return hasSession || preferences.filter?.[kind] === true;
  }
}

/** A client with a session that requested no level receives what servers log by default. */
function receives(wanted: string | undefined, level: unknown, hasSession: boolean): boolean {
  if (wanted === undefined && !hasSession) return false;
  if (typeof level !== "string" || !levels.includes(level)) return true;
  return levels.indexOf(level) >= levels.indexOf(wanted ?? "info");
}

/** An update names the resource subscribed to or one below it (MCP, *Subscriptions*). */
function covers(uris: ReadonlySet<string>, uri: unknown): boolean {
  if (typeof uri !== "string") return false;
  return (
    uris.has(uri) || [...uris].some((parent) => uri.startsWith(parent.endsWith("/") ? parent : `${parent}/`))
  );
}
