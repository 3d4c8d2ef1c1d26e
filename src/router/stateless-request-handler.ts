/**
 * Requests in flight of clients without a session (protocol.md, *Two eras*), with one server or all servers. Each request
 * is independent. Decides whether the gateway or an instance of a server answers it. Does not know the transport.
 */

import { claimedVersion, logLevelOf, statelessVersion } from "../backend/era.ts";
import { GatewayError } from "../base/errors.ts";
import { resultText, rpcErrorText } from "../jsonrpc/encode.ts";
import { type JsonRpc, type Message, messageKind } from "../jsonrpc/message.ts";
import type { ManagedServer } from "../supervisor/managed-server.ts";
import {
  completedResult,
  discovery,
  provisionalDiscovery,
  removedMethods,
} from "./bridge/era-translation.ts";
import type { RequestStateStore } from "./bridge/request-state-store.ts";
import type { StatelessToSessionCall } from "./bridge/stateless-to-session-call.ts";
import type { ClientHandler } from "./client-handler.ts";
import { failOnThrow, type InFlightRequest, idOf } from "./in-flight-request.ts";
import { InFlightRequests } from "./in-flight-requests.ts";
import type { ListCache } from "./lists/list-cache.ts";
import { kindOfList, type ListKind, listResult } from "./lists/list-kinds.ts";
import { missingNotice, unknownText } from "./missing-item-messages.ts";
import type { RequestContext } from "./request-context.ts";
import { refusalOf } from "./request-policy.ts";
import { ListenRequest } from "./stateless/listen-request.ts";
import { PerRequestSubscriber } from "./stateless/per-request-subscriber.ts";
import type { Page, Route, Upstream } from "./upstream.ts";
import { routed } from "./upstream.ts";

export interface StatelessOptions {
  /** How long `server/discover` waits for a server to start; absent: until it is running. */
  readonly graceMs?: number;
  readonly gatewayVersion: string;
  readonly listCache: ListCache;
  /** Calls that wait for an answer of a client without a session. */
  readonly parked: RequestStateStore<StatelessToSessionCall>;
}

export class StatelessRequestHandler implements ClientHandler {
  readonly version = statelessVersion;
  readonly clientInfo = undefined;
  readonly congested = undefined;
  readonly #upstream: Upstream;
  readonly #options: StatelessOptions;
  readonly #requests = new InFlightRequests();
  readonly #listeners = new Set<ListenRequest>();

  constructor(upstream: Upstream, options: StatelessOptions) {
    this.#upstream = upstream;
    this.#options = options;
  }

  /** Whether it has subscriptions to a server that was removed. */
  get orphaned(): boolean {
    return this.#listeners.size > 0 && this.#upstream.only?.isRemoved === true;
  }

  handle(message: Message, context: RequestContext): void {
    const { json } = message;
    switch (messageKind(json)) {
      case "request":
        return this.#onRequest(message, context);
      case "notification":
        // Other notifications belong to no request.
        if (json.method === "notifications/cancelled")
          this.#requests.cancel(json.params?.["requestId"], message);
        return;
      case "response":
        return;
      case "invalid":
        return context.reply.fail(new GatewayError("invalid-request", "Not a JSON-RPC 2.0 message"), "null");
    }
  }

  settled(): Promise<void> {
    return this.#requests.settled();
  }

  /** Ends the subscriptions. */
  finish(): void {
    for (const listener of [...this.#listeners]) listener.end();
  }

  async close(): Promise<void> {
    this.#requests.close();
  }

  #onRequest(message: Message, context: RequestContext): void {
    const unsupported = unsupportedVersion(message.json);
    if (unsupported) return context.reply.fail(unsupported, idOf(message));
    const request = this.#requests.begin(message, context);
    if (request) failOnThrow(request, () => this.#serve(request));
  }

  #serve(request: InFlightRequest): void {
    const { method = "" } = request.request.json;
    if (removedMethods.has(method)) return request.answer(methodNotFound(request));
    if (method === "server/discover") return void this.#discover(request);
    if (method === "subscriptions/listen") return this.#listen(request);
    const list = kindOfList(method);
    const page = list && this.#upstream.list(list, request.request, request.context);
    if (list && page) void this.#list(request, list, page);
    else this.#route(request);
  }

  async #discover(request: InFlightRequest): Promise<void> {
    try {
      const clientOf = (server: ManagedServer) => this.#client(server, request);
      const handshake = await this.#upstream.handshake(clientOf, "stateless", this.#options.graceMs);
      const result =
        handshake.kind === "known"
          ? discovery(handshake.result)
          : provisionalDiscovery(handshake, this.#options.gatewayVersion);
      request.answer(resultText(idOf(request.request), result));
    } catch (error) {
      request.fail(error);
    }
  }

  #listen(request: InFlightRequest): void {
    const listener = new ListenRequest(this.#upstream, request, () => this.#listeners.delete(listener));
    this.#listeners.add(listener);
    listener.begin();
  }

  async #list(
    request: InFlightRequest,
    kind: ListKind,
    pagePromise: Promise<Page | undefined>,
  ): Promise<void> {
    try {
      const page = await pagePromise;
      if (!page) return this.#route(request);
      this.#noticeMissing(request, kind, page);
      const { method = "" } = request.request.json;
      const result = completedResult(method, listResult(kind, page.items, page.nextCursor, page.members), {});
      request.answer(resultText(idOf(request.request), result));
    } catch (error) {
      request.fail(error);
    }
  }

  #noticeMissing(request: InFlightRequest, kind: ListKind, { missing }: Page): void {
    if (request.isOver || logLevelOf(request.request.json) === undefined) return;
    for (const one of missing) request.push(missingNotice(kind, one));
  }

  #route(request: InFlightRequest): void {
    routed(this.#upstream, request, (one, route) => this.#follow(one, route));
  }

  #follow(request: InFlightRequest, route: Route): void {
    switch (route.kind) {
      case "server":
        return this.#send(request, route.server, route.request);
      case "answer": {
        const result = completedResult(request.request.json.method ?? "", route.result, {});
        return request.answer(resultText(idOf(request.request), result));
      }
      case "unrouted":
        return request.answer(methodNotFound(request));
      case "unknown": {
        const data = route.what === "resource" ? { uri: route.name } : undefined;
        const text = unknownText(route.what, route.name);
        return request.answer(rpcErrorText(idOf(request.request), -32602, text, data));
      }
    }
  }

  #send(request: InFlightRequest, server: ManagedServer, message: Message): void {
    const client = this.#client(server, request);
    const refusal = refusalOf(
      { request: message, server, client, context: request.context },
      this.#options.listCache,
    );
    if (refusal !== undefined) return request.answer(refusal);
    client.forward(message);
  }

  #client(server: ManagedServer, request: InFlightRequest): PerRequestSubscriber {
    const { listCache, parked } = this.#options;
    return new PerRequestSubscriber({ server, request, upstream: this.#upstream, listCache, parked });
  }
}

function methodNotFound({ request }: InFlightRequest): string {
  return rpcErrorText(idOf(request), -32601, `Method not found: ${request.json.method}`);
}

/** The error for a request with an unsupported protocol version. */
export function unsupportedVersion(request: JsonRpc): GatewayError | undefined {
  const requested = claimedVersion(request);
  if (requested === statelessVersion) return undefined;
  const data = { supported: [statelessVersion], requested };
  const named = typeof requested === "string" ? requested : JSON.stringify(requested);
  return new GatewayError("version-unsupported", `Unsupported protocol version: ${named}`, {
    data,
  });
}
