/** One server as what a session's requests go to: everything passes under its own names. */

import type { BackendSession } from "../backend/backend-session.ts";
import { type Era, eraOf } from "../backend/era.ts";
import { capabilitiesIn, type HandshakeResult } from "../backend/handshake.ts";
import { GatewayError } from "../base/errors.ts";
import { withTimeout } from "../base/timeout.ts";
import type { Message } from "../jsonrpc/message.ts";
import type { ManagedServer } from "../supervisor/managed-server.ts";
import type { Filter } from "../supervisor/subscription-registry.ts";
import { offeredBy } from "../supervisor/upstream-subscriptions.ts";
import type { ListCache } from "./lists/list-cache.ts";
import type { ListKind } from "./lists/list-kinds.ts";
import { cachedListOf } from "./server-rules.ts";
import type { ClientOf, Handshake, Page, Route, Upstream } from "./upstream.ts";

export class ServerUpstream implements Upstream {
  readonly only: ManagedServer;
  readonly #listings: ListCache;
  readonly #all: readonly ManagedServer[];

  constructor(server: ManagedServer, listings: ListCache) {
    this.only = server;
    this.#listings = listings;
    this.#all = [server];
  }

  servers(): readonly ManagedServer[] {
    return this.#all;
  }

  /** It is the same for as long as there is a session with it. */
  onServers(): () => void {
    return () => undefined;
  }

  /** Its lists are its own to tell of. */
  onList(): () => void {
    return () => undefined;
  }

  isSettling(): boolean {
    return false;
  }

  async handshake(clientOf: ClientOf, era: Era, graceMs: number | undefined): Promise<Handshake> {
    const server = this.only;
    const { id: name, display_name: title = name } = server.entry;
    const known = await this.#known(era);
    if (known) return { kind: "known", greeted: known, name, isOwn: false };
    const connecting = server.connect(clientOf(server)).then(greetedOf);
    connecting.catch(() => undefined);
    const greeted = graceMs === undefined ? await connecting : await withTimeout(connecting, graceMs);
    if (!greeted) return { kind: "provisional", name, title };
    return { kind: "known", greeted, name, isOwn: era === "initialize" && !server.isShared };
  }

  /** Wakes the server only when nothing is known of it yet. */
  async #known(era: Era): Promise<HandshakeResult | undefined> {
    // An instance of a client's own answers the client's own words.
    if (era === "initialize" && !this.only.isShared) return undefined;
    return this.#listings.cachedHandshake(this.only, era);
  }

  /** A server that sleeps is not woken for what is known. */
  list(kind: ListKind, request: Message): Promise<Page | undefined> | undefined {
    if (this.only.isUp || (request.json.params?.["cursor"] ?? undefined) !== undefined) return undefined;
    const known = cachedListOf(this.only, kind, this.#listings, eraOf(request.json));
    return known.then((items) => items && { items, ...this.#membersOf(kind), missing: [] });
  }

  #membersOf(kind: ListKind): Pick<Page, "members"> {
    const members = this.#listings.membersOf(this.only, kind);
    return members ? { members } : {};
  }

  route(request: Message): Route {
    return { kind: "server", server: this.only, request };
  }

  fromServer(_server: ManagedServer, text: string): string {
    return text;
  }

  answerOf(_server: ManagedServer, text: string): string {
    return text;
  }

  /** The part of what was asked for that the server can tell. */
  async confirmed(filter: Filter, clientOf: ClientOf): Promise<Filter> {
    const handshake = await this.handshake(clientOf, "stateless", undefined);
    if (handshake.kind === "provisional") return {};
    const offered: Record<string, unknown> = { ...offeredBy(capabilitiesIn(handshake.greeted.response)) };
    return Object.fromEntries(Object.entries(filter).filter(([key]) => offered[key] === true));
  }

  urisOf(_server: ManagedServer, uris: readonly string[]): readonly string[] {
    return uris;
  }
}

function greetedOf({ era, handshakeResponse: answer }: BackendSession): HandshakeResult {
  if (!answer) throw new GatewayError("server-ended", "The server ended before it said what it offers");
  return { era, response: answer };
}
