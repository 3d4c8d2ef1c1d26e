/**
 * What a session's requests go to: one server, or all of them as one. Says which server a request is for, what the client
 * is told of it, and how a server's things are named there. Knows neither eras nor transports.
 */

import type { Era } from "../backend/era.ts";
import type { HandshakeResult } from "../backend/handshake.ts";
import type { Message } from "../jsonrpc/message.ts";
import type { ManagedServer } from "../supervisor/managed-server.ts";
import type { Filter, Subscriber } from "../supervisor/subscription-registry.ts";
import { attempt, type InFlightRequest } from "./in-flight-requests.ts";
import type { Settled } from "./lists/late-lists.ts";
import type { ListKind, Members } from "./lists/list-kinds.ts";
import type { RequestContext } from "./request-context.ts";

/** Where a request goes. */
export type Route =
  /** `request` is the client's, under the server's own names. */
  | { readonly kind: "server"; readonly server: ManagedServer; readonly request: Message }
  | { readonly kind: "unknown"; readonly what: "tool" | "prompt" | "resource"; readonly name: unknown }
  /** The upstream answers it itself; `result` is JSON text. */
  | { readonly kind: "answer"; readonly result: string }
  /** No server has such a method as a part of all. */
  | { readonly kind: "unrouted" };

/** A server whose part of a list did not come in time. */
export interface Missing {
  readonly server: ManagedServer;
  /** For people. */
  readonly because: string;
}

export interface Page {
  /** As JSON texts, under the names the client knows them by. */
  readonly items: readonly string[];
  readonly nextCursor?: string;
  /** What the server wrote beside the items, where they are all of one server. */
  readonly members?: Members;
  readonly missing: readonly Missing[];
  /** Items of a server that no client could read, in words for people. */
  readonly omitted?: readonly Missing[];
}

export type Handshake =
  /** `isOwn`: said by an instance that is the client's alone, in answer to its own words. */
  | {
      readonly kind: "known";
      readonly greeted: HandshakeResult;
      /** Where the upstream does not say its own. */
      readonly name: string;
      readonly isOwn: boolean;
    }
  /** It takes longer than the client may be kept waiting. */
  | { readonly kind: "provisional"; readonly name: string; readonly title: string };

/** The client as a server sees it. */
export type ClientOf = (server: ManagedServer) => Subscriber;

export interface Upstream {
  /** The one server there is, where there is but one. */
  readonly only: ManagedServer | undefined;
  /** The servers a client may be attached to now, in the order of the catalog. */
  servers(): readonly ManagedServer[];
  /** Calls `changed` when they, or what they list together, may be others; returns how to stop that. */
  onServers(changed: () => void): () => void;
  /** Calls `settled` when lists that were being asked for have come, or have taken long enough; returns how to stop that. */
  onList(settled: (settled: Settled) => void): () => void;
  /** Whether it will: what changes meanwhile can be told of then. */
  isSettling(method: string): boolean;
  /** What the client is told of the upstream; waits `graceMs` at most. Rejects with `start-failed`. */
  handshake(clientOf: ClientOf, era: Era, graceMs: number | undefined): Promise<Handshake>;
  /** A page of a list where nobody has to be asked for it; `undefined`: it is the server's to answer. */
  list(kind: ListKind, request: Message, context: RequestContext): Promise<Page | undefined> | undefined;
  /** Where a request goes. May reject when a list that has to tell cannot be had. */
  route(request: Message): Route | Promise<Route>;
  /** A server's notification or question, as the client is to hear it. */
  fromServer(server: ManagedServer, text: string): string;
  /** A server's answer, as the client is to hear it. */
  answerOf(server: ManagedServer, text: string): string;
  /** What of these wishes the upstream can fulfil (MCP 2026-07-28, `subscriptions/listen`). */
  confirmed(filter: Filter, clientOf: ClientOf): Promise<Filter>;
  /** Those of the URIs a client knows that are of this server, under its own names. */
  urisOf(server: ManagedServer, uris: readonly string[]): readonly string[];
}

/** Finds where a request goes and has it followed: at once where that is known at once. */
export function routed(
  upstream: Upstream,
  request: InFlightRequest,
  follow: (request: InFlightRequest, route: Route) => void,
): void {
  const route = upstream.route(request.request);
  if (!(route instanceof Promise)) return follow(request, route);
  route.then(
    (found) => {
      if (!request.isOver) attempt(request, () => follow(request, found));
    },
    (error: unknown) => request.fail(error),
  );
}
