/**
 * One request of a client, from its arrival to its response. It waits until its server is running and reading, is sent once,
 * and is settled once. Does not check whether the request is allowed, and does not translate the response.
 */

import type { BackendSession } from "../backend/backend-session.ts";
import type { Call, Outcome } from "../backend/call.ts";
import { asGatewayError, GatewayError, messageOf } from "../base/errors.ts";
import { withTimeout } from "../base/timeout.ts";
import { idAsWritten, resultText } from "../jsonrpc/encode.ts";
import type { JsonRpcId, Message } from "../jsonrpc/message.ts";
import { editText } from "../jsonrpc/text-edit.ts";
import type { ManagedServer } from "../supervisor/managed-server.ts";
import type { Subscriber } from "../supervisor/subscription-registry.ts";
import type { RequestContext } from "./request-context.ts";

export type Answered = Outcome & { readonly kind: "answered" };

/** A request that was sent. */
export interface Sent {
  /** The client's `notifications/cancelled`. */
  cancel(cancelled: Message): void;
}

/** Sends a call through a connection. The outcome goes to the call. May throw. */
export type Send = (call: Call, connection: BackendSession, timeoutMs: number) => Sent;

/** Receiver of a request. */
export interface Destination {
  readonly server: ManagedServer;
  /** The client as the server sees it. */
  readonly client: Subscriber;
  readonly send: Send;
  /** The text of the response for the client. */
  answerText(request: Message, outcome: Answered): string;
}

/** How often a request that waits for its server to read checks for a new connection. */
const congestionCheckMs = 1_000;

/** The requests that this one belongs to. */
export interface RequestOwner {
  /** Whether the client session has ended. */
  readonly closed: boolean;
  /** Removes a request. Returns whether it was there. */
  settle(request: InFlightRequest): boolean;
}

export class InFlightRequest implements Call {
  readonly context: RequestContext;
  readonly #owner: RequestOwner;
  /** The form that is sent to the server. */
  #request: Message;
  #to: Destination | undefined;
  /** Absent until the request was sent. */
  #sent: Sent | undefined;
  #startedAt = 0;
  #isRetried = false;
  #isOver = false;
  #onEnd: (() => void) | undefined;

  constructor(owner: RequestOwner, request: Message, context: RequestContext) {
    this.#owner = owner;
    this.#request = request;
    this.context = context;
  }

  get request(): Message {
    return this.#request;
  }

  /** The server of the request, once it is known. */
  get server(): ManagedServer | undefined {
    return this.#to?.server;
  }

  get client(): Subscriber {
    if (!this.#to) throw new Error("a request without a server has no client");
    return this.#to.client;
  }

  /** Whether it was answered or cancelled. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Calls `ended` at its end. */
  onEnd(ended: () => void): void {
    this.#onEnd = ended;
  }

  /** Answers it by the gateway. Does nothing after its end. */
  answer(text: string): void {
    if (this.#end()) this.context.reply.end(text);
  }

  /** Answers it with an error of the gateway. */
  fail(error: unknown): void {
    if (this.#end()) this.context.reply.fail(asGatewayError(error), idOf(this.#request));
  }

  /** Keeps it open until the client cancels it, or until it is answered. `stop` is called when the client cancels. */
  lasts(stop: () => void): void {
    this.#sent = {
      cancel: () => {
        stop();
        this.drop();
      },
    };
  }

  /** Ends it without a response, because the client does not expect one any more. */
  drop(): void {
    if (!this.#end()) return;
    this.context.abort();
    this.context.reply.drop();
  }

  /** Sends it to a server, and starts the server where needed. The outcome goes to the client's reply. */
  forward(to: Destination, request = this.#request): void {
    if (this.#isOver) return;
    this.#begin(to, request);
    const ready = to.server.ready(to.client);
    if (ready && !ready.congested) this.#send(to, ready);
    else void this.#startAndSend(to);
  }

  /** Resumes a call at a server that waited for this request of the client. */
  resume(to: Destination, resumed: (call: Call) => Sent): void {
    if (this.#isOver) return;
    this.#begin(to, this.#request);
    this.#sent = resumed(this);
  }

  /** Answers it with a response that a server gave to the gateway; with an empty result where there is `undefined`. */
  awaitAnswer(to: Destination, response: Promise<Message | undefined>): void {
    this.#begin(to, this.#request);
    // The gateway repeats its own requests itself.
    this.#isRetried = true;
    const id = idOf(this.#request);
    response.then(
      (message) => {
        if (!message) return this.answer(resultText(id, "{}"));
        this.settle({ kind: "answered", text: editText(message, [{ path: ["id"], json: id }]), message });
      },
      (error: unknown) => this.settle({ kind: "failed", error: asGatewayError(error) }),
    );
  }

  push(text: string): void {
    this.context.reply.push(text);
  }

  cancel(cancelled: Message): void {
    if (this.#sent) this.#sent.cancel(cancelled);
    else this.settle({ kind: "cancelled" });
  }

  settle(outcome: Outcome): void {
    if (this.#isOver || this.#retries(outcome)) return;
    this.#end();
    const { reply } = this.context;
    this.#record(outcome);
    switch (outcome.kind) {
      case "answered":
        return this.#answer(outcome);
      case "failed":
        return reply.fail(outcome.error, idOf(this.#request));
      case "cancelled":
        this.context.abort();
        return reply.drop();
    }
  }

  #begin(to: Destination, request: Message): void {
    this.#to = to;
    this.#request = request;
    this.#startedAt = performance.now();
  }

  /** Returns whether it had not ended before. */
  #end(): boolean {
    if (this.#isOver) return false;
    this.#isOver = true;
    this.#onEnd?.();
    return this.#owner.settle(this);
  }

  #record(outcome: Outcome): void {
    const ok = outcome.kind === "cancelled" || (outcome.kind === "answered" && !outcome.message.json.error);
    this.#to?.server.statistics.record(performance.now() - this.#startedAt, ok);
  }

  #send(to: Destination, connection: BackendSession): void {
    try {
      this.#sent = to.send(this, connection, to.server.requestTimeoutMs);
    } catch (error) {
      this.settle({ kind: "failed", error: asGatewayError(error) });
    }
  }

  async #startAndSend(to: Destination): Promise<void> {
    try {
      const connection = await this.#connectUncongested(to);
      // The client may have cancelled it in the meantime.
      if (!this.#isOver) this.#send(to, connection);
    } catch (error) {
      this.settle({ kind: "failed", error: asGatewayError(error) });
    }
  }

  /** Waits, up to the timeout, while the server reads slower than its clients write, so that memory does not grow. */
  async #connectUncongested(to: Destination): Promise<BackendSession> {
    const { requestTimeoutMs } = to.server;
    let connection = await this.#connect(to);
    const began = performance.now();
    while (connection.congested) {
      if (requestTimeoutMs > 0 && performance.now() - began > requestTimeoutMs) {
        const message = `The server has not read its input for ${requestTimeoutMs / 1000} s`;
        throw new GatewayError("request-timeout", message);
      }
      await withTimeout(connection.congested, congestionCheckMs);
      connection = await this.#connect(to);
    }
    return connection;
  }

  async #connect({ server, client }: Destination): Promise<BackendSession> {
    if (this.#owner.closed) throw sessionEndedError();
    return server.connect(client);
  }

  #answer(outcome: Answered): void {
    const { reply } = this.context;
    let text: string;
    try {
      text = this.#to?.answerText(this.#request, outcome) ?? outcome.text;
    } catch (error) {
      const because = `The answer could not be forwarded: ${messageOf(error)}`;
      return reply.fail(new GatewayError("server-ended", because), idOf(this.#request));
    }
    reply.end(text);
  }

  /** Sends a request once more that no server received. A call that a server received is never repeated (gateway.md, *Lifecycle*). */
  #retries(outcome: Outcome): boolean {
    const lost = outcome.kind === "failed" && outcome.error.code === "not-delivered";
    const to = this.#to;
    if (!lost || this.#isRetried || !to) return false;
    this.#isRetried = true;
    this.#sent = undefined;
    // Later, because the code that sends it is still running.
    setImmediate(() => void this.#startAndSend(to));
    return true;
  }
}

/** Runs `work` for a request. An exception becomes the request's response, because clients may send malformed params. */
export function failOnThrow(request: InFlightRequest, work: () => void): void {
  try {
    work();
  } catch (error) {
    request.fail(error);
  }
}

/** The original text of a request's id. */
export function idOf(request: Message): string {
  return idAsWritten(request, ["id"], request.json.id as JsonRpcId);
}

/** Error for a request to a client session that has ended. */
export function sessionEndedError(): GatewayError {
  return new GatewayError("session-not-found", "The client session has ended");
}
