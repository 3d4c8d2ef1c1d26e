/** One server as what a session's requests go to: everything passes under its own names. */

import { atMost } from "../base/deadline.ts";
import { GatewayError } from "../base/errors.ts";
import type { Connection } from "../connection/connection.ts";
import { type Era, eraOf } from "../connection/era.ts";
import { capabilitiesOf, type Greeted } from "../connection/greeting.ts";
import type { Message } from "../connection/message.ts";
import { offeredBy } from "../supervisor/attunement.ts";
import type { Filter } from "../supervisor/audience.ts";
import type { Server } from "../supervisor/server.ts";
import type { ListKind } from "./listings/listing.ts";
import type { Listings } from "./listings/listings.ts";
import { listAsleep } from "./server-requests.ts";
import type { ClientOf, Handshake, Page, Route, Upstream } from "./upstream.ts";

export class ServerUpstream implements Upstream {
  readonly only: Server;
  readonly #listings: Listings;
  readonly #all: readonly Server[];

  constructor(server: Server, listings: Listings) {
    this.only = server;
    this.#listings = listings;
    this.#all = [server];
  }

  servers(): readonly Server[] {
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
    const greeted = graceMs === undefined ? await connecting : await atMost(connecting, graceMs);
    if (!greeted) return { kind: "provisional", name, title };
    return { kind: "known", greeted, name, isOwn: era === "initialize" && !server.shared };
  }

  /** Wakes the server only when nothing is known of it yet. */
  async #known(era: Era): Promise<Greeted | undefined> {
    // An instance of a client's own answers the client's own words.
    if (era === "initialize" && !this.only.shared) return undefined;
    return this.#listings.greeted(this.only, era);
  }

  /** A server that sleeps is not woken for what is known. */
  list(kind: ListKind, request: Message): Promise<Page | undefined> | undefined {
    if (this.only.up || (request.json.params?.["cursor"] ?? undefined) !== undefined) return undefined;
    const known = listAsleep(this.only, kind, this.#listings, eraOf(request.json));
    return known.then((items) => items && { items, ...this.#membersOf(kind), missing: [] });
  }

  #membersOf(kind: ListKind): Pick<Page, "members"> {
    const members = this.#listings.membersOf(this.only, kind);
    return members ? { members } : {};
  }

  route(request: Message): Route {
    return { kind: "server", server: this.only, request };
  }

  fromServer(_server: Server, text: string): string {
    return text;
  }

  answerOf(_server: Server, text: string): string {
    return text;
  }

  /** The part of what was asked for that the server can tell. */
  async confirmed(filter: Filter, clientOf: ClientOf): Promise<Filter> {
    const handshake = await this.handshake(clientOf, "stateless", undefined);
    if (handshake.kind === "provisional") return {};
    const offered: Record<string, unknown> = { ...offeredBy(capabilitiesOf(handshake.greeted.answer)) };
    return Object.fromEntries(Object.entries(filter).filter(([key]) => offered[key] === true));
  }

  urisOf(_server: Server, uris: readonly string[]): readonly string[] {
    return uris;
  }
}

function greetedOf({ era, answer }: Connection): Greeted {
  if (!answer) throw new GatewayError("server-ended", "The server ended before it said what it offers");
  return { era, answer };
}
