/**
 * Target of a session's requests: one server, or all servers together. Finds the server of a request, provides the
 * handshake data, and translates the names of the servers. Does not depend on eras or transports.
 */

import type { Era } from "../backend/era.ts";
import type { HandshakeResult } from "../backend/handshake.ts";
import type { Message } from "../jsonrpc/message.ts";
import type { ManagedServer } from "../supervisor/managed-server.ts";
import type { Filter, Subscriber } from "../supervisor/subscription-registry.ts";
import { failOnThrow, type InFlightRequest } from "./in-flight-request.ts";
import type { Settled } from "./lists/list-change-batcher.ts";
import type { ListKind, Members } from "./lists/list-kinds.ts";
import type { RequestContext } from "./request-context.ts";

/** Destination of a request. */
export type Route =
  /** `request` is the client's request with the server's own names. */
  | { readonly kind: "server"; readonly server: ManagedServer; readonly request: Message }
  | { readonly kind: "unknown"; readonly what: "tool" | "prompt" | "resource"; readonly name: unknown }
  /** The upstream answers it. `result` is JSON text. */
  | { readonly kind: "answer"; readonly result: string }
  /** The method is not available for all servers together. */
  | { readonly kind: "unrouted" };

/** A server whose part of a list is missing. */
export interface Missing {
  readonly server: ManagedServer;
  /** Reason, as text for users. */
  readonly because: string;
}

export interface Page {
  /** JSON texts of the items, with the names for the client. */
  readonly items: readonly string[];
  readonly nextCursor?: string;
  /** Other members of the result, where all items are from one server. */
  readonly members?: Members;
  readonly missing: readonly Missing[];
  /** Items that were left out because clients could not read them. */
  readonly omitted?: readonly Missing[];
}

export type Handshake =
  /** `isOwn`: the client's own instance answered the client's own params. */
  | {
      readonly kind: "known";
      readonly result: HandshakeResult;
      /** Used if the upstream does not send a name. */
      readonly name: string;
      readonly isOwn: boolean;
    }
  /** The handshake takes longer than the client can wait. */
  | { readonly kind: "provisional"; readonly name: string; readonly title: string };

/** The client as a server sees it. */
export type ClientOf = (server: ManagedServer) => Subscriber;

export interface Upstream {
  /** The server, where the upstream is a single server. */
  readonly only: ManagedServer | undefined;
  /** The current servers, in the order of the catalog. */
  servers(): readonly ManagedServer[];
  /** Calls `changed` when the servers or their lists may have changed. Returns a function that removes the listener. */
  onServers(changed: () => void): () => void;
  /** Calls `settled` when pending lists have settled or take long. Returns a function that removes the listener. */
  onList(settled: (settled: Settled) => void): () => void;
  /** Whether lists are pending, so that `settled` will be called. Changes can be reported then. */
  isSettling(method: string): boolean;
  /** The handshake data for the client. Waits at most `graceMs`. Rejects with `start-failed`. */
  handshake(clientOf: ClientOf, era: Era, graceMs: number | undefined): Promise<Handshake>;
  /** A page of a list from the gateway; `undefined` if the server must answer. */
  list(kind: ListKind, request: Message, context: RequestContext): Promise<Page | undefined> | undefined;
  /** Destination of a request. Rejects when a list that is needed for it is not available. */
  route(request: Message): Route | Promise<Route>;
  /** A server's notification or request, with the names for the client. */
  fromServer(server: ManagedServer, text: string): string;
  /** A server's response, with the names for the client. */
  answerOf(server: ManagedServer, text: string): string;
  /** The part of the filter that the upstream supports (MCP 2026-07-28, `subscriptions/listen`). */
  confirmed(filter: Filter, clientOf: ClientOf): Promise<Filter>;
  /** The client's URIs that belong to this server, as the server's own URIs. */
  urisOf(server: ManagedServer, uris: readonly string[]): readonly string[];
}

/** Finds the destination of a request and calls `follow`, synchronously where the destination is known. */
export function routed(
  upstream: Upstream,
  request: InFlightRequest,
  follow: (request: InFlightRequest, route: Route) => void,
): void {
  const route = upstream.route(request.request);
  if (!(route instanceof Promise)) return follow(request, route);
  route.then(
    (found) => {
      if (!request.isOver) failOnThrow(request, () => follow(request, found));
    },
    (error: unknown) => request.fail(error),
  );
}
