/**
 * All servers as one, as far as names go: what they list together, and whose a name or URI is. Wakes a server only when
 * nothing is known of it yet; forwards nothing.
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
import { listOf } from "../server-rules.ts";
import { namesOf } from "../tool-policy.ts";
import type { Page } from "../upstream.ts";
import { aggregateName, mayBeOf, splitName, splitUri } from "./aggregate-names.ts";
import { type Subject, subjectOf } from "./aggregate-requests.ts";
import { aggregateItem } from "./aggregate-results.ts";
import { type ClientView, isInView } from "./client-view.ts";
import { usableItems } from "./usable-items.ts";

/** What is needed of the servers. */
export interface AggregatedServers {
  readonly version: string;
  readonly listings: ListCache;
  /** The longest name of a tool or prompt; absent: 46. */
  readonly nameLength?: number;
  /** In the order of the catalog. */
  servers(): ManagedServer[];
  server(id: string): ManagedServer | undefined;
  /** Calls `changed` after each reload of the catalog; returns how to stop that. */
  onReload(changed: () => void): () => void;
}

/** How long a list waits for a server of which nothing is known yet. */
const listWaitMs = 2_000;
/** Items of one answer; the cursor leads on. */
const pageSize = 1_000;

/** A server, and its own name for something. */
export interface Found {
  readonly server: ManagedServer;
  readonly name: string;
}

/** What a request of a client of all servers is about. */
export type Routed =
  /** `path` is where the request says the name. */
  | { readonly kind: "found"; readonly found: Found; readonly path: readonly string[] }
  | { readonly kind: "unknown"; readonly what: "tool" | "prompt" | "resource"; readonly name: unknown }
  /** It is about no server's things. */
  | { readonly kind: "unrouted" };

export class AggregateIndex {
  readonly #servers: AggregatedServers;

  readonly #view: ClientView;

  constructor(servers: AggregatedServers, view: ClientView = {}) {
    this.#servers = servers;
    this.#view = view;
  }

  get listings(): ListCache {
    return this.#servers.listings;
  }

  /** The servers that may run, in the order of the catalog. */
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

  /** Calls `changed` after each reload of the catalog; returns how to stop that. */
  onReload(changed: () => void): () => void {
    return this.#servers.onReload(changed);
  }

  /** What the gateway says of all servers as one server. */
  async introduction() {
    const serverInfo = {
      name: "open-mcp-gateway",
      title: "Open MCP Gateway",
      version: this.#servers.version,
    };
    const answers = await Promise.all(this.served().map((server) => this.#answerOf(server)));
    const known = answers.flatMap((answer) => answer ?? []);
    const extensions = Object.assign({}, ...known.map(({ answer }) => extensionsOf(answer)).reverse());
    return {
      capabilities: { ...everyCapability, extensions: { ...ownExtensions, ...extensions } },
      serverInfo,
      instructions: instructionsOf(known),
    };
  }

  /** One page of the list of all servers, for a client of that era; throws `invalid-params` for a cursor that leads nowhere. */
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
    const members = only && served.length === 1 ? this.listings.membersOf(only, kind) : undefined;
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

  /** Whose thing a request is about: told at once where its name says so. Rejects when a list that has to tell cannot be had. */
  route(request: Message): Routed | Promise<Routed> {
    const subject = subjectOf(request.json);
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

  /** The server whose list has a thing that is known by this aggregate name, and its own name. */
  async #findListed(kind: ListKind, aggregate: string): Promise<Found | undefined> {
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
  #findUri(aggregate: string): Found | undefined {
    const split = splitUri(aggregate);
    const server = split && this.#server(split.id);
    return split && server && { server, name: split.uri };
  }

  #listOf(server: ManagedServer, kind: ListKind, era: Era): Promise<Listed> {
    return listOf(server, kind, this.#servers.listings, { withinMs: listWaitMs, era });
  }

  /** What a server said of itself, also to a gateway before this one. */
  async #answerOf(server: ManagedServer): Promise<Known | undefined> {
    const greeted = await this.#servers.listings.cachedHandshake(server, "initialize");
    return greeted && { id: server.id, answer: greeted.response };
  }
}

function routed({ what, name, path }: Subject, found: Found | undefined): Routed {
  return found ? { kind: "found", found, path } : { kind: "unknown", what, name };
}

/** A server of which something is known. */
interface Known {
  readonly id: string;
  readonly answer: Message;
}

/** What is passed on as it is, whatever the servers. */
const ownExtensions = { "io.modelcontextprotocol/ui": {} };

function extensionsOf(answer: Message): object {
  const { extensions } = capabilitiesIn(answer);
  return isObject(extensions) ? extensions : {};
}

/** What servers say on how to use them, each under its id. */
function instructionsOf(known: readonly Known[]): string | undefined {
  const texts = known.flatMap(({ id, answer }) => {
    const result = answer.json.result;
    const text = isObject(result) ? result["instructions"] : undefined;
    return typeof text === "string" && text !== "" ? [`# ${id}\n\n${text}`] : [];
  });
  return texts.length === 0 ? undefined : texts.join("\n\n");
}

/** An item of a server's list, as it stands there. */
interface Item {
  readonly server: ManagedServer;
  readonly index: number;
  readonly item: string;
}

/** The first items, and the one after them. Where a list has become shorter, only its own items are passed over. */
function pageOf(
  kind: ListKind,
  lists: readonly { readonly server: ManagedServer; readonly listed: Listed }[],
  skip: number,
): { readonly page: readonly Item[]; readonly next: Item | undefined } {
  const page: Item[] = [];
  for (const [at, { server, listed }] of lists.entries()) {
    const items = listed.kind === "missing" ? [] : usableItems(kind, listed.items);
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

/** Items that no client could read. */
function omittedOf(
  kind: ListKind,
  { server, listed }: { readonly server: ManagedServer; readonly listed: Listed },
): { readonly server: ManagedServer; readonly because: string }[] {
  if (listed.kind === "missing") return [];
  return usableItems(kind, listed.items).flatMap((one) =>
    one.kind === "unusable" ? [{ server, because: one.because }] : [],
  );
}

/** Names the item that comes next by its server and its place there: it holds when other servers change. */
function cursorOf({ server, index }: Item): string {
  return Buffer.from(JSON.stringify([server.id, index])).toString("base64url");
}

function startOf(cursor: unknown, served: readonly ManagedServer[]): { first: number; skip: number } {
  const { id, skip } = readCursor(cursor);
  const first = served.findIndex((server) => server.id === id);
  if (first >= 0 && Number.isSafeInteger(skip) && skip >= 0) return { first, skip };
  throw new GatewayError("invalid-params", "Unknown cursor: list anew from the beginning");
}

function readCursor(cursor: unknown): { id: unknown; skip: number } {
  const read = parseJson(Buffer.from(String(cursor), "base64url").toString());
  return Array.isArray(read) ? { id: read[0], skip: Number(read[1]) } : { id: undefined, skip: 0 };
}
