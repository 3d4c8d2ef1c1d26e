/**
 * All servers together, as the upstream of a session (gateway.md, `/mcp`). Lists are combined. Every other request goes to
 * the server that its name or URI contains. Does not start servers itself.
 */

import { type Era, eraOf } from "../../backend/era.ts";
import { resultText } from "../../jsonrpc/encode.ts";
import { type Message, parseMessage } from "../../jsonrpc/message.ts";
import type { ManagedServer } from "../../supervisor/managed-server.ts";
import type { Filter } from "../../supervisor/subscription-registry.ts";
import type { Settled } from "../lists/list-change-batcher.ts";
import type { ListKind } from "../lists/list-kinds.ts";
import type { ClientOf, Handshake, Page, Route, Upstream } from "../upstream.ts";
import type { AggregateLists, Routed } from "./aggregate-lists.ts";
import { splitUri } from "./aggregate-names.ts";
import { aggregateResult } from "./aggregate-results.ts";
import { aggregateNotification, withOwnItemName } from "./aggregate-translation.ts";

export class AggregateUpstream implements Upstream {
  readonly only = undefined;
  readonly #index: AggregateLists;

  constructor(index: AggregateLists) {
    this.#index = index;
  }

  servers(): readonly ManagedServer[] {
    return this.#index.served();
  }

  onServers(changed: () => void): () => void {
    return this.#index.onReload(changed);
  }

  onList(settled: (settled: Settled) => void): () => void {
    return this.#index.listCache.lateLists.settled.on(settled);
  }

  isSettling(method: string): boolean {
    return this.#index.listCache.lateLists.isUnderWay(method);
  }

  async handshake(_clientOf: ClientOf, _era: Era, _graceMs: number | undefined): Promise<Handshake> {
    const { capabilities, serverInfo, instructions } = await this.#index.introduction();
    const result = {
      protocolVersion: "",
      capabilities,
      serverInfo,
      ...(instructions !== undefined && { instructions }),
    };
    const answer = parseMessage(resultText("0", JSON.stringify(result)));
    if (!answer) throw new Error("the handshake data is not valid JSON");
    return {
      kind: "known",
      result: { era: "initialize", response: answer },
      name: serverInfo.name,
      isOwn: false,
    };
  }

  list(kind: ListKind, request: Message): Promise<Page> {
    return this.#index.list(kind, request.json.params?.["cursor"] ?? undefined, eraOf(request.json));
  }

  /** All tools of all servers, with their aggregate names. */
  async allTools(): Promise<readonly string[]> {
    const items: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await this.#index.list("tools", cursor, "initialize");
      items.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    return items;
  }

  route(request: Message): Route | Promise<Route> {
    const found = this.#index.route(request);
    return found instanceof Promise ? found.then((one) => routeTo(one, request)) : routeTo(found, request);
  }

  fromServer({ id }: ManagedServer, text: string): string {
    return aggregateNotification(id, text);
  }

  answerOf({ id }: ManagedServer, text: string): string {
    return aggregateResult(id, text);
  }

  /** Confirms everything, because servers with the requested items may be added later. */
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
  return { kind: "server", server, request: withOwnItemName(request, found.path, name) };
}
