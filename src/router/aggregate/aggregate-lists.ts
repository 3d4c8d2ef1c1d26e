/**
 * Combined lists of all servers, and the server that an aggregate name or URI belongs to. Starts a server only when
 * nothing about it is cached. Does not forward requests.
 */

import type { Era } from "../../backend/era.ts";
import { capabilitiesIn } from "../../backend/handshake.ts";
import { GatewayError } from "../../base/errors.ts";
import { isObject, parseJson } from "../../base/json.ts";
import type { Message } from "../../jsonrpc/message.ts";
import type { ManagedServer } from "../../supervisor/managed-server.ts";
import { everyCapability } from "../client-handshake.ts";
import type { ListCache, Listed } from "../lists/list-cache.ts";
import type { ListKind } from "../lists/list-kinds.ts";
import { listOf } from "../response-filter.ts";
import { namesOf } from "../tool-policy.ts";
import type { Page } from "../upstream.ts";
import { aggregateName, mayBeOf, splitName, splitUri } from "./aggregate-names.ts";
import { aggregateItem } from "./aggregate-results.ts";
import { type ItemReference, itemReferenceOf } from "./aggregate-translation.ts";
import { type ClientView, isInView } from "./client-view.ts";
import { sanitizeItems } from "./sanitize-items.ts";

/** Interface to the servers. */
export interface AggregatedServers {
  readonly version: string;
  readonly listCache: ListCache;
  /** Longest name of a tool or prompt; default 46. */
  readonly nameLength?: number;
  /** In the order of the catalog. */
  servers(): ManagedServer[];
  server(id: string): ManagedServer | undefined;
  /** Calls `changed` after each reload of the catalog. Returns a function that removes the listener. */
  onReload(changed: () => void): () => void;
}

/** How long a list waits for a server whose list is not cached. */
const listWaitMs = 2_000;
/** Largest number of items on a page. */
const pageSize = 1_000;

/** A server, and the name that something has there. */
export interface FoundItem {
  readonly server: ManagedServer;
  readonly name: string;
}

/** The server and item that a request of a client of all servers names. */
export type Routed =
  /** `path` is the position of the name in the request. */
  | { readonly kind: "found"; readonly found: FoundItem; readonly path: readonly string[] }
  | { readonly kind: "unknown"; readonly what: "tool" | "prompt" | "resource"; readonly name: unknown }
  /** The request does not name an item of a server. */
  | { readonly kind: "unrouted" };

export class AggregateLists {
  readonly #servers: AggregatedServers;

  readonly #view: ClientView;

  constructor(servers: AggregatedServers, view: ClientView = {}) {
    this.#servers = servers;
    this.#view = view;
  }

  get listCache(): ListCache {
    return this.#servers.listCache;
  }

  /** The enabled servers in the client's view, in the order of the catalog. */
  served(): ManagedServer[] {
    return this.#servers.servers().filter((server) => this.#isServed(server));
  }

  #isServed(server: ManagedServer): boolean {
    return server.isEnabled && isInView(this.#view, server);
  }

  #server(id: string): ManagedServer | undefined {
    const server = this.#servers.server(id);
    return server && this.#isServed(server) ? server : undefined;
  }

  /** Calls `changed` after each reload of the catalog. Returns a function that removes the listener. */
  onReload(changed: () => void): () => void {
    return this.#servers.onReload(changed);
  }

  /** Handshake data of the gateway for all servers together. */
  async introduction() {
    const serverInfo = {
      name: "open-mcp-gateway",
      title: "Open MCP Gateway",
      version: this.#servers.version,
    };
    const answers = await Promise.all(this.served().map((server) => this.#cachedAnswer(server)));
    const known = answers.flatMap((answer) => answer ?? []);
    const extensions = Object.assign({}, ...known.map(({ answer }) => extensionsOf(answer)).reverse());
    return {
      capabilities: { ...everyCapability, extensions: { ...ownExtensions, ...extensions } },
      serverInfo,
      instructions: instructionsOf(known),
    };
  }

  /** One page of the list of all servers, for a client of that era. Rejects with `invalid-params` for an unknown cursor. */
  async list(kind: ListKind, cursor: unknown, era: Era): Promise<Page> {
    const served = this.served();
    const start = cursor === undefined ? { first: 0, skip: 0 } : startOf(cursor, served);
    const listed = await Promise.all(
      served
        .slice(start.first)
        .map(async (server) => ({ server, listed: await this.#listOf(server, kind, era) })),
    );
    const { page, next } = pageOf(kind, listed, start.skip);
    const [only] = served;
    const members = only && served.length === 1 ? this.listCache.membersOf(only, kind) : undefined;
    return {
      ...(members && { members }),
      items: page.map(({ server, item }) => aggregateItem(server.id, kind, item, this.#servers.nameLength)),
      ...(next && { nextCursor: cursorOf(next) }),
      omitted: cursor === undefined ? listed.flatMap((one) => omittedOf(kind, one)) : [],
      missing: listed.flatMap(({ server, listed: one }) =>
        one.kind === "missing" && cursor === undefined ? [{ server, ...one }] : [],
      ),
    };
  }

  /** Finds the server of a request. Returns a promise where lists are needed, which rejects when a list is not available. */
  route(request: Message): Routed | Promise<Routed> {
    const subject = itemReferenceOf(request.json);
    if (!subject) return { kind: "unrouted" };
    const { what } = subject;
    const name = String(subject.name);
    if (what === "resource") return routed(subject, this.#findUri(name));
    const split = splitName(name);
    if (split.kind === "digest")
      return this.#findListed(what === "tool" ? "tools" : "prompts", name).then((found) =>
        routed(subject, found),
      );
    const server = split.kind === "plain" ? this.#server(split.id) : undefined;
    return routed(subject, server && split.kind === "plain" ? { server, name: split.name } : undefined);
  }

  /** The server whose list has an item with this aggregate name, and the item's name there. */
  async #findListed(kind: ListKind, aggregate: string): Promise<FoundItem | undefined> {
    for (const server of this.served().filter(({ id }) => mayBeOf(id, aggregate))) {
      const listed = await this.#listOf(server, kind, "initialize");
      const items = listed.kind === "listed" ? listed.items : [];
      const own = namesOf(items).find((candidate) => this.#nameOf(server.id, candidate) === aggregate);
      if (own !== undefined) return { server, name: own };
    }
    return undefined;
  }

  #nameOf(id: string, name: string): string {
    return aggregateName(id, name, this.#servers.nameLength);
  }

  /** The server and its own URI behind an aggregate URI. */
  #findUri(aggregate: string): FoundItem | undefined {
    const split = splitUri(aggregate);
    const server = split && this.#server(split.id);
    return split && server && { server, name: split.uri };
  }

  #listOf(server: ManagedServer, kind: ListKind, era: Era): Promise<Listed> {
    return listOf(server, kind, this.#servers.listCache, { withinMs: listWaitMs, era });
  }

  /** The cached handshake response of a server, also from an earlier gateway process. */
  async #cachedAnswer(server: ManagedServer): Promise<Known | undefined> {
    const cached = await this.#servers.listCache.cachedHandshake(server, "initialize");
    return cached && { id: server.id, answer: cached.response };
  }
}

function routed({ what, name, path }: ItemReference, found: FoundItem | undefined): Routed {
  return found ? { kind: "found", found, path } : { kind: "unknown", what, name };
}

/** A server with a cached handshake response. */
interface Known {
  readonly id: string;
  readonly answer: Message;
}

/** Extensions that the gateway always offers, because it forwards them unchanged. */
const ownExtensions = { "io.modelcontextprotocol/ui": {} };

function extensionsOf(answer: Message): object {
  const { extensions } = capabilitiesIn(answer);
  return isObject(extensions) ? extensions : {};
}

/** Instructions of all servers, each under the server's id. */
function instructionsOf(known: readonly Known[]): string | undefined {
  const texts = known.flatMap(({ id, answer }) => {
    const result = answer.json.result;
    const text = isObject(result) ? result["instructions"] : undefined;
    return typeof text === "string" && text !== "" ? [`# ${id}\n\n${text}`] : [];
  });
  return texts.length === 0 ? undefined : texts.join("\n\n");
}

/** An item of a server's list, as its server wrote it. */
interface Item {
  readonly server: ManagedServer;
  readonly index: number;
  readonly item: string;
}

/** The items of a page, and the item after it. A list that became shorter does not affect the other servers. */
function pageOf(
  kind: ListKind,
  lists: readonly { readonly server: ManagedServer; readonly listed: Listed }[],
  skip: number,
): { readonly page: readonly Item[]; readonly next: Item | undefined } {
  const page: Item[] = [];
  for (const [at, { server, listed }] of lists.entries()) {
    const items = listed.kind === "missing" ? [] : sanitizeItems(kind, listed.items);
    for (let index = at === 0 ? skip : 0; index < items.length; index++) {
      const found = items[index];
      if (found?.kind !== "usable") continue;
      const item = { server, index, item: found.item };
      if (page.length === pageSize) return { page, next: item };
      page.push(item);
    }
  }
  return { page, next: undefined };
}

/** Items that clients could not read. */
function omittedOf(
  kind: ListKind,
  { server, listed }: { readonly server: ManagedServer; readonly listed: Listed },
): { readonly server: ManagedServer; readonly because: string }[] {
  if (listed.kind === "missing") return [];
  return sanitizeItems(kind, listed.items).flatMap((one) =>
    one.kind === "unusable" ? [{ server, because: one.because }] : [],
  );
}

/** The cursor has the server and index of the next item, so it stays valid when other servers change. */
function cursorOf({ server, index }: Item): string {
  return Buffer.from(JSON.stringify([server.id, index])).toString("base64url");
}

function startOf(cursor: unknown, served: readonly ManagedServer[]): { first: number; skip: number } {
  const { id, skip } = readCursor(cursor);
  const first = served.findIndex((server) => server.id === id);
  if (first >= 0 && Number.isSafeInteger(skip) && skip >= 0) return { first, skip };
  throw new GatewayError("invalid-params", "Unknown cursor: request the list again without a cursor");
}

function readCursor(cursor: unknown): { id: unknown; skip: number } {
  const read = parseJson(Buffer.from(String(cursor), "base64url").toString());
  return Array.isArray(read) ? { id: read[0], skip: Number(read[1]) } : { id: undefined, skip: 0 };
}
