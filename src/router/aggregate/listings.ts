/**
 * What each server lists, known also while it sleeps: asked once, kept until the server says that it changed or its
 * entry does. Starts a server only when nothing is known of it yet.
 */

import { atMost } from "../../base/deadline.ts";
import { Emitter } from "../../base/emitter.ts";
import { messageOf } from "../../base/errors.ts";
import { capabilitiesOf } from "../../connection/greeting.ts";
import { isObject } from "../../connection/message.ts";
import { elementsAt } from "../../connection/splice.ts";
import type { Server } from "../../supervisor/server.ts";
import { type ListKind, listCapability, listMethods } from "./listing.ts";
import type { ListingStore, StoredListing } from "./listing-store.ts";

/** Items as their server wrote them. */
export type Items = readonly string[];

export type Listed =
  | { readonly kind: "listed"; readonly items: Items }
  /** `because` is for people. */
  | {
      readonly kind: "missing";
      readonly because: string;
      /** Resolves when the list has come after all. */
      readonly later?: Promise<unknown>;
    };

/** How many pages of one list are asked for: a server that never ends its list is not waited for. */
const mostPages = 1_000;

export class Listings {
  readonly #store: ListingStore;
  readonly #known = new Map<string, StoredListing>();
  readonly #asking = new Map<string, Promise<Items>>();
  /** Tells of a list that has come after somebody who waited for it had to go on without. */
  readonly arrived = new Emitter<ListKind>();

  constructor(store: ListingStore) {
    this.#store = store;
  }

  /** The server says that a list of it is not what it was. */
  changed(server: Server, kind: ListKind): void {
    const known = this.#known.get(keyOf(server));
    if (known) delete known.lists[kind];
  }

  /** What is known without asking. */
  async known(server: Server, kind: ListKind): Promise<Items | undefined> {
    return (await this.#listingOf(server)).lists[kind];
  }

  /**
   * The list, as known or asked for; waits `withinMs` at most, and then takes what was known before. A server whose
   * list cannot change unnoticed is not asked twice.
   */
  async get(server: Server, kind: ListKind, withinMs: number): Promise<Listed> {
    const known = await this.known(server, kind);
    if (known && (!server.up || tellsChanges(server, kind))) return { kind: "listed", items: known };
    const later = this.#ask(server, kind);
    try {
      return { kind: "listed", items: await within(later, withinMs) };
    } catch (error) {
      if (known) return { kind: "listed", items: known };
      later.then(
        () => this.arrived.fire(kind),
        () => undefined,
      );
      return { kind: "missing", because: messageOf(error), later };
    }
  }

  /** One question at a time for each list. */
  #ask(server: Server, kind: ListKind): Promise<Items> {
    const key = `${kind} ${keyOf(server)}`;
    const asking = this.#asking.get(key);
    if (asking) return asking;
    const asked = this.#askAll(server, kind).finally(() => this.#asking.delete(key));
    asked.catch(() => undefined);
    this.#asking.set(key, asked);
    return asked;
  }

  async #askAll(server: Server, kind: ListKind): Promise<Items> {
    const items: string[] = [];
    const key = keyOf(server);
    await server.use(async (connection) => {
      if (capabilitiesOf(connection.answer)[listCapability[kind]] === undefined) return;
      let cursor: string | undefined;
      for (let page = 0; page < mostPages; page++) {
        const params = cursor === undefined ? {} : { cursor };
        const answer = await connection.request(listMethods[kind], params, server.requestTimeoutMs);
        // A server may offer resources and no templates.
        if (answer.json.error?.code === -32601) return;
        if (answer.json.error) throw new Error(answer.json.error.message);
        items.push(...(elementsAt(answer, ["result", kind]) ?? []));
        const next = isObject(answer.json.result) ? answer.json.result["nextCursor"] : undefined;
        if (typeof next !== "string") return;
        cursor = next;
      }
    });
    await this.#keep(server, key, kind, items);
    return items;
  }

  async #keep(server: Server, key: string, kind: ListKind, items: Items): Promise<void> {
    // The entry changed meanwhile: what was asked was another server.
    if (keyOf(server) !== key) return;
    const listing = await this.#listingOf(server);
    listing.lists[kind] = items;
    const answer = server.known?.answer.text;
    await this.#store.write(key, { ...listing, ...(answer !== undefined && { answer }) });
  }

  async #listingOf(server: Server): Promise<StoredListing> {
    const key = keyOf(server);
    const known = this.#known.get(key) ?? (await this.#store.read(key)) ?? { lists: {} };
    const listing = this.#known.get(key) ?? known;
    this.#known.set(key, listing);
    return listing;
  }
}

/** Two entries may ask for the same and still be two servers. */
function keyOf(server: Server): string {
  return `${server.id} ${server.key}`;
}

function tellsChanges(server: Server, kind: ListKind): boolean {
  const capability = capabilitiesOf(server.known?.answer)[listCapability[kind]];
  return isObject(capability) ? capability["listChanged"] === true : true;
}

async function within<T>(promise: Promise<T>, withinMs: number): Promise<T> {
  const found = await atMost(
    promise.then((value) => ({ value })),
    withinMs,
  );
  if (!found) throw new Error(`no list within ${withinMs / 1000} s`);
  return found.value;
}
