/** One server as the upstream of a session. Names are not changed. */

import type { BackendSession } from "../backend/backend-session.ts";
import { type Era, eraOf } from "../backend/era.ts";
import { capabilitiesIn, type HandshakeResult } from "../backend/handshake.ts";
import { GatewayError } from "../base/errors.ts";
import { withTimeout } from "../base/timeout.ts";
import type { Message } from "../jsonrpc/message.ts";
import { offeredBy } from "../supervisor/backend-subscriptions.ts";
import type { ManagedServer } from "../supervisor/managed-server.ts";
import type { Filter } from "../supervisor/subscription-registry.ts";
import type { ListCache } from "./lists/list-cache.ts";
import type { ListKind } from "./lists/list-kinds.ts";
import { cachedListOf } from "./response-filter.ts";
import type { ClientOf, Handshake, Page, Route, Upstream } from "./upstream.ts";

export class ServerUpstream implements Upstream {
  readonly only: ManagedServer;
  readonly #listCache: ListCache;
  readonly #all: readonly ManagedServer[];

  constructor(server: ManagedServer, listCache: ListCache) {
    this.only = server;
    this.#listCache = listCache;
    this.#all = [server];
  }

  servers(): readonly ManagedServer[] {
    return this.#all;
  }

  /** The server never changes during the session. */
  onServers(): () => void {
    return () => undefined;
  }

  /** The server itself reports changes of its lists. */
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
    if (known) return { kind: "known", result: known, name, isOwn: false };
    const connecting = server.connect(clientOf(server)).then(handshakeOf);
    connecting.catch(() => undefined);
    const result = graceMs === undefined ? await connecting : await withTimeout(connecting, graceMs);
    if (!result) return { kind: "provisional", name, title };
    return { kind: "known", result, name, isOwn: era === "initialize" && !server.isShared };
  }

  /** The cached handshake, so that the server is not started for it. */
  async #known(era: Era): Promise<HandshakeResult | undefined> {
    // The client's own instance must answer the client's own params.
    if (era === "initialize" && !this.only.isShared) return undefined;
    return this.#listCache.cachedHandshake(this.only, era);
  }

  /** The cached list of a stopped server, so that the server is not started for it. */
  list(kind: ListKind, request: Message): Promise<Page | undefined> | undefined {
    if (this.only.isUp || (request.json.params?.["cursor"] ?? undefined) !== undefined) return undefined;
    const known = cachedListOf(this.only, kind, this.#listCache, eraOf(request.json));
    return known.then((items) => items && { items, ...this.#membersOf(kind), missing: [] });
  }

  #membersOf(kind: ListKind): Pick<Page, "members"> {
    const members = this.#listCache.membersOf(this.only, kind);
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

  /** The part of the filter that the server supports. */
  async confirmed(filter: Filter, clientOf: ClientOf): Promise<Filter> {
    const handshake = await this.handshake(clientOf, "stateless", undefined);
    if (handshake.kind === "provisional") return {};
    const offered: Record<string, unknown> = { ...offeredBy(capabilitiesIn(handshake.result.response)) };
    return Object.fromEntries(Object.entries(filter).filter(([key]) => offered[key] === true));
  }

  urisOf(_server: ManagedServer, uris: readonly string[]): readonly string[] {
    return uris;
  }
}

function handshakeOf({ era, handshakeResponse: answer }: BackendSession): HandshakeResult {
  if (!answer) throw new GatewayError("server-ended", "The server ended before it sent its capabilities");
  return { era, response: answer };
}
