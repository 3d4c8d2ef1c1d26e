/**
 * The calls of one client session that are on their way: each waits for its server to be up and reading, is sent once,
 * and is settled once. Does not decide which calls may go, nor what an answer is turned into.
 */

import { atMost } from "../base/deadline.ts";
import { asGatewayError, GatewayError, messageOf } from "../base/errors.ts";
import type { Call, Outcome } from "../connection/call.ts";
import type { Connection } from "../connection/connection.ts";
import type { JsonRpcId, Message } from "../connection/message.ts";
import { notification, writtenAs } from "../connection/messages.ts";
import type { Member } from "../supervisor/audience.ts";
import type { Server } from "../supervisor/server.ts";
import type { Reply } from "./reply.ts";

export type Answered = Outcome & { readonly kind: "answered" };

/** A call that is on its way. */
export interface Sent {
  /** The client's `notifications/cancelled`. */
  cancel(cancelled: Message): void;
}

/** Puts a call on its way through a connection; what comes of it goes to the call. May throw. */
export type Send = (call: Call, connection: Connection, timeoutMs: number) => Sent;

/** A request of the client, from its arrival to its answer. */
interface Exchange extends Call {
  readonly reply: Reply;
  readonly startedAt: number;
  /** Absent until it is on its way. */
  sent: Sent | undefined;
  retried: boolean;
}

/** How often a call that waits for its server to read looks whether that is still the right one. */
const congestionLookMs = 1_000;

export class Calls {
  readonly #server: Server;
  readonly #client: Member;
  readonly #dispatch: Send;
  /** What the client is told of an answer. */
  readonly #answerText: (request: Message, outcome: Answered) => string;
  readonly #open = new Map<JsonRpcId, Exchange>();
  #closed = false;
  #settled: PromiseWithResolvers<void> | undefined;

  constructor(
    server: Server,
    client: Member,
    send: Send,
    answerText: (request: Message, outcome: Answered) => string,
  ) {
    this.#server = server;
    this.#client = client;
    this.#dispatch = send;
    this.#answerText = answerText;
  }

  get size(): number {
    return this.#open.size;
  }

  /** Resolves once none is on its way. */
  async settled(): Promise<void> {
    if (this.#open.size === 0) return;
    this.#settled ??= Promise.withResolvers();
    await this.#settled.promise;
  }

  /** Sends a request to the server, starting it where it has to; `reply` gets what comes of it. */
  forward(request: Message, reply: Reply): void {
    const exchange = this.#begin(request, reply);
    if (!exchange) return;
    const ready = this.#server.ready(this.#client);
    if (ready && !ready.congested) this.#send(exchange, ready);
    else void this.#startAndSend(exchange);
  }

  /** Takes up a call that has waited for this request of the client. */
  resume(request: Message, reply: Reply, resumed: (call: Call) => Sent): void {
    const exchange = this.#begin(request, reply);
    if (exchange) exchange.sent = resumed(exchange);
  }

  /** `undefined` when it was refused. */
  #begin(request: Message, reply: Reply): Exchange | undefined {
    const id = request.json.id as JsonRpcId;
    if (this.#closed) {
      reply.fail(ended(), idOf(request));
      return undefined;
    }
    if (this.#open.has(id)) {
      const message = `A request with the id ${idOf(request)} is in flight`;
      reply.fail(new GatewayError("invalid-request", message), idOf(request));
      return undefined;
    }
    const exchange: Exchange = {
      client: this.#client,
      request,
      reply,
      startedAt: performance.now(),
      sent: undefined,
      retried: false,
      push: (text) => reply.push(text),
      settle: (outcome) => this.#settle(exchange, outcome),
    };
    this.#open.set(id, exchange);
    return exchange;
  }

  /** The client's `notifications/cancelled`; one for no call of ours is passed over. */
  cancel(requestId: unknown, cancelled: Message): void {
    const exchange = this.#open.get(requestId as JsonRpcId);
    if (exchange?.sent) exchange.sent.cancel(cancelled);
    else exchange?.settle({ kind: "cancelled" });
  }

  /** The connection that serves the client. Rejects with `start-failed`, and once the session is closed. */
  async connect(): Promise<Connection> {
    if (this.#closed) throw ended();
    return this.#server.connect(this.#client);
  }

  /** Cancels all; nothing is sent any more. */
  close(): void {
    this.#closed = true;
    for (const id of [...this.#open.keys()]) this.cancel(id, goneMessage(id));
  }

  #send(exchange: Exchange, connection: Connection): void {
    try {
      exchange.sent = this.#dispatch(exchange, connection, this.#server.requestTimeoutMs);
    } catch (error) {
      exchange.settle({ kind: "failed", error: asGatewayError(error) });
    }
  }

  async #startAndSend(exchange: Exchange): Promise<void> {
    try {
      const connection = await this.#connectUncongested();
      // The client may have cancelled meanwhile.
      if (this.#open.get(exchange.request.json.id as JsonRpcId) === exchange)
        this.#send(exchange, connection);
    } catch (error) {
      exchange.settle({ kind: "failed", error: asGatewayError(error) });
    }
  }

  /** A server that reads slower than its clients write slows them down instead of filling memory, within the timeout. */
  async #connectUncongested(): Promise<Connection> {
    const { requestTimeoutMs } = this.#server;
    let connection = await this.connect();
    const began = performance.now();
    while (connection.congested) {
      if (requestTimeoutMs > 0 && performance.now() - began > requestTimeoutMs) {
        const message = `The server has taken nothing for ${requestTimeoutMs / 1000} s`;
        throw new GatewayError("request-timeout", message);
      }
      await atMost(connection.congested, congestionLookMs);
      connection = await this.connect();
    }
    return connection;
  }

  #settle(exchange: Exchange, outcome: Outcome): void {
    const { request, reply } = exchange;
    if (this.#retries(exchange, outcome)) return;
    if (!this.#open.delete(request.json.id as JsonRpcId)) return;
    if (this.#settled && this.#open.size === 0) this.#allSettled(this.#settled);
    const ok = outcome.kind === "cancelled" || (outcome.kind === "answered" && !outcome.message.json.error);
    this.#server.statistics.record(performance.now() - exchange.startedAt, ok);
    switch (outcome.kind) {
      case "answered":
        return this.#answer(request, outcome, reply);
      case "failed":
        return reply.fail(outcome.error, idOf(request));
      case "cancelled":
        return reply.drop();
    }
  }

  #allSettled(told: PromiseWithResolvers<void>): void {
    this.#settled = undefined;
    told.resolve();
  }

  #answer(request: Message, outcome: Answered, reply: Reply): void {
    let text: string;
    try {
      text = this.#answerText(request, outcome);
    } catch (error) {
      const because = `The answer could not be passed on: ${messageOf(error)}`;
      return reply.fail(new GatewayError("server-ended", because), idOf(request));
    }
    reply.end(text);
  }

  /** What no server has seen may be sent once more: a call that was seen never is (gateway.md, *Lifecycle*). */
  #retries(exchange: Exchange, outcome: Outcome): boolean {
    const lost = outcome.kind === "failed" && outcome.error.code === "not-delivered";
    if (!lost || exchange.retried) return false;
    exchange.retried = true;
    exchange.sent = undefined;
    // Whoever was sending it has done with it by then.
    setImmediate(() => void this.#startAndSend(exchange));
    return true;
  }
}

/** A request's id as it was written. */
export function idOf(request: Message): string {
  return writtenAs(request, ["id"], request.json.id as JsonRpcId);
}

function ended(): GatewayError {
  return new GatewayError("session-not-found", "The client session has ended");
}

function goneMessage(requestId: JsonRpcId): Message {
  const text = notification("notifications/cancelled", { requestId, reason: "the client went away" });
  return { text, json: JSON.parse(text) };
}
