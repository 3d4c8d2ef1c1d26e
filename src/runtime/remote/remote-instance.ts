/**
 * One session with a remote server as a channel. Messages go out as the texts they are and come in as they were sent:
 * the SDK's transports only steer (session, streams, resuming), see remote-tap.ts. Everything opened here is closed
 * with the instance.
 */

import { AsyncLocalStorage } from "node:async_hooks";
import { setTimeout as wait } from "node:timers/promises";
import type { ChannelEvents, Exit } from "../../backend/channel.ts";
import { claimedVersion } from "../../backend/era.ts";
import { messageOf } from "../../base/errors.ts";
import { isObject } from "../../base/json.ts";
import { type JsonRpc, type JsonRpcId, type Message, parseMessage } from "../../jsonrpc/message.ts";
import { ByteWindow } from "../backpressure.ts";
import { logLine } from "../local/log-line.ts";
import type { Instance } from "../runtime.ts";
import { describeBody } from "./describe-body.ts";
import { isStub } from "./message-interceptor.ts";
import {
  cancelledId,
  isHandshake,
  type OutgoingMessage,
  placeholderOf,
  requestId,
} from "./outgoing-message.ts";
import { mayBeLegacy, statusErrorText } from "./remote-errors.ts";
import type { Connections } from "./remote-fetch.ts";
import { RemoteHttp, type RemoteHttpEvents } from "./remote-http.ts";
import {
  legacyTransport,
  ReconnectTimers,
  type Sdk,
  streamableTransport,
  type Transport,
} from "./remote-transports.ts";
import { withSentId } from "./response-ids.ts";
import { StreamRecord } from "./stream-record.ts";

/** How much may be on its way to the server before the channel calls itself congested. */
const congestedCharacters = 4 * 1024 * 1024;
/** How long ending the session may take. */
const farewellMs = 2000;
/** How long what is still under way when the session is lost may take to be answered, or refused as well. */
const settleMs = 2000;

export interface RemoteParts {
  readonly url: URL;
  readonly headers: Headers;
  readonly sdk: Sdk;
  /** The instance ends them. */
  readonly connections: Connections;
  readonly events: ChannelEvents;
  redact(text: string): string;
  /** As `RemoteHttpEvents`. */
  readonly worded?: RemoteHttpEvents["worded"] | undefined;
}

export class RemoteInstance implements Instance {
  readonly exited: Promise<Exit>;
  readonly #parts: RemoteParts;
  readonly #outgoing = new AsyncLocalStorage<OutgoingMessage>();
  readonly #http: RemoteHttp;
  readonly #timers = new ReconnectTimers((delayMs) => this.#pauseBefore(delayMs));
  readonly #departures = new ByteWindow(congestedCharacters);
  /** Requests that wait for an answer. */
  readonly #waiting = new Map<JsonRpcId, OutgoingMessage>();
  #transport: Transport | undefined;
  #opening: Transport | undefined;
  #initializeId: JsonRpcId | undefined;
  /** The handshake under way: all that comes later waits for it. */
  #gate: Promise<void> = Promise.resolve();
  #resolveExit: (exit: Exit) => void = () => {};
  #exit: Exit | undefined;
  #stopping: Promise<void> | undefined;
  /** Why nothing is taken any more, once the session is lost. */
  #lostBecause: string | undefined;
  #settleTimer: NodeJS.Timeout | undefined;

  constructor(parts: RemoteParts) {
    this.#parts = parts;
    this.exited = new Promise((resolve) => {
      this.#resolveExit = resolve;
    });
    const { connections, url } = parts;
    this.#http = new RemoteHttp(this.#outgoing, connections, url.origin, this.#httpEvents());
  }

  #httpEvents(): RemoteHttpEvents {
    const { worded } = this.#parts;
    return {
      message: (message, about) => this.#received(message, about),
      noise: (line) => this.#log(line),
      redact: (text) => this.#parts.redact(text),
      sessionLost: (delivery) => this.#lost(delivery, "the remote server ended the session"),
      unreachable: (delivery, because) => {
        // Before there is a session, opening it tells what went wrong.
        if (this.#initializeId === undefined) this.#lost(delivery, because);
      },
      ...(worded && { worded }),
    };
  }

  get congested(): Promise<void> | undefined {
    return this.#departures.waiting;
  }

  send(text: string): void {
    const json = parseMessage(text)?.json;
    if (this.#exit || this.#stopping || !json || this.#abortedBy(json)) return;
    const delivery = this.#departing(text, json);
    const id = requestId(delivery);
    if (id !== undefined) this.#waiting.set(id, delivery);
    // A server of the initialize era may have refused another first message.
    if (json.method === "initialize") this.#initializeId = id;
    const delivered = this.#turnOf(json)
      .then(() => this.#deliver(delivery))
      .finally(delivery.sent);
    if (isHandshake(json) || !this.#transport) this.#gate = delivered;
  }

  #departing(text: string, json: JsonRpc): OutgoingMessage {
    const leave = this.#departures.begin(text.length);
    const { promise: left, resolve } = Promise.withResolvers<void>();
    const sent = () => {
      leave();
      resolve();
    };
    return { text, json, sent, left, abort: new AbortController(), streams: new StreamRecord() };
  }

  /** Of the stream that has just ended, in whose wake this is asked. */
  #pauseBefore(delayMs: number): number {
    return this.#outgoing.getStore()?.streams.pauseAfter(performance.now(), delayMs) ?? delayMs;
  }

  /** A request may be longer on its way than what cancels it, and a server passes over what cancels nothing it knows. */
  #turnOf(json: JsonRpc): Promise<void> {
    const id = cancelledId(json);
    const cancelled = id === undefined ? undefined : this.#waiting.get(id);
    return cancelled ? this.#gate.then(() => cancelled.left) : this.#gate;
  }

  /** Where there is no session, giving up the answer is all there is to cancelling (2026-07-28). */
  #abortedBy(json: JsonRpc): boolean {
    const id = cancelledId(json);
    const cancelled = id === undefined ? undefined : this.#waiting.get(id);
    if (id === undefined || !cancelled || claimedVersion(cancelled.json) === undefined) return false;
    this.#waiting.delete(id);
    cancelled.abort.abort();
    return true;
  }

  stop(): Promise<Exit> {
    this.#stopping ??= this.#farewell();
    return this.exited;
  }

  async #farewell(): Promise<void> {
    const abort = new AbortController();
    const said = this.#transport?.terminateSession?.().catch(() => {});
    if (said && !this.#exit) await Promise.race([said, wait(farewellMs, undefined, abort)]).catch(() => {});
    abort.abort();
    this.#end({ kind: "stopped" });
  }

  /** Never rejects. */
  async #deliver(delivery: OutgoingMessage): Promise<void> {
    if (this.#exit) return;
    if (this.#lostBecause !== undefined) return this.#undelivered(delivery, this.#lostBecause, true);
    if (!this.#transport) return this.#open(delivery);
    const error = await this.#post(this.#transport, delivery);
    if (error !== undefined) this.#undelivered(delivery, this.#why(delivery, error));
  }

  /** The first message decides on the transport; without its arrival there is no session. */
  async #open(delivery: OutgoingMessage): Promise<void> {
    this.#initializeId = requestId(delivery);
    const error = await this.#tryTransport(this.#streamable(), delivery);
    if (error === undefined || this.#exit) return;
    const because = this.#why(delivery, error);
    const { status } = delivery;
    if (status !== undefined && mayBeLegacy(status)) {
      if ((await this.#tryTransport(this.#legacy(), delivery)) === undefined) return;
    }
    this.#end({
      kind: "crashed",
      because: status === 404 ? `${because}: nothing there speaks MCP` : because,
    });
  }

  /** Resolves with the failure, if it fails. */
  async #tryTransport(transport: Transport, delivery: OutgoingMessage): Promise<unknown> {
    this.#opening = transport;
    try {
      await Promise.race([transport.start(), this.exited]);
    } catch (error) {
      await transport.close().catch(() => {});
      return error;
    }
    if (this.#exit) return undefined;
    // From here on: the answer may come before the POST's promise resolves.
    this.#transport = transport;
    const error = await this.#post(transport, delivery);
    if (error === undefined) return undefined;
    this.#transport = undefined;
    await transport.close().catch(() => {});
    return error;
  }

  /** Resolves with the failure, if there was one and the server did not answer by it. */
  async #post(transport: Transport, delivery: OutgoingMessage): Promise<unknown> {
    const onRequestStreamEnd = () => {
      const because = delivery.because ?? "the remote server closed the stream without an answer";
      this.#undelivered(delivery, this.#parts.redact(because));
    };
    try {
      await this.#outgoing.run(delivery, () =>
        transport.send(placeholderOf(delivery.json), {
          onRequestStreamEnd,
          requestSignal: delivery.abort.signal,
        }),
      );
      return undefined;
    } catch (error) {
      if (!delivery.answer) return error ?? new Error("not sent");
      this.#received(delivery.answer);
      return undefined;
    }
  }

  #why({ because, status, refusal }: OutgoingMessage, error: unknown): string {
    const { redact, url } = this.#parts;
    if (because !== undefined) return redact(because);
    if (status === undefined || status < 300) return redact(messageOf(error));
    // Secrets are looked for in the whole body: half of one would not be found.
    const said = refusal && describeBody(refusal.type, redact(refusal.body));
    return redact(statusErrorText(status, url, { said, pauseMs: refusal?.pauseMs }));
  }

  /**
   * There is no session any more, so that what was refused may be sent on a new one. What left at the same time is most
   * likely refused as well, which is waited for.
   */
  #lost(delivery: OutgoingMessage | undefined, because: string): void {
    if (this.#lostBecause === undefined) {
      this.#lostBecause = because;
      this.#settleTimer = setTimeout(() => this.#endLost(), settleMs);
    }
    if (delivery) this.#undelivered(delivery, because, true);
    this.#endSettled();
  }

  #endSettled(): void {
    if (this.#lostBecause !== undefined && this.#waiting.size === 0) this.#endLost();
  }

  #endLost(): void {
    this.#end({ kind: "crashed", because: this.#lostBecause ?? "ended" });
  }

  #undelivered(delivery: OutgoingMessage, because: string, mayRetry = false): void {
    const id = requestId(delivery);
    const answered = id !== undefined && !this.#waiting.delete(id);
    if (!answered && !this.#exit && !this.#stopping)
      this.#parts.events.undelivered(delivery.text, because, mayRetry);
    this.#endSettled();
  }

  #received(received: Message, about?: JsonRpcId): void {
    if (this.#exit) return;
    const message = withSentId(received, (id) => this.#waiting.has(id));
    const { id, method, result } = message.json;
    if (method === undefined && id !== undefined && id !== null) {
      this.#waiting.delete(id);
      if (id === this.#initializeId && isObject(result)) this.#negotiated(result["protocolVersion"]);
    }
    this.#parts.events.message(message, about);
    this.#endSettled();
  }

  #negotiated(version: unknown): void {
    this.#initializeId = undefined;
    if (typeof version === "string") this.#transport?.setProtocolVersion?.(version);
  }

  #streamable(): Transport {
    const transport = streamableTransport(this.#parts, this.#http.fetch, this.#timers.schedule);
    transport.onmessage = (message) => this.#fromSdk(message);
    transport.onerror = (error) => {
      // Errors of a POST are told where it was sent.
      if (/stream|reconnect/i.test(error.message)) this.#log(messageOf(error));
    };
    return transport;
  }

  #legacy(): Transport {
    const dropped = () =>
      this.#end({ kind: "crashed", because: "the remote server closed the event stream" });
    const transport = legacyTransport(
      this.#parts,
      this.#http.fetch,
      () => this.#transport === transport && dropped(),
    );
    transport.onmessage = (message) => this.#fromSdk(message);
    return transport;
  }

  /** Messages that did not pass the tap: the SDK reads one kind out of the body of HTTP 400. */
  #fromSdk(message: object): void {
    const told = isStub(message) ? undefined : parseMessage(JSON.stringify(message));
    if (told) this.#received(told);
  }

  #log(line: string): void {
    if (!this.#exit) this.#parts.events.log(logLine(line, this.#parts.redact));
  }

  #end(exit: Exit): void {
    if (this.#exit) return;
    // Told goodbye, a server ends the session, and with it what is still open: that is no crash.
    this.#exit = this.#stopping ? { kind: "stopped" } : exit;
    this.#timers.clear();
    clearTimeout(this.#settleTimer);
    void this.#opening?.close().catch(() => {});
    this.#http.close();
    this.#waiting.clear();
    this.#departures.close();
    this.#resolveExit(this.#exit);
  }
}
