/**
 * Cache of the lists of each server, also for stopped servers. A list is requested once, and kept until the server reports
 * a change or its entry changes. Starts a server only when nothing about it is cached.
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
import { ListChangeBatcher } from "./list-change-batcher.ts";
import {
  changedMethod,
  type ListKind,
  listCapability,
  listKinds,
  listMethods,
  type Members,
  membersIn,
} from "./list-kinds.ts";
import { ListRetries } from "./list-retries.ts";
import { type ListStore, listKey, type StoredLists } from "./list-store.ts";

/** Original texts of the items of a list. */
export type Items = readonly string[];

export type Listed =
  | { readonly kind: "listed"; readonly items: Items }
  /** `because` is text for users. */
  | { readonly kind: "missing"; readonly because: string };

/** Number of pages requested of one list, because a faulty server may never end its list. */
const mostPages = 1_000;
/** Number of servers started at a time only for their lists. More would make all of them slow. */
const mostStarts = 16;
/** Reason for a list that did not arrive in time. It is constant, so that clients get it once. */
const notYet = "it is still starting, or slow to answer";
/** Timeout for a list that the server does not declare. */
const undeclaredMs = 5_000;

/** A list in the response of a server. */
export interface StoredList {
  readonly server: ManagedServer;
  readonly kind: ListKind;
  /** Era of the backend. */
  readonly era: Era | undefined;
}

export interface ListCacheOptions {
  /** Whether a server may be started for a retry without a request of a client; default: yes. */
  readonly mayRetry?: (server: ManagedServer) => Promise<boolean>;
}
/** Characters of one list with all its pages. The same limit as for one message. */
const mostCharacters = 64 * 1024 * 1024;

export class ListCache {
  readonly #files: ListStore;
  readonly #cached = new Map<string, StoredLists>();
  readonly #requests = new Map<string, Promise<Items>>();
  /** The pending save of each cache entry. */
  readonly #saving = new Map<string, Promise<void>>();
  /** When each list was last requested. */
  readonly #requestedAt = new Map<string, Moment>();
  /** Number of changes that the server reported for each list. */
  readonly #changes = new Map<string, number>();
  /** Lists that clients got from the cache while the server was stopped, and that were not requested since. */
  readonly #shownWhileStopped = new Set<string>();
  /** Header parameters of each list of tools. */
  readonly #headers = new WeakMap<Items, HeaderParameters>();
  /** Pending lists that were missing in a response to a client. */
  readonly #late = new Set<string>();
  readonly #failures = new ListRetries();
  /** Lists that are requested again in the background, and are missing for clients until then. */
  readonly #retried = new Set<string>();
  readonly #starts = new Limiter(mostStarts);
  readonly #mayRetry: (server: ManagedServer) => Promise<boolean>;
  /** Combined events for lists that arrived after a client got a response without them. */
  readonly lateLists = new ListChangeBatcher();
  readonly #outputs = new WeakMap<Items, OutputFacts>();

  constructor(store: ListStore, { mayRetry = async () => true }: ListCacheOptions = {}) {
    this.#files = store;
    this.#mayRetry = mayRetry;
  }

  /** Resolves once the cache is saved for the next gateway process. */
  async close(): Promise<void> {
    this.#failures.close();
    this.lateLists.close();
    await Promise.all(this.#saving.values());
  }

  /** The cached handshake of a server; `undefined` before the first handshake. */
  async cachedHandshake(server: ManagedServer, era: Era): Promise<HandshakeResult | undefined> {
    const { answer } = await this.#entryOf(server);
    if (!server.isServed) return undefined;
    return server.lastHandshakeIn(era) ?? (answer === undefined ? undefined : handshakeFrom(answer));
  }

  /** The list of a stopped server; `undefined` if it is not cached, or the server is running. */
  async cachedList(server: ManagedServer, kind: ListKind, era: Era): Promise<Items | undefined> {
    const stored = await this.#entryOf(server);
    const known = stored.lists[kind];
    if (!known || server.isUp || !server.isServed || !server.isShared || !this.#isFresh(server, kind))
      return undefined;
    if (!this.#fitsEra(server, kind, stored, era)) return undefined;
    this.#shownWhileStopped.add(listOf(server, kind));
    return known;
  }

  /**
   * Whether a cached list is valid for a client of that era. Output schemas that the server wrapped for older clients must
   * not go to a newer client whose calls the server answers in the newer era.
   */
  #fitsEra(server: ManagedServer, kind: ListKind, { lists, toolsEra }: StoredLists, era: Era): boolean {
    if (kind !== "tools" || era === "initialize" || toolsEra !== "initialize" || !lists.tools) return true;
    return this.#factsOf(lists.tools).wrappedByServer.size === 0 || server.statelessEra === "initialize";
  }

  /** Other members in the result of a cached list. */
  membersOf(server: ManagedServer, kind: ListKind): Members | undefined {
    return this.#cached.get(keyOf(server))?.members[kind];
  }

  /** The cached tools of a server. Does not send a request. */
  cachedTools(server: ManagedServer): Items | undefined {
    return this.#cached.get(keyOf(server))?.lists.tools;
  }

  /**
   * Whether the gateway must wrap a result of this tool for clients of the initialize era, because they see a wrapped
   * schema and the server, which answered in the era `answered`, did not wrap it; see output-schema.ts.
   */
  wrapsOutput(server: ManagedServer, tool: string, answered: Era | undefined): boolean {
    const { lists: { tools } = {}, toolsEra } = this.#cached.get(keyOf(server)) ?? {};
    if (!tools) return false;
    const { wrapped, wrappedByServer } = this.#factsOf(tools);
    // In the older era, a server wraps the results of the same tools whose schemas it wraps in its list.
    if (wrapped.has(tool)) return answered !== "initialize" || toolsEra !== "stateless";
    return answered === "stateless" && toolsEra === "initialize" && wrappedByServer.has(tool);
  }

  #factsOf(tools: Items): OutputFacts {
    const known = this.#outputs.get(tools) ?? outputFacts(tools);
    this.#outputs.set(tools, known);
    return known;
  }

  /** The arguments of a tool that clients repeat in headers, where its list is cached. */
  headerParameters(server: ManagedServer, tool: string): readonly HeaderParameter[] {
    const items = this.#cached.get(keyOf(server))?.lists.tools;
    if (!items || this.#isStale(server, "tools")) return [];
    const read = this.#headers.get(items) ?? headerParameters(items);
    this.#headers.set(items, read);
    return read.get(tool) ?? [];
  }

  /** Caches the response of a shared server to a client's request for a list. */
  store({ server, kind, era }: StoredList, request: JsonRpc, response: Message): void {
    if (!server.isShared || (request.params?.["cursor"] ?? undefined) !== undefined) return;
    const items = elementsAt(response, ["result", kind]);
    const isWhole = isObject(response.json.result) && cursorIn(response) === undefined;
    const requested = { key: keyOf(server), changes: this.#changesOf(server, kind), era };
    const list = items && { items, members: membersIn(response, kind) };
    if (list && isWhole) void this.#cache(server, kind, list, requested);
    else if (items) void this.get(server, kind, 0);
  }

  /**
   * Requests the declared lists of a server after it started, so that later clients do not start it. Clients that got a
   * list from the cache are notified where it changed.
   */
  async onServerStarted(server: ManagedServer): Promise<void> {
    this.#failures.delete(keyOf(server));
    if (!server.isShared) return;
    await this.#cacheHandshake(server);
    const { lists } = await this.#entryOf(server);
    const before = { ...lists };
    for (const kind of listKinds) {
      const wasShown = this.#shownWhileStopped.delete(listOf(server, kind));
      // A server that has stopped in the meantime is not started for this.
      if (!server.isUp || !(wasShown || this.#isUnrequested(server, kind))) continue;
      const items = await this.#request(server, kind).catch(() => undefined);
      const changed = parseMessage(notification(changedMethod(kind), {}));
      const isOther = before[kind] !== undefined && String(items) !== String(before[kind]);
      if (items && changed && isOther) server.notifyAll(changed);
    }
  }

  /** Whether the server declares such a list and it was not requested since the start. */
  #isUnrequested(server: ManagedServer, kind: ListKind): boolean {
    if (capabilitiesIn(server.lastHandshake?.response)[listCapability[kind]] === undefined) return false;
    return this.#requestedAt.get(listOf(server, kind))?.starts !== server.statistics.starts;
  }

  /** Records that the server reported a change of a list. */
  onListChanged(server: ManagedServer, kind: ListKind): void {
    this.#changes.set(listOf(server, kind), this.#changesOf(server, kind) + 1);
  }

  /**
   * The list from the cache or the server. Waits at most `withinMs`, and then returns an older cached list. A server that
   * reports changes of the list is asked once for each start.
   */
  async get(
    server: ManagedServer,
    kind: ListKind,
    withinMs: number,
    era: Era = "initialize",
  ): Promise<Listed> {
    const stored = await this.#entryOf(server);
    const known = stored.lists[kind];
    const suits = this.#fitsEra(server, kind, stored, era);
    if (known && suits && this.#isFresh(server, kind)) return { kind: "listed", items: known };
    const missing = this.#missing(server, kind);
    if (missing !== undefined)
      return known ? { kind: "listed", items: known } : { kind: "missing", because: missing };
    try {
      const pending = this.#request(server, kind, suits ? undefined : era);
      return { kind: "listed", items: await within(pending, withinMs) };
    } catch (error) {
      if (known) return { kind: "listed", items: known };
      if (this.#requests.has(listOf(server, kind))) this.#late.add(listOf(server, kind));
      return { kind: "missing", because: messageOf(error) };
    }
  }

  /** The reason not to wait for a list: it is already late, or it failed and is requested again later. */
  #missing(server: ManagedServer, kind: ListKind): string | undefined {
    if (this.#late.has(listOf(server, kind))) return notYet;
    return this.#failures.reasonOf(keyOf(server)) ?? this.#failures.reasonOf(listOf(server, kind));
  }

  /** Whether the cached list is up to date. */
  #isFresh(server: ManagedServer, kind: ListKind): boolean {
    if (this.#isStale(server, kind)) return false;
    if (!server.isUp) return true;
    const requested = this.#requestedAt.get(listOf(server, kind));
    // Instances of single clients start at any time, so their starts are not compared.
    const sameStart = !server.isShared || requested?.starts === server.statistics.starts;
    return requested !== undefined && sameStart && reportsChanges(server, kind);
  }

  /** Whether the server reported a change since the list was requested. */
  #isStale(server: ManagedServer, kind: ListKind): boolean {
    return (this.#requestedAt.get(listOf(server, kind))?.changes ?? 0) !== this.#changesOf(server, kind);
  }

  /** Requests a list, with one request at a time for each. `era` is used where the server must be started. */
  #request(server: ManagedServer, kind: ListKind, era?: Era): Promise<Items> {
    const list = listOf(server, kind);
    const running = this.#requests.get(list);
    if (running) return running;
    this.lateLists.begin(kind);
    const send = () => this.#requestAllPages(server, kind, era);
    // A server that is running or starting does not count for the limit.
    const request = (server.state.kind === "stopped" ? this.#starts.run(send) : send()).then(
      (items) => this.#onList(server, kind, items),
      (error: unknown) => this.#onFailure(server, kind, error),
    );
    request.catch(() => undefined);
    this.#requests.set(list, request);
    return request;
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
    // A failed start concerns all lists of the server.
    const key = server.isUp ? list : keyOf(server);
    this.#failures.add(key, error, () => void this.#retry(server, kind, key));
    this.#requests.delete(list);
    this.#late.delete(list);
    this.lateLists.end(kind, false);
    throw error;
  }

  /** Requests a failed list again in the background. */
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
      // A server without a shared instance was started for this list only, and its handshake is valid for clients too.
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
    { key, changes, era }: RequestedState,
  ): Promise<void> {
    // The entry changed in the meantime, so the list is from another server.
    if (keyOf(server) !== key) return;
    // The count from before the request, so that a change during the request makes the list stale.
    this.#requestedAt.set(listOf(server, kind), { changes, starts: server.statistics.starts });
    const stored = await this.#entryOf(server);
    const before = textOf(stored.lists[kind], stored.members[kind]);
    stored.lists[kind] = items;
    stored.members[kind] = members;
    const isOtherEra = kind === "tools" && era !== undefined && stored.toolsEra !== era;
    if (isOtherEra) stored.toolsEra = era;
    if (isOtherEra || before !== textOf(items, members)) this.#save(key);
  }

  /** Saves the newest state, one write at a time, so that an older state never overwrites it. */
  #save(key: string): void {
    const saving: Promise<void> = Promise.resolve(this.#saving.get(key)).then(async () => {
      const stored = this.#cached.get(key);
      if (stored && this.#saving.get(key) === saving) await this.#files.write(key, stored);
      if (this.#saving.get(key) === saving) this.#saving.delete(key);
    });
    this.#saving.set(key, saving);
  }

  #changesOf(server: ManagedServer, kind: ListKind): number {
    return this.#changes.get(listOf(server, kind)) ?? 0;
  }

  async #cacheHandshake(server: ManagedServer, answer = server.lastHandshake?.response.text): Promise<void> {
    const key = keyOf(server);
    const stored = await this.#entryOf(server);
    if (answer === undefined || answer === stored.answer) return;
    this.#cached.set(key, { ...stored, answer });
    this.#save(key);
  }

  async #entryOf(server: ManagedServer): Promise<StoredLists> {
    const key = keyOf(server);
    const known = this.#cached.get(key) ?? (await this.#files.read(key)) ?? { lists: {}, members: {} };
    const stored = this.#cached.get(key) ?? known;
    this.#cached.set(key, stored);
    return stored;
  }
}

/** Requests all pages. Empty for a list that the server does not declare. A server that declares no list is asked for tools. */
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
    // A server may have resources without templates.
    if (answer.json.error?.code === -32601 || (answer.json.error && !isDeclared)) break;
    if (answer.json.error) throw new Error(answer.json.error.message);
    characters += answer.text.length;
    if (characters > mostCharacters) throw new Error("the list is longer than 64 MiB");
    for (const item of elementsAt(answer, ["result", kind]) ?? []) items.add(item);
    // The members of the first page are valid for the whole list.
    if (page === 0) members = membersIn(answer, kind);
    cursor = cursorIn(answer);
    if (cursor === undefined) break;
  }
  return { items: [...items], members };
}

/** The next cursor. An empty one is ignored, because it would lead back to the first page. */
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

/** A list with the original texts of the server. */
interface List {
  readonly items: Items;
  readonly members: Members;
}

function textOf(items: Items | undefined, members: Members | undefined): string {
  return `${items} ${JSON.stringify(members)}`;
}

/** State at the time of a request for a list. */
interface RequestedState {
  /** Key of the server at that time. */
  readonly key: string;
  readonly changes: number;
  readonly era: Era | undefined;
}

/** Tools with output schemas that depend on the client's era. */
interface OutputFacts {
  /** Names of tools that the gateway wraps. */
  readonly wrapped: ReadonlySet<string>;
  /** Names of tools that the server itself seems to have wrapped. */
  readonly wrappedByServer: ReadonlySet<string>;
}

function outputFacts(items: Items): OutputFacts {
  const tools = items.filter((item) => item.includes('"outputSchema"')).map((item) => parseJson(item));
  const namesOf = (subset: readonly unknown[]) =>
    new Set(subset.map((tool) => String((tool as { name?: unknown }).name)));
  return {
    wrapped: namesOf(tools.filter(needsWrap)),
    wrappedByServer: namesOf(tools.filter(isWrapped)),
  };
}

function handshakeFrom(text: string): HandshakeResult | undefined {
  const answer = parseMessage(text);
  const isDiscovery = isObject(answer?.json.result) && "supportedVersions" in answer.json.result;
  return answer && { era: isDiscovery ? "stateless" : "initialize", response: answer };
}

/** Time of a request for a list, as the number of its changes and the number of starts of its server. */
interface Moment {
  readonly changes: number;
  readonly starts: number;
}

function listOf(server: ManagedServer, kind: ListKind): string {
  return `${kind} ${keyOf(server)}`;
}

/** Cache of the keys, because each call needs one. */
const keys = new WeakMap<ManagedServer, { readonly launchKey: string; readonly key: string }>();

function keyOf(server: ManagedServer): string {
  const known = keys.get(server);
  if (known?.launchKey === server.key) return known.key;
  const key = listKey(server.id, server.key);
  keys.set(server, { launchKey: server.key, key });
  return key;
}

function reportsChanges(server: ManagedServer, kind: ListKind): boolean {
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
