/**
 * All servers as one, as what a session's requests go to (gateway.md, `/mcp`): lists are put together, everything else goes
 * to the server its name or URI says. Starts nothing itself.
 */

import { type Era, eraOf } from "../../backend/era.ts";
import { resultText } from "../../jsonrpc/encode.ts";
import { type Message, parseMessage } from "../../jsonrpc/message.ts";
import type { ManagedServer } from "../../supervisor/managed-server.ts";
import type { Filter } from "../../supervisor/subscription-registry.ts";
import type { Settled } from "../lists/late-lists.ts";
import type { ListKind } from "../lists/list-kinds.ts";
import type { ClientOf, Handshake, Page, Route, Upstream } from "../upstream.ts";
import type { AggregateIndex, Routed } from "./aggregate-index.ts";
import { splitUri } from "./aggregate-names.ts";
import { fromServer, renamed } from "./aggregate-requests.ts";
import { aggregateResult } from "./aggregate-results.ts";

export class AggregateUpstream implements Upstream {
  readonly only = undefined;
  readonly #directory: AggregateIndex;

  constructor(directory: AggregateIndex) {
    this.#directory = directory;
  }

  servers(): readonly ManagedServer[] {
    return this.#directory.served();
  }

  onServers(changed: () => void): () => void {
    return this.#directory.onReload(changed);
  }

  onList(settled: (settled: Settled) => void): () => void {
    return this.#directory.listings.lateLists.settled.on(settled);
  }

  isSettling(method: string): boolean {
    return this.#directory.listings.lateLists.isUnderWay(method);
  }

  async handshake(_clientOf: ClientOf, _era: Era, _graceMs: number | undefined): Promise<Handshake> {
    const { capabilities, serverInfo, instructions } = await this.#directory.introduction();
    const result = {
      protocolVersion: "",
      capabilities,
      serverInfo,
      ...(instructions !== undefined && { instructions }),
    };
    const answer = parseMessage(resultText("0", JSON.stringify(result)));
    if (!answer) throw new Error("the introduction cannot be read");
    return {
      kind: "known",
      greeted: { era: "initialize", response: answer },
      name: serverInfo.name,
      isOwn: false,
    };
  }

  list(kind: ListKind, request: Message): Promise<Page> {
    return this.#directory.list(kind, request.json.params?.["cursor"] ?? undefined, eraOf(request.json));
  }

  /** Every tool of every server, under the names clients know them by. */
  async allTools(): Promise<readonly string[]> {
    const items: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await this.#directory.list("tools", cursor, "initialize");
      items.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    return items;
  }

  route(request: Message): Route | Promise<Route> {
    const found = this.#directory.route(request);
    return found instanceof Promise ? found.then((one) => routeTo(one, request)) : routeTo(found, request);
  }

  fromServer({ id }: ManagedServer, text: string): string {
    return fromServer(id, text);
  }

  answerOf({ id }: ManagedServer, text: string): string {
    return aggregateResult(id, text);
  }

  /** What there is at some time: servers come and go. */
  async confirmed(filter: Filter): Promise<Filter> {
    return filter;
  }

  urisOf({ id }: ManagedServer, uris: readonly string[]): readonly string[] {
    return uris.flatMap((uri) => {
      const split = splitUri(uri);
      return split?.id === id ? [split.uri] : [];
    });
  }
}

function routeTo(found: Routed, request: Message): Route {
  if (found.kind !== "found") return found;
  const { server, name } = found.found;
  return { kind: "server", server, request: renamed(request, found.path, name) };
}
