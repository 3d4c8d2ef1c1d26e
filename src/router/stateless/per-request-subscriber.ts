/**
 * The client of one request without a session, as its server sees it. It gets the log messages of its request where it
 * requests them. Requests of the backend reach it through the bridge, in the response to its request.
 */

import type { ServerRequest } from "../../backend/call.ts";
import { declares, type Envelope, envelopeOf, logLevelOf } from "../../backend/era.ts";
import { rpcErrorText } from "../../jsonrpc/encode.ts";
import type { Message } from "../../jsonrpc/message.ts";
import type { ManagedServer } from "../../supervisor/managed-server.ts";
import type { Subscriber } from "../../supervisor/subscription-registry.ts";
import type { RequestStateStore } from "../bridge/request-state-store.ts";
import { sendFromStateless } from "../bridge/send-call.ts";
import type { StatelessToSessionCall } from "../bridge/stateless-to-session-call.ts";
import {
  type Answered,
  type Destination,
  failOnThrow,
  type InFlightRequest,
  idOf,
  type Send,
} from "../in-flight-request.ts";
import type { ListCache } from "../lists/list-cache.ts";
import type { Principal } from "../request-context.ts";
import { answerText } from "../response-filter.ts";
import type { Upstream } from "../upstream.ts";

export interface StatelessParts {
  readonly server: ManagedServer;
  readonly request: InFlightRequest;
  readonly upstream: Upstream;
  readonly listCache: ListCache;
  readonly parked: RequestStateStore<StatelessToSessionCall>;
}

export class PerRequestSubscriber implements Subscriber, Destination {
  readonly era = "stateless";
  readonly initializeParams = undefined;
  readonly client = this;
  readonly #parts: StatelessParts;
  /** The original request of the client. */
  readonly #original: Message;

  constructor(parts: StatelessParts) {
    this.#parts = parts;
    this.#original = parts.request.request;
  }

  get server(): ManagedServer {
    return this.#parts.server;
  }

  get principal(): Principal {
    return this.#parts.request.context.principal;
  }

  get envelope(): Envelope {
    return envelopeOf(this.#original.json);
  }

  can(capability: string): boolean {
    return declares(this.#original.json, capability);
  }

  /** Sends a log message of the server while the request is in flight. */
  push(text: string): void {
    const { request, upstream, server } = this.#parts;
    if (!request.isOver) request.push(upstream.fromServer(server, text));
  }

  ask(): ServerRequest {
    throw new Error("a client without a session does not get requests");
  }

  readonly send: Send = (call, connection, timeoutMs) => {
    const { parked, server } = this.#parts;
    const what = whatOf(server, call.request);
    return sendFromStateless({ parked, server, what })(call, connection, timeoutMs);
  };

  answerText(request: Message, outcome: Answered): string {
    const { server, listCache, upstream } = this.#parts;
    return upstream.answerOf(
      server,
      answerText({ server, client: this, request, outcome, isPromised: false }, listCache),
    );
  }

  /** Sends the request. `message` is the form for the server. */
  forward(message: Message): void {
    const level = logLevelOf(message.json);
    if (level === undefined) return this.#forward(message);
    const { request, server } = this.#parts;
    server.join(this, {});
    request.onEnd(() => void server.leave(this));
    // Waits for the log level first, because the call could overtake it over HTTP.
    const updated = server.subscriptions.wantLevel(this, level);
    void updated.then(() => failOnThrow(request, () => this.#forward(message)));
  }

  #forward(message: Message): void {
    const { request, server, parked } = this.#parts;
    if (request.isOver) return;
    const state = message.json.params?.["requestState"];
    const waiting = parked.take(state, whatOf(server, message), this.principal);
    if (waiting) return request.resume(this, (call) => waiting.resume(call));
    if (!parked.gaveOut(state)) return request.forward(this, message);
    const why = "requestState is unknown: the call it belongs to has ended";
    request.answer(rpcErrorText(idOf(message), -32602, why));
  }
}

/** Identity of a request. A waiting call is resumed only by a request with the same identity. */
function whatOf({ id }: ManagedServer, { json }: Message): string {
  return JSON.stringify([id, json.method, json.params?.["name"] ?? json.params?.["uri"]]);
}
