/**
 * The clients that listen to one server, and what each of them wants to hear (protocol.md, *Shared instance*).
 * Survives restarts of the instance. Sends nothing to backends.
 */

import type { Client } from "../backend/call.ts";
import { isObject } from "../base/json.ts";
import type { Message } from "../jsonrpc/message.ts";

/** A client session attached to one server, or a client without one while it listens or calls. */
export interface Subscriber extends Client {
  /** The client's own `initialize` parameters as JSON text, where its instance is to see them. */
  readonly initializeParams: string | undefined;
}

/** What a client without a session asked to be told of (MCP 2026-07-28, `subscriptions/listen`). */
export interface Filter {
  readonly toolsListChanged?: boolean;
  readonly promptsListChanged?: boolean;
  readonly resourcesListChanged?: boolean;
  readonly resourceSubscriptions?: readonly string[];
}

/** MCP, *Log levels*, lowest first. */
const levels = ["debug", "info", "notice", "warning", "error", "critical", "alert", "emergency"];

/** Resources one client may be subscribed to, and how long their URIs may be together. */
const mostUris = 10_000;
const mostUriCharacters = 4_000_000;

/** The URIs one client may listen to of those it asks for: the first of them. */
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

const filterKeys: Readonly<Record<string, keyof Filter>> = {
  "notifications/tools/list_changed": "toolsListChanged",
  "notifications/prompts/list_changed": "promptsListChanged",
  "notifications/resources/list_changed": "resourcesListChanged",
};

interface SubscriberPreferences {
  level: string | undefined;
  readonly uris: Set<string>;
  /** Of all URIs together. */
  characters: number;
  readonly filter: Filter | undefined;
}

/** What an instance has to tell so that everybody who is attached to it gets theirs. */
export interface WantedSubscriptions {
  readonly uris: ReadonlySet<string>;
  /** The lowest level anybody asked for; `undefined` when nobody did. */
  readonly level: string | undefined;
}

export class SubscriptionRegistry {
  readonly #subscribers = new Map<Subscriber, SubscriberPreferences>();
  /** Whether a level was ever asked for: the instance keeps the lowest one, whoever has left since. */
  #hasLevels = false;

  get size(): number {
    return this.#subscribers.size;
  }

  /** What the clients with a session say of themselves, in the order they came. */
  get clientInfos(): unknown[] {
    return [...this.#subscribers.keys()].flatMap(({ era, envelope }) =>
      era === "initialize" && envelope.clientInfo !== undefined ? [envelope.clientInfo] : [],
    );
  }

  /** Those who are `attached`, in the order they came. */
  subscribers(attached: (member: Subscriber) => boolean): Subscriber[] {
    return [...this.#subscribers.keys()].filter(attached);
  }

  /** The extensions of the protocol that clients with a session declared, the first to declare one says how. */
  get extensions(): Readonly<Record<string, unknown>> {
    const declared = [...this.#subscribers.keys()].map(({ envelope }) => extensionsIn(envelope.capabilities));
    return Object.assign({}, ...declared.reverse());
  }

  /** `filter` is what a client without a session asked for: it hears nothing else. */
  add(member: Subscriber, filter?: Filter): void {
    const uris = new Set(filter?.resourceSubscriptions ?? []);
    this.#subscribers.set(member, { level: undefined, uris, characters: 0, filter });
  }

  remove(member: Subscriber): void {
    this.#subscribers.delete(member);
  }

  /** Returns whether there is such a level. */
  setLevel(member: Subscriber, level: string): boolean {
    const wishes = this.#subscribers.get(member);
    if (wishes && levels.includes(level)) {
      wishes.level = level;
      this.#hasLevels = true;
    }
    return levels.includes(level);
  }

  /** From which level on a client wants to hear; `undefined` when it did not say. */
  levelOf(member: Subscriber): string | undefined {
    return this.#subscribers.get(member)?.level;
  }

  /** Returns whether there is room for it: what one client asks to hear of is bounded. */
  subscribe(member: Subscriber, uri: string): boolean {
    const wishes = this.#subscribers.get(member);
    if (!wishes || wishes.uris.has(uri)) return true;
    const characters = wishes.characters + uri.length;
    if (wishes.uris.size >= mostUris || characters > mostUriCharacters) return false;
    wishes.uris.add(uri);
    wishes.characters = characters;
    return true;
  }

  /** Returns whether nobody listens to that resource any more. */
  unsubscribe(member: Subscriber, uri: string): boolean {
    const wishes = this.#subscribers.get(member);
    if (wishes?.uris.delete(uri)) wishes.characters -= uri.length;
    for (const { uris } of this.#subscribers.values()) if (uris.has(uri)) return false;
    return true;
  }

  /** What those want who are `attached`. */
  wanted(attached: (member: Subscriber) => boolean): WantedSubscriptions {
    const wishes = [...this.#subscribers].flatMap(([member, one]) => (attached(member) ? [one] : []));
    return {
      uris: new Set(wishes.flatMap((one) => [...one.uris])),
      level: levels.find((level) => wishes.some((one) => one.level === level)),
    };
  }

  /** Hands a notification to those `attached` who want it. `callers` are the clients with calls in flight. */
  notify(message: Message, callers: ReadonlySet<Client>, attached: (member: Subscriber) => boolean): void {
    const members = [...this.#subscribers].filter(([member]) => attached(member));
    const kind = kindOf(message.json.method ?? "");
    // Unknown to us: it belongs to the one client that is calling, else it may be any session's.
    if (kind === "unknown" && callers.size === 1) return [...callers][0]?.push(message.text);
    for (const [member, wishes] of members) {
      if (wants(member, wishes, message, kind, this.#hasLevels)) member.push(message.text);
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

function wants(
  member: Subscriber,
  wishes: SubscriberPreferences,
  { json }: Message,
  kind: Kind,
  levelled: boolean,
): boolean {
  const params = json.params ?? {};
  const hasSession = member.era === "initialize";
  switch (kind) {
    case "log":
      return hasSession && !levelled ? true : hears(wishes.level, params["level"], hasSession);
    case "updated":
      return covers(wishes.uris, params["uri"]);
    case "unknown":
      return hasSession;
    default:
      return hasSession || wishes.filter?.[kind] === true;
  }
}

/** A client with a session that named no level hears what servers log unasked. */
function hears(wanted: string | undefined, level: unknown, hasSession: boolean): boolean {
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
