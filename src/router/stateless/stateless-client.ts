/**
 * The client of one request without a session, as its server sees it. Hears the log messages of its request, where it asks
 * for them; what the backend asks comes to it through the bridge, as its request's answer.
 */

import type { Ask } from "../../connection/call.ts";
import { declares, type Envelope, envelopeOf, logLevelOf } from "../../connection/era.ts";
import type { Message } from "../../connection/message.ts";
import { rpcErrorText } from "../../connection/messages.ts";
import type { Member } from "../../supervisor/audience.ts";
import type { Server } from "../../supervisor/server.ts";
import type { AskingCall } from "../bridge/asking-call.ts";
import type { ParkedCalls } from "../bridge/parked-calls.ts";
import { sendStateless } from "../bridge/send.ts";
import {
  type Answered,
  attempt,
  type Destination,
  type InFlightRequest,
  idOf,
  type Send,
} from "../in-flight-requests.ts";
import type { Listings } from "../listings/listings.ts";
import type { Principal } from "../request-context.ts";
import { answerText } from "../server-requests.ts";
import type { Upstream } from "../upstream.ts";

export interface StatelessParts {
  readonly server: Server;
  readonly request: InFlightRequest;
  readonly upstream: Upstream;
  readonly listings: Listings;
  readonly parked: ParkedCalls<AskingCall>;
}

export class StatelessClient implements Member, Destination {
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

  get server(): Server {
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

  ask(): Ask {
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
    server.audience.setLevel(this, level);
    request.onEnd(() => void server.leave(this));
    // A call may overtake, over HTTP, what makes its server log.
    const told = server.attunement(this)?.update() ?? Promise.resolve();
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
function whatOf({ id }: Server, { json }: Message): string {
  return JSON.stringify([id, json.method, json.params?.["name"] ?? json.params?.["uri"]]);
}
