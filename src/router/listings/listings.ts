/**
 * What each server lists, known also while it sleeps: asked once, kept until the server says that it changed or its
 * entry does. Starts a server only when nothing is known of it yet.
 */

import { atMost } from "../../base/deadline.ts";
import { Emitter } from "../../base/emitter.ts";
import { messageOf } from "../../base/errors.ts";
import type { Era } from "../../connection/era.ts";
import { capabilitiesOf, type Greeted } from "../../connection/greeting.ts";
import { isObject, type JsonRpc, type Message, parseJson, parseMessage } from "../../connection/message.ts";
import { notification } from "../../connection/messages.ts";
import {
  type HeaderParameter,
  type HeaderParameters,
  headerParameters,
} from "../../connection/param-headers.ts";
import { elementsAt } from "../../connection/splice.ts";
import type { Server } from "../../supervisor/server.ts";
import { isWrapped, needsWrap } from "../bridge/output-schema.ts";
import { changedMethod, type ListKind, listCapability, listKinds, listMethods } from "./listing.ts";
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
  /** The last save of each listing that is not done yet. */
  readonly #saving = new Map<string, Promise<void>>();
  /** For each list, when it was last asked for. */
  readonly #asked = new Map<string, Moment>();
  /** For each list, how often its server said that it changed. */
  readonly #changes = new Map<string, number>();
  /** Lists that were shown to clients while their server slept, and have not been asked for since. */
  readonly #shown = new Set<string>();
  /** Of each list of tools, read once. */
  readonly #headers = new WeakMap<Items, HeaderParameters>();
  readonly #outputs = new WeakMap<Items, OutputFacts>();
  /** Tells of a list that has come after somebody who waited for it had to go on without. */
  readonly arrived = new Emitter<ListKind>();

  constructor(store: ListingStore) {
    this.#store = store;
  }

  /** Resolves once all that is known is kept for the next gateway. */
  async close(): Promise<void> {
    await Promise.all(this.#saving.values());
  }

  /** What a server that sleeps says of itself; `undefined` when nobody has asked it yet. */
  async greeted(server: Server, era: Era): Promise<Greeted | undefined> {
    const { answer } = await this.#listingOf(server);
    if (!server.served) return undefined;
    return server.knownTo(era) ?? (answer === undefined ? undefined : greetedBy(answer));
  }

  /** The list of a server that sleeps; `undefined` where it is not known, or the server is there to be asked. */
  async asleep(server: Server, kind: ListKind, era: Era): Promise<Items | undefined> {
    const { lists, toolsEra } = await this.#listingOf(server);
    const known = lists[kind];
    if (!known || server.up || !server.served || !server.shared || !this.#holds(server, kind))
      return undefined;
    // Woken by this client it would list, and answer, in the client's era.
    if (
      kind === "tools" &&
      era === "stateless" &&
      toolsEra === "initialize" &&
      this.#factsOf(known).isWrapped
    )
      return undefined;
    this.#shown.add(listOf(server, kind));
    return known;
  }

  /** Whether clients of the initialize era see a wrapped output schema of this tool; see output-schema.ts. */
  wrapsOutput(server: Server, tool: string): boolean {
    const items = this.#known.get(keyOf(server))?.lists.tools;
    return items !== undefined && this.#factsOf(items).wrapped.has(tool);
  }

  #factsOf(tools: Items): OutputFacts {
    const known = this.#outputs.get(tools) ?? outputFacts(tools);
    this.#outputs.set(tools, known);
    return known;
  }

  /** The arguments of a tool that clients repeat in headers, as far as its list is known. */
  headerParameters(server: Server, tool: string): readonly HeaderParameter[] {
    const items = this.#known.get(keyOf(server))?.lists.tools;
    if (!items || this.#isStale(server, "tools")) return [];
    const read = this.#headers.get(items) ?? headerParameters(items);
    this.#headers.set(items, read);
    return read.get(tool) ?? [];
  }

  /** A server that many share has answered a client's request for a list. */
  heard(server: Server, kind: ListKind, request: JsonRpc, response: Message, era: Era | undefined): void {
    if (!server.shared || request.params?.["cursor"] !== undefined) return;
    const items = elementsAt(response, ["result", kind]);
    const isWhole = isObject(response.json.result) && response.json.result["nextCursor"] === undefined;
    const asked = { key: keyOf(server), changes: this.#changesOf(server, kind), era };
    if (items && isWhole) void this.#keep(server, kind, items, asked);
    else if (items) void this.get(server, kind, 0);
  }

  /**
   * A server has started: what it declares is asked for once, so that clients that come later wake nobody. Whoever was
   * shown lists of before hears it when they are not what they were.
   */
  async started(server: Server): Promise<void> {
    if (!server.shared) return;
    await this.#keepAnswer(server);
    const { lists } = await this.#listingOf(server);
    const before = { ...lists };
    for (const kind of listKinds) {
      const wasShown = this.#shown.delete(listOf(server, kind));
      // Nothing starts a server that has ended meanwhile for this.
      if (!server.up || !(wasShown || this.#isNews(server, kind))) continue;
      const items = await this.#ask(server, kind).catch(() => undefined);
      const changed = parseMessage(notification(changedMethod(kind), {}));
      const isOther = before[kind] !== undefined && String(items) !== String(before[kind]);
      if (items && changed && isOther) server.announce(changed);
    }
  }

  /** Whether the server declares such a list and was not asked for it in this start. */
  #isNews(server: Server, kind: ListKind): boolean {
    if (capabilitiesOf(server.known?.answer)[listCapability[kind]] === undefined) return false;
    return this.#asked.get(listOf(server, kind))?.starts !== server.statistics.starts;
  }

  /** The server says that a list of it is not what it was. */
  changed(server: Server, kind: ListKind): void {
    this.#changes.set(listOf(server, kind), this.#changesOf(server, kind) + 1);
  }

  /**
   * The list, as known or asked for; waits `withinMs` at most, and then takes what was known before. A server whose
   * list cannot change unnoticed is asked once for each of its starts.
   */
  async get(server: Server, kind: ListKind, withinMs: number): Promise<Listed> {
    const known = (await this.#listingOf(server)).lists[kind];
    if (known && this.#holds(server, kind)) return { kind: "listed", items: known };
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

  /** Whether what is known need not be asked for again. */
  #holds(server: Server, kind: ListKind): boolean {
    if (this.#isStale(server, kind)) return false;
    if (!server.up) return true;
    const asked = this.#asked.get(listOf(server, kind));
    // Who has an instance of its own for each client may start at any time.
    const sameStart = !server.shared || asked?.starts === server.statistics.starts;
    return asked !== undefined && sameStart && tellsChanges(server, kind);
  }

  /** Whether the server said that it changed since it was asked for. */
  #isStale(server: Server, kind: ListKind): boolean {
    return (this.#asked.get(listOf(server, kind))?.changes ?? 0) !== this.#changesOf(server, kind);
  }

  /** One question at a time for each list. */
  #ask(server: Server, kind: ListKind): Promise<Items> {
    const list = listOf(server, kind);
    const asking = this.#asking.get(list);
    if (asking) return asking;
    const asked = this.#askAll(server, kind).finally(() => this.#asking.delete(list));
    asked.catch(() => undefined);
    this.#asking.set(list, asked);
    return asked;
  }

  async #askAll(server: Server, kind: ListKind): Promise<Items> {
    const items: string[] = [];
    const key = keyOf(server);
    const changes = this.#changesOf(server, kind);
    let era: Era | undefined;
    await server.use(async (connection) => {
      era = connection.era;
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
    await this.#keep(server, kind, items, { key, changes, era });
    return items;
  }

  async #keep(server: Server, kind: ListKind, items: Items, { key, changes, era }: Asked): Promise<void> {
    // The entry changed meanwhile: what was asked was another server.
    if (keyOf(server) !== key) return;
    // What changed while it was asked for is asked for again.
    this.#asked.set(listOf(server, kind), { changes, starts: server.statistics.starts });
    const listing = await this.#listingOf(server);
    const before = listing.lists[kind];
    listing.lists[kind] = items;
    const isOtherEra = kind === "tools" && era !== undefined && listing.toolsEra !== era;
    if (isOtherEra) listing.toolsEra = era;
    if (isOtherEra || String(before) !== String(items)) this.#save(key);
  }

  /** One at a time, and the newest only: of two writes at once the older could be the one that stays. */
  #save(key: string): void {
    const saving: Promise<void> = Promise.resolve(this.#saving.get(key)).then(async () => {
      const listing = this.#known.get(key);
      if (listing && this.#saving.get(key) === saving) await this.#store.write(key, listing);
      if (this.#saving.get(key) === saving) this.#saving.delete(key);
    });
    this.#saving.set(key, saving);
  }

  #changesOf(server: Server, kind: ListKind): number {
    return this.#changes.get(listOf(server, kind)) ?? 0;
  }

  async #keepAnswer(server: Server): Promise<void> {
    const key = keyOf(server);
    const answer = server.known?.answer.text;
    const listing = await this.#listingOf(server);
    if (answer === undefined || answer === listing.answer) return;
    this.#known.set(key, { ...listing, answer });
    this.#save(key);
  }

  async #listingOf(server: Server): Promise<StoredListing> {
    const key = keyOf(server);
    const known = this.#known.get(key) ?? (await this.#store.read(key)) ?? { lists: {} };
    const listing = this.#known.get(key) ?? known;
    this.#known.set(key, listing);
    return listing;
  }
}

/** The circumstances under which a list was asked for. */
interface Asked {
  /** Of the server as it was then. */
  readonly key: string;
  readonly changes: number;
  readonly era: Era | undefined;
}

/** Which tools have output schemas that depend on the client's era. */
interface OutputFacts {
  /** Names of those that the gateway wraps. */
  readonly wrapped: ReadonlySet<string>;
  /** Whether the server itself seems to have wrapped one. */
  readonly isWrapped: boolean;
}

function outputFacts(items: Items): OutputFacts {
  const tools = items.filter((item) => item.includes('"outputSchema"')).map((item) => parseJson(item));
  const names = tools.filter(needsWrap).map((tool) => String((tool as { name?: unknown }).name));
  return { wrapped: new Set(names), isWrapped: tools.some(isWrapped) };
}

function greetedBy(text: string): Greeted | undefined {
  const answer = parseMessage(text);
  const isDiscovery = isObject(answer?.json.result) && "supportedVersions" in answer.json.result;
  return answer && { era: isDiscovery ? "stateless" : "initialize", answer };
}

/** When a list was asked for: after how many changes of it, in which start of its server. */
interface Moment {
  readonly changes: number;
  readonly starts: number;
}

function listOf(server: Server, kind: ListKind): string {
  return `${kind} ${keyOf(server)}`;
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
