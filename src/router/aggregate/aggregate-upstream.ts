/**
 * All servers as one, as what a session's requests go to (gateway.md, `/mcp`): lists are put together, everything else goes
 * to the server its name or URI says. Starts nothing itself.
 */

import type { Era } from "../../connection/era.ts";
import { type Message, parseMessage } from "../../connection/message.ts";
import { resultText } from "../../connection/messages.ts";
import type { Filter } from "../../supervisor/audience.ts";
import type { Server } from "../../supervisor/server.ts";
import type { ListKind } from "../listings/listing.ts";
import type { ClientOf, Handshake, Page, Route, Upstream } from "../upstream.ts";
import type { Directory } from "./directory.ts";
import { splitUri } from "./names.ts";
import { fromServer, renamed } from "./requests.ts";
import { aggregateResult } from "./results.ts";

export class AggregateUpstream implements Upstream {
  readonly only = undefined;
  readonly #directory: Directory;

  constructor(directory: Directory) {
    this.#directory = directory;
  }

  servers(): readonly Server[] {
    return this.#directory.served();
  }

  onServers(changed: () => void): () => void {
    return this.#directory.onReload(changed);
  }

  onList(changed: (kind: ListKind) => void): () => void {
    return this.#directory.listings.arrived.on(changed);
  }

  async handshake(_clientOf: ClientOf, _era: Era, _graceMs: number | undefined): Promise<Handshake> {
    const { capabilities, serverInfo, instructions } = this.#directory.introduction();
    const result = {
      protocolVersion: "",
      capabilities,
      serverInfo,
      ...(instructions !== undefined && { instructions }),
    };
    const answer = parseMessage(resultText("0", JSON.stringify(result)));
    if (!answer) throw new Error("the introduction cannot be read");
    return { kind: "known", greeted: { era: "initialize", answer }, name: serverInfo.name, isOwn: false };
  }

  list(kind: ListKind, request: Message): Promise<Page> {
    return this.#directory.list(kind, request.json.params?.["cursor"] ?? undefined);
  }

  async route(request: Message): Promise<Route> {
    const found = await this.#directory.route(request);
    if (found.kind !== "found") return found;
    const { server, name } = found.found;
    return { kind: "server", server, request: renamed(request, found.path, name) };
  }

  fromServer({ id }: Server, text: string): string {
    return fromServer(id, text);
  }

  answerOf({ id }: Server, text: string): string {
    return aggregateResult(id, text);
  }

  /** What there is at some time: servers come and go. */
  async confirmed(filter: Filter): Promise<Filter> {
    return filter;
  }

  urisOf({ id }: Server, uris: readonly string[]): readonly string[] {
    return uris.flatMap((uri) => {
      const split = splitUri(uri);
      return split?.id === id ? [split.uri] : [];
    });
  }
}
