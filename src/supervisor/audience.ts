/**
 * The client sessions that listen to one server, and what each of them wants to hear (protocol.md, *Shared instance*).
 * Survives restarts of the instance: `wishes` tells a new one what the old one knew. Sends nothing to backends.
 */

import type { Client } from "../connection/call.ts";
import type { Message } from "../connection/message.ts";

/** A client session attached to one server. */
export interface Member extends Client {
  /** The client's own `initialize` parameters as JSON text, where its instance is to see them. */
  readonly initializeParams: string | undefined;
}

/** MCP, *Log levels*, lowest first. */
const levels = ["debug", "info", "notice", "warning", "error", "critical", "alert", "emergency"];

interface Wishes {
  level: string | undefined;
  readonly uris: Set<string>;
}

export class Audience {
  readonly #members = new Map<Member, Wishes>();

  get size(): number {
    return this.#members.size;
  }

  join(member: Member): void {
    this.#members.set(member, { level: undefined, uris: new Set() });
  }

  /** Returns the resources nobody listens to any more. */
  leave(member: Member): string[] {
    const uris = this.#members.get(member)?.uris ?? new Set<string>();
    this.#members.delete(member);
    const wanted = this.#uris();
    return [...uris].filter((uri) => !wanted.has(uri));
  }

  /** Returns whether there is such a level. */
  setLevel(member: Member, level: string): boolean {
    const wishes = this.#members.get(member);
    if (wishes && levels.includes(level)) wishes.level = level;
    return levels.includes(level);
  }

  subscribe(member: Member, uri: string): void {
    this.#members.get(member)?.uris.add(uri);
  }

  /** Returns whether nobody listens to that resource any more. */
  unsubscribe(member: Member, uri: string): boolean {
    this.#members.get(member)?.uris.delete(uri);
    return !this.#uris().has(uri);
  }

  /** The level the server must log at so that everybody gets theirs; `undefined` when nobody asked for one. */
  get lowestLevel(): string | undefined {
    return levels.find((level) => [...this.#members.values()].some((wishes) => wishes.level === level));
  }

  /**
   * The requests that bring a new instance to where the last one was; `params` as JSON text. `only` is the client it
   * belongs to, where it is not shared.
   */
  wishes(only?: Member): { method: string; params: string }[] {
    const own = only && this.#members.get(only);
    const uris = only ? (own?.uris ?? []) : this.#uris();
    const requests = [...uris].map((uri) => ({
      method: "resources/subscribe",
      params: JSON.stringify({ uri }),
    }));
    const level = only ? own?.level : this.lowestLevel;
    if (level !== undefined) requests.push({ method: "logging/setLevel", params: JSON.stringify({ level }) });
    return requests;
  }

  /** Hands a notification to those who want it. `callers` are the clients with calls in flight. */
  tell(message: Message, callers: ReadonlySet<Client>): void {
    for (const [member, wishes] of this.#members) {
      if (this.#wants(member, wishes, message, callers)) member.push(message.text);
    }
  }

  #wants(member: Member, wishes: Wishes, message: Message, callers: ReadonlySet<Client>): boolean {
    const { method = "" } = message.json;
    const params = message.json.params ?? {};
    if (method === "notifications/message") return this.#hears(wishes, params["level"]);
    if (method === "notifications/resources/updated") return covers(wishes.uris, params["uri"]);
    if (method.endsWith("/list_changed")) return true;
    // Unknown to us: it belongs to the one client that is calling, else it may be anybody's.
    return callers.size === 1 ? callers.has(member) : true;
  }

  #hears(wishes: Wishes, level: unknown): boolean {
    const lowest = this.lowestLevel;
    if (lowest === undefined || typeof level !== "string" || !levels.includes(level)) return true;
    return levels.indexOf(level) >= levels.indexOf(wishes.level ?? "info");
  }

  #uris(): Set<string> {
    return new Set([...this.#members.values()].flatMap((wishes) => [...wishes.uris]));
  }
}

/** An update names the resource subscribed to or one below it (MCP, *Subscriptions*). */
function covers(uris: ReadonlySet<string>, uri: unknown): boolean {
  if (typeof uri !== "string") return false;
  return (
    uris.has(uri) || [...uris].some((parent) => uri.startsWith(parent.endsWith("/") ? parent : `${parent}/`))
  );
}
