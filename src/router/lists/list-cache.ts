/**
 * What each server lists, known also while it sleeps: asked once, kept until the server says that it changed or its
 * entry does. Starts a server only when nothing is known of it yet.
 */

import type { BackendSession } from "../../backend/backend-session.ts";
import type { Era } from "../../backend/era.ts";
import { capabilitiesIn, type HandshakeResult } from "../../backend/handshake.ts";
import {
  type HeaderParameter,
  type HeaderParameters,
  headerParameters,
} from "../../backend/mcp-param-headers.ts";
import { messageOf } from "../../base/errors.ts";
import { isObject, parseJson } from "../../base/json.ts";
import { Limiter } from "../../base/limiter.ts";
import { withTimeout } from "../../base/timeout.ts";
import { notification } from "../../jsonrpc/encode.ts";
import { type JsonRpc, type Message, parseMessage } from "../../jsonrpc/message.ts";
import { elementsAt } from "../../jsonrpc/text-edit.ts";
import type { ManagedServer } from "../../supervisor/managed-server.ts";
import { isWrapped, needsWrap } from "../bridge/output-schema.ts";
import { LateLists } from "./late-lists.ts";
import { ListFailures } from "./list-failures.ts";
import {
  changedMethod,
  type ListKind,
  listCapability,
  listKinds,
  listMethods,
  type Members,
  membersIn,
} from "./list-kinds.ts";
import { type ListStore, listKey, type StoredLists } from "./list-store.ts";

/** Items as their server wrote them. */
export type Items = readonly string[];

export type Listed =
  | { readonly kind: "listed"; readonly items: Items }
  /** `because` is for people. */
  | { readonly kind: "missing"; readonly because: string };

/** How many pages of one list are asked for: a server that never ends its list is not waited for. */
const mostPages = 1_000;
/** Servers that are started at a time only to know their lists: more would make all of them slow. */
const mostStarts = 16;
/** Why a list is missing that was waited for: the same words each time, so that clients are told once. */
const notYet = "it is still starting, or slow to answer";
/** How long a server may take for a list that it does not say it has. */
const undeclaredMs = 5_000;

export interface ListCacheOptions {
  /** Whether a server may be started again without anybody asking for it; absent: yes. */
  readonly mayRetry?: (server: ManagedServer) => Promise<boolean>;
}
/** Characters of one list, all its pages together: as much as one message may have. */
const mostCharacters = 64 * 1024 * 1024;

export class ListCache {
  readonly #files: ListStore;
  readonly #cached = new Map<string, StoredLists>();
  readonly #requests = new Map<string, Promise<Items>>();
  /** The last save of each listing that is not done yet. */
  readonly #saving = new Map<string, Promise<void>>();
  /** For each list, when it was last asked for. */
  readonly #requestedAt = new Map<string, Moment>();
  /** For each list, how often its server said that it changed. */
  readonly #changes = new Map<string, number>();
  /** Lists that were shown to clients while their server slept, and have not been asked for since. */
  readonly #shownWhileStopped = new Set<string>();
  /** Of each list of tools, read once. */
  readonly #headers = new WeakMap<Items, HeaderParameters>();
  /** Lists that clients had to go on without, while they are being asked for. */
  readonly #late = new Set<string>();
  readonly #failures = new ListFailures();
  /** Those that are asked for again in the background: clients go on without them meanwhile. */
  readonly #retried = new Set<string>();
  readonly #starts = new Limiter(mostStarts);
  readonly #mayRetry: (server: ManagedServer) => Promise<boolean>;
  /** Tells together of lists that have come after somebody who waited for them had to go on without. */
  readonly lateLists = new LateLists();
  readonly #outputs = new WeakMap<Items, OutputFacts>();

  constructor(store: ListStore, { mayRetry = async () => true }: ListCacheOptions = {}) {
    this.#files = store;
    this.#mayRetry = mayRetry;
  }

  /** Resolves once all that is known is kept for the next gateway. */
  async close(): Promise<void> {
    this.#failures.close();
    this.lateLists.close();
    await Promise.all(this.#saving.values());
  }

  /** What a server that sleeps says of itself; `undefined` when nobody has asked it yet. */
  async cachedHandshake(server: ManagedServer, era: Era): Promise<HandshakeResult | undefined> {
    const { answer } = await this.#listingOf(server);
    if (!server.isServed) return undefined;
    return server.lastHandshakeIn(era) ?? (answer === undefined ? undefined : greetedBy(answer));
  }

  /** The list of a server that sleeps; `undefined` where it is not known, or the server is there to be asked. */
  async cachedList(server: ManagedServer, kind: ListKind, era: Era): Promise<Items | undefined> {
    const listing = await this.#listingOf(server);
    const known = listing.lists[kind];
    if (!known || server.isUp || !server.isServed || !server.isShared || !this.#isFresh(server, kind))
      return undefined;
    if (!this.#fitsEra(server, kind, listing, era)) return undefined;
    this.#shownWhileStopped.add(listOf(server, kind));
    return known;
  }

  /**
   * Whether a list that is kept is what a client of that era would be answered. Where the server has wrapped output schemas
   * for older clients, a newer one whose calls it answers in the newer era is not to see that.
   */
  #fitsEra(server: ManagedServer, kind: ListKind, { lists, toolsEra }: StoredLists, era: Era): boolean {
    if (kind !== "tools" || era === "initialize" || toolsEra !== "initialize" || !lists.tools) return true;
    return this.#factsOf(lists.tools).wrappedByServer.size === 0 || server.statelessEra === "initialize";
  }

  /** What the server wrote beside the items of a list that is known. */
  membersOf(server: ManagedServer, kind: ListKind): Members | undefined {
    return this.#cached.get(keyOf(server))?.members[kind];
  }

  /** The tools a server lists, as far as they are known; nobody is asked for it. */
  cachedTools(server: ManagedServer): Items | undefined {
    return this.#cached.get(keyOf(server))?.lists.tools;
  }

  /**
   * Whether clients of the initialize era see a wrapped output schema of this tool where the server's answer, given in the
   * era `answered`, is not wrapped yet; see output-schema.ts.
   */
  wrapsOutput(server: ManagedServer, tool: string, answered: Era | undefined): boolean {
    const { lists: { tools } = {}, toolsEra } = this.#cached.get(keyOf(server)) ?? {};
    if (!tools) return false;
    const { wrapped, wrappedByServer } = this.#factsOf(tools);
    // A server wraps in its answers of the older era what it wraps in its lists of that era.
    if (wrapped.has(tool)) return answered !== "initialize" || toolsEra !== "stateless";
    return answered === "stateless" && toolsEra === "initialize" && wrappedByServer.has(tool);
  }

  #factsOf(tools: Items): OutputFacts {
    const known = this.#outputs.get(tools) ?? outputFacts(tools);
    this.#outputs.set(tools, known);
    return known;
  }

  /** The arguments of a tool that clients repeat in headers, as far as its list is known. */
  headerParameters(server: ManagedServer, tool: string): readonly HeaderParameter[] {
    const items = this.#cached.get(keyOf(server))?.lists.tools;
    if (!items || this.#isStale(server, "tools")) return [];
    const read = this.#headers.get(items) ?? headerParameters(items);
    this.#headers.set(items, read);
    return read.get(tool) ?? [];
  }

  /** A server that many share has answered a client's request for a list. */
  store(
    server: ManagedServer,
    kind: ListKind,
    request: JsonRpc,
    response: Message,
    era: Era | undefined,
  ): void {
    if (!server.isShared || (request.params?.["cursor"] ?? undefined) !== undefined) return;
    const items = elementsAt(response, ["result", kind]);
    const isWhole = isObject(response.json.result) && cursorIn(response) === undefined;
    const asked = { key: keyOf(server), changes: this.#changesOf(server, kind), era };
    const list = items && { items, members: membersIn(response, kind) };
    if (list && isWhole) void this.#cache(server, kind, list, asked);
    else if (items) void this.get(server, kind, 0);
  }

  /**
   * A server has started: what it declares is asked for once, so that clients that come later wake nobody. Whoever was
   * shown lists of before hears it when they are not what they were.
   */
  async onServerStarted(server: ManagedServer): Promise<void> {
    this.#failures.delete(keyOf(server));
    if (!server.isShared) return;
    await this.#cacheHandshake(server);
    const { lists } = await this.#listingOf(server);
    const before = { ...lists };
    for (const kind of listKinds) {
      const wasShown = this.#shownWhileStopped.delete(listOf(server, kind));
      // Nothing starts a server that has ended meanwhile for this.
      if (!server.isUp || !(wasShown || this.#isNews(server, kind))) continue;
      const items = await this.#request(server, kind).catch(() => undefined);
      const changed = parseMessage(notification(changedMethod(kind), {}));
      const isOther = before[kind] !== undefined && String(items) !== String(before[kind]);
      if (items && changed && isOther) server.notifyAll(changed);
    }
  }

  /** Whether the server declares such a list and was not asked for it in this start. */
  #isNews(server: ManagedServer, kind: ListKind): boolean {
    if (capabilitiesIn(server.lastHandshake?.response)[listCapability[kind]] === undefined) return false;
    return this.#requestedAt.get(listOf(server, kind))?.starts !== server.statistics.starts;
  }

  /** The server says that a list of it is not what it was. */
  onListChanged(server: ManagedServer, kind: ListKind): void {
    this.#changes.set(listOf(server, kind), this.#changesOf(server, kind) + 1);
  }

  /**
   * The list, as known or asked for; waits `withinMs` at most, and then takes what was known before. A server whose
   * list cannot change unnoticed is asked once for each of its starts.
   */
  async get(
    server: ManagedServer,
    kind: ListKind,
    withinMs: number,
    era: Era = "initialize",
  ): Promise<Listed> {
    const listing = await this.#listingOf(server);
    const known = listing.lists[kind];
    const suits = this.#fitsEra(server, kind, listing, era);
    if (known && suits && this.#isFresh(server, kind)) return { kind: "listed", items: known };
    const missing = this.#missing(server, kind);
    if (missing !== undefined)
      return known ? { kind: "listed", items: known } : { kind: "missing", because: missing };
    try {
      const asked = this.#request(server, kind, suits ? undefined : era);
      return { kind: "listed", items: await within(asked, withinMs) };
    } catch (error) {
      if (known) return { kind: "listed", items: known };
      if (this.#requests.has(listOf(server, kind))) this.#late.add(listOf(server, kind));
      return { kind: "missing", because: messageOf(error) };
    }
  }

  /** Why a list is not waited for: it was before, or it could not be had and is tried again later. */
  #missing(server: ManagedServer, kind: ListKind): string | undefined {
    if (this.#late.has(listOf(server, kind))) return notYet;
    return this.#failures.reasonOf(keyOf(server)) ?? this.#failures.reasonOf(listOf(server, kind));
  }

  /** Whether what is known need not be asked for again. */
  #isFresh(server: ManagedServer, kind: ListKind): boolean {
    if (this.#isStale(server, kind)) return false;
    if (!server.isUp) return true;
    const asked = this.#requestedAt.get(listOf(server, kind));
    // Who has an instance of its own for each client may start at any time.
    const sameStart = !server.isShared || asked?.starts === server.statistics.starts;
    return asked !== undefined && sameStart && tellsChanges(server, kind);
  }

  /** Whether the server said that it changed since it was asked for. */
  #isStale(server: ManagedServer, kind: ListKind): boolean {
    return (this.#requestedAt.get(listOf(server, kind))?.changes ?? 0) !== this.#changesOf(server, kind);
  }

  /** One question at a time for each list. `era`: a server that has to be started for it is started in that one. */
  #request(server: ManagedServer, kind: ListKind, era?: Era): Promise<Items> {
    const list = listOf(server, kind);
    const asking = this.#requests.get(list);
    if (asking) return asking;
    this.lateLists.begin(kind);
    const ask = () => this.#requestAllPages(server, kind, era);
    // One that is there, or starts for somebody, need not wait for others.
    const asked = (server.state.kind === "stopped" ? this.#starts.run(ask) : ask()).then(
      (items) => this.#onList(server, kind, items),
      (error: unknown) => this.#onFailure(server, kind, error),
    );
    asked.catch(() => undefined);
    this.#requests.set(list, asked);
    return asked;
  }

  #onList(server: ManagedServer, kind: ListKind, items: Items): Items {
    const list = listOf(server, kind);
    this.#failures.delete(keyOf(server));
    const wasMissing = this.#failures.reasonOf(list) !== undefined;
    this.#failures.delete(list);
    this.#requests.delete(list);
    this.lateLists.end(kind, this.#late.delete(list) || wasMissing || this.#retried.delete(list));
    return items;
  }

  #onFailure(server: ManagedServer, kind: ListKind, error: unknown): never {
    const list = listOf(server, kind);
    // A server that does not start has none of its lists.
    const key = server.isUp ? list : keyOf(server);
    this.#failures.add(key, error, () => void this.#retry(server, kind, key));
    this.#requests.delete(list);
    this.#late.delete(list);
    this.lateLists.end(kind, false);
    throw error;
  }

  /** In the background: nobody waits for it. */
  async #retry(server: ManagedServer, kind: ListKind, key: string): Promise<void> {
    const isOther = key !== keyOf(server) && key !== listOf(server, kind);
    if (isOther || !server.isServed || !(await this.#mayRetry(server).catch(() => false))) return;
    this.#retried.add(listOf(server, kind));
    await this.#request(server, kind).catch(() => undefined);
  }

  async #requestAllPages(server: ManagedServer, kind: ListKind, wanted: Era | undefined): Promise<Items> {
    const key = keyOf(server);
    const changes = this.#changesOf(server, kind);
    let era: Era | undefined;
    const list = await server.use((connection) => {
      era = connection.era;
      // The instance of nobody tells what those of clients would, and there is no shared one to tell it.
      if (!server.isShared) void this.#cacheHandshake(server, connection.handshakeResponse?.text);
      return listFrom(connection, kind, server.requestTimeoutMs);
    }, wanted);
    await this.#cache(server, kind, list, { key, changes, era });
    return list.items;
  }

  async #cache(
    server: ManagedServer,
    kind: ListKind,
    { items, members }: List,
    { key, changes, era }: Asked,
  ): Promise<void> {
    // The entry changed meanwhile: what was asked was another server.
    if (keyOf(server) !== key) return;
    // What changed while it was asked for is asked for again.
    this.#requestedAt.set(listOf(server, kind), { changes, starts: server.statistics.starts });
    const listing = await this.#listingOf(server);
    const before = textOf(listing.lists[kind], listing.members[kind]);
    listing.lists[kind] = items;
    listing.members[kind] = members;
    const isOtherEra = kind === "tools" && era !== undefined && listing.toolsEra !== era;
    if (isOtherEra) listing.toolsEra = era;
    if (isOtherEra || before !== textOf(items, members)) this.#save(key);
  }

  /** One at a time, and the newest only: of two writes at once the older could be the one that stays. */
  #save(key: string): void {
    const saving: Promise<void> = Promise.resolve(this.#saving.get(key)).then(async () => {
      const listing = this.#cached.get(key);
      if (listing && this.#saving.get(key) === saving) await this.#files.write(key, listing);
      if (this.#saving.get(key) === saving) this.#saving.delete(key);
    });
    this.#saving.set(key, saving);
  }

  #changesOf(server: ManagedServer, kind: ListKind): number {
    return this.#changes.get(listOf(server, kind)) ?? 0;
  }

  async #cacheHandshake(server: ManagedServer, answer = server.lastHandshake?.response.text): Promise<void> {
    const key = keyOf(server);
    const listing = await this.#listingOf(server);
    if (answer === undefined || answer === listing.answer) return;
    this.#cached.set(key, { ...listing, answer });
    this.#save(key);
  }

  async #listingOf(server: ManagedServer): Promise<StoredLists> {
    const key = keyOf(server);
    const known = this.#cached.get(key) ?? (await this.#files.read(key)) ?? { lists: {}, members: {} };
    const listing = this.#cached.get(key) ?? known;
    this.#cached.set(key, listing);
    return listing;
  }
}

/** Asks for all pages. A server that says it has no such list has none; one that says nothing of any is asked once. */
async function listFrom(connection: BackendSession, kind: ListKind, timeoutMs: number): Promise<List> {
  const isDeclared = declares(connection, kind);
  if (!isDeclared && (kind !== "tools" || declaresAny(connection))) return { items: [], members: {} };
  const items = new Set<string>();
  const cursors = new Set<string | undefined>();
  let members: Members = {};
  let characters = 0;
  let cursor: string | undefined;
  for (let page = 0; page < mostPages && !cursors.has(cursor); page++) {
    cursors.add(cursor);
    const params = cursor === undefined ? {} : { cursor };
    const withinMs = isDeclared ? timeoutMs : undeclaredMs;
    const answer = await connection.request(listMethods[kind], params, withinMs);
    // A server may offer resources and no templates.
    if (answer.json.error?.code === -32601 || (answer.json.error && !isDeclared)) break;
    if (answer.json.error) throw new Error(answer.json.error.message);
    characters += answer.text.length;
    if (characters > mostCharacters) throw new Error("the list is longer than 64 MiB");
    for (const item of elementsAt(answer, ["result", kind]) ?? []) items.add(item);
    // Those of the first page: they are of the list as a whole.
    if (page === 0) members = membersIn(answer, kind);
    cursor = cursorIn(answer);
    if (cursor === undefined) break;
  }
  return { items: [...items], members };
}

/** A cursor that is empty leads where the list began. */
function cursorIn({ json: { result } }: Message): string | undefined {
  const cursor = isObject(result) ? result["nextCursor"] : undefined;
  return typeof cursor === "string" && cursor !== "" ? cursor : undefined;
}

function declares({ handshakeResponse: answer }: BackendSession, kind: ListKind): boolean {
  const declared = capabilitiesIn(answer)[listCapability[kind]];
  return declared !== undefined && declared !== null && declared !== false;
}

function declaresAny(connection: BackendSession): boolean {
  return listKinds.some((kind) => declares(connection, kind));
}

/** A list as its server wrote it. */
interface List {
  readonly items: Items;
  readonly members: Members;
}

function textOf(items: Items | undefined, members: Members | undefined): string {
  return `${items} ${JSON.stringify(members)}`;
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
  /** Names of those that the server itself seems to have wrapped. */
  readonly wrappedByServer: ReadonlySet<string>;
}

function outputFacts(items: Items): OutputFacts {
  const tools = items.filter((item) => item.includes('"outputSchema"')).map((item) => parseJson(item));
  const namesOf = (those: readonly unknown[]) =>
    new Set(those.map((tool) => String((tool as { name?: unknown }).name)));
  return {
    wrapped: namesOf(tools.filter(needsWrap)),
    wrappedByServer: namesOf(tools.filter(isWrapped)),
  };
}

function greetedBy(text: string): HandshakeResult | undefined {
  const answer = parseMessage(text);
  const isDiscovery = isObject(answer?.json.result) && "supportedVersions" in answer.json.result;
  return answer && { era: isDiscovery ? "stateless" : "initialize", response: answer };
}

/** When a list was asked for: after how many changes of it, in which start of its server. */
interface Moment {
  readonly changes: number;
  readonly starts: number;
}

function listOf(server: ManagedServer, kind: ListKind): string {
  return `${kind} ${keyOf(server)}`;
}

/** Asked for with each call: made once for each configuration. */
const keys = new WeakMap<ManagedServer, { readonly launchKey: string; readonly key: string }>();

function keyOf(server: ManagedServer): string {
  const known = keys.get(server);
  if (known?.launchKey === server.key) return known.key;
  const key = listKey(server.id, server.key);
  keys.set(server, { launchKey: server.key, key });
  return key;
}

function tellsChanges(server: ManagedServer, kind: ListKind): boolean {
  const capability = capabilitiesIn(server.lastHandshake?.response)[listCapability[kind]];
  return isObject(capability) ? capability["listChanged"] === true : true;
}

async function within<T>(promise: Promise<T>, withinMs: number): Promise<T> {
  const found = await withTimeout(
    promise.then((value) => ({ value })),
    withinMs,
  );
  if (!found) throw new Error(notYet);
  return found.value;
}
