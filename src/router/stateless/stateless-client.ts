/**
 * The client of one request without a session, as its server sees it. Hears the log messages of its request, where it asks
 * for them; what the backend asks comes to it through the bridge, as its request's answer.
 */

import type { ServerRequest } from "../../backend/call.ts";
import { declares, type Envelope, envelopeOf, logLevelOf } from "../../backend/era.ts";
import { rpcErrorText } from "../../jsonrpc/encode.ts";
import type { Message } from "../../jsonrpc/message.ts";
import type { ManagedServer } from "../../supervisor/managed-server.ts";
import type { Subscriber } from "../../supervisor/subscription-registry.ts";
import type { RequestStateStore } from "../bridge/request-state-store.ts";
import { sendStateless } from "../bridge/send-call.ts";
import type { StatelessToSessionCall } from "../bridge/stateless-to-session-call.ts";
import {
  type Answered,
  attempt,
  type Destination,
  type InFlightRequest,
  idOf,
  type Send,
} from "../in-flight-requests.ts";
import type { ListCache } from "../lists/list-cache.ts";
import type { Principal } from "../request-context.ts";
import { answerText } from "../server-rules.ts";
import type { Upstream } from "../upstream.ts";

export interface StatelessParts {
  readonly server: ManagedServer;
  readonly request: InFlightRequest;
  readonly upstream: Upstream;
  readonly listings: ListCache;
  readonly parked: RequestStateStore<StatelessToSessionCall>;
}

export class StatelessClient implements Subscriber, Destination {
  readonly era = "stateless";
  readonly initializeParams = undefined;
  readonly client = this;
  readonly #parts: StatelessParts;
  /** The request as the client wrote it. */
  readonly #asked: Message;

  constructor(parts: StatelessParts) {
    this.#parts = parts;
    this.#asked = parts.request.request;
  }

  get server(): ManagedServer {
    return this.#parts.server;
  }

  get principal(): Principal {
    return this.#parts.request.context.principal;
  }

  get envelope(): Envelope {
    return envelopeOf(this.#asked.json);
  }

  can(capability: string): boolean {
    return declares(this.#asked.json, capability);
  }

  /** What its server logs while it is under way. */
  push(text: string): void {
    const { request, upstream, server } = this.#parts;
    if (!request.isOver) request.push(upstream.fromServer(server, text));
  }

  ask(): ServerRequest {
    throw new Error("a client without a session is not asked by requests");
  }

  readonly send: Send = (call, connection, timeoutMs) => {
    const { parked, server } = this.#parts;
    const what = whatOf(server, call.request);
    return sendStateless(parked, server, what)(call, connection, timeoutMs);
  };

  answerText(request: Message, outcome: Answered): string {
    const { server, listings, upstream } = this.#parts;
    return upstream.answerOf(server, answerText(server, this, request, outcome, listings, false));
  }

  /** Puts the request on its way; `message` is what goes to the server. */
  forward(message: Message): void {
    const level = logLevelOf(message.json);
    if (level === undefined) return this.#forward(message);
    const { request, server } = this.#parts;
    server.join(this, {});
    server.subscriptions.setLevel(this, level);
    request.onEnd(() => void server.leave(this));
    // A call may overtake, over HTTP, what makes its server log.
    const told = server.upstreamSubscriptions(this)?.update() ?? Promise.resolve();
    void told.then(() => attempt(request, () => this.#forward(message)));
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

/** What a request is for: a call that waits is taken up by the same request only. */
function whatOf({ id }: ManagedServer, { json }: Message): string {
  return JSON.stringify([id, json.method, json.params?.["name"] ?? json.params?.["uri"]]);
}
