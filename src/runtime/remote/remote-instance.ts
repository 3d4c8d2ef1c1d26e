/**
 * One session with a remote server as a channel. Messages are sent and received as their original texts. The SDK's
 * transports only control session, streams and resuming (message-interceptor.ts). Everything opened here is closed with
 * the instance.
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
import type { HttpConnections } from "./http-connections.ts";
import { isStub } from "./message-interceptor.ts";
import {
  cancelledId,
  isHandshake,
  type OutgoingMessage,
  placeholderOf,
  requestId,
} from "./outgoing-message.ts";
import { ReconnectBackoff } from "./reconnect-backoff.ts";
import { mayBeLegacy, statusErrorText } from "./remote-errors.ts";
import {
  legacyTransport,
  ReconnectTimers,
  type Sdk,
  streamableTransport,
  type Transport,
} from "./remote-transports.ts";
import { withSentId } from "./response-ids.ts";
import { SdkFetch, type SdkFetchEvents } from "./sdk-fetch.ts";

/** Characters in transit above which the channel is congested. */
const congestedCharacters = 4 * 1024 * 1024;
/** How long ending the session may take. */
const sessionEndMs = 2000;
/** After the session is lost: how long to wait for the answer or refusal of pending requests. */
const settleMs = 2000;

export interface RemoteParts {
  readonly url: URL;
  readonly headers: Headers;
  readonly sdk: Sdk;
  /** The instance closes them. */
  readonly connections: HttpConnections;
  readonly events: ChannelEvents;
  redact(text: string): string;
  /** As in `RemoteHttpEvents`. */
  readonly rewordError?: SdkFetchEvents["rewordError"] | undefined;
}

export class RemoteInstance implements Instance {
  readonly exited: Promise<Exit>;
  readonly #parts: RemoteParts;
  readonly #outgoing = new AsyncLocalStorage<OutgoingMessage>();
  readonly #http: SdkFetch;
  readonly #timers = new ReconnectTimers((delayMs) => this.#pauseBefore(delayMs));
  readonly #inTransit = new ByteWindow(congestedCharacters);
  /** Requests without an answer so far. */
  readonly #waiting = new Map<JsonRpcId, OutgoingMessage>();
  #transport: Transport | undefined;
  #opening: Transport | undefined;
  #initializeId: JsonRpcId | undefined;
  /** The handshake in progress. Later messages wait for it. */
  #gate: Promise<void> = Promise.resolve();
  #resolveExit: (exit: Exit) => void = () => {};
  #exit: Exit | undefined;
  #stopping: Promise<void> | undefined;
  /** Why no more messages are accepted, once the session is lost. */
  #lostBecause: string | undefined;
  #settleTimer: NodeJS.Timeout | undefined;

  constructor(parts: RemoteParts) {
    this.#parts = parts;
    this.exited = new Promise((resolve) => {
      this.#resolveExit = resolve;
    });
    const { connections, url } = parts;
    this.#http = new SdkFetch(this.#outgoing, connections, url.origin, this.#httpEvents());
  }

  #httpEvents(): SdkFetchEvents {
    const { rewordError } = this.#parts;
    return {
      message: (message, about) => this.#received(message, about),
      noise: (line) => this.#log(line),
      redact: (text) => this.#parts.redact(text),
      sessionLost: (delivery, mayRetry) =>
        this.#lost(delivery, "the remote server ended the session", mayRetry),
      unreachable: (delivery, because) => {
        // Before there is a session, its opening reports the error.
        if (this.#initializeId === undefined) this.#lost(delivery, because, true);
      },
      ...(rewordError && { rewordError }),
    };
  }

  get congested(): Promise<void> | undefined {
    return this.#inTransit.waiting;
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
    const endTransit = this.#inTransit.begin(text.length);
    const { promise: bodySent, resolve } = Promise.withResolvers<void>();
    const sent = () => {
      endTransit();
      resolve();
    };
    return { text, json, sent, bodySent, abort: new AbortController(), streams: new ReconnectBackoff() };
  }

  /** The delay after the stream that has just ended; the SDK calls this right after its end. */
  #pauseBefore(delayMs: number): number {
    return this.#outgoing.getStore()?.streams.pauseAfter(performance.now(), delayMs) ?? delayMs;
  }

  /**
   * A cancellation waits until its request was sent, because a server ignores the cancellation of an unknown request.
   */
  #turnOf(json: JsonRpc): Promise<void> {
    const id = cancelledId(json);
    const cancelled = id === undefined ? undefined : this.#waiting.get(id);
    return cancelled ? this.#gate.then(() => cancelled.bodySent) : this.#gate;
  }

  /** Without a session, aborting the request is the only way to cancel it (2026-07-28). */
  #abortedBy(json: JsonRpc): boolean {
    const id = cancelledId(json);
    const cancelled = id === undefined ? undefined : this.#waiting.get(id);
    if (id === undefined || !cancelled || claimedVersion(cancelled.json) === undefined) return false;
    this.#waiting.delete(id);
    cancelled.abort.abort();
    return true;
  }

  stop(): Promise<Exit> {
    this.#stopping ??= this.#endSession();
    return this.exited;
  }

  async #endSession(): Promise<void> {
    const abort = new AbortController();
    const ended = this.#transport?.terminateSession?.().catch(() => {});
    if (ended && !this.#exit)
      await Promise.race([ended, wait(sessionEndMs, undefined, abort)]).catch(() => {});
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

  /** The first message selects the transport. There is no session until it has arrived. */
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
      because: status === 404 ? `${because}: no MCP endpoint at this URL` : because,
    });
  }

  /** Resolves with the error of a failure. */
  async #tryTransport(transport: Transport, delivery: OutgoingMessage): Promise<unknown> {
    this.#opening = transport;
    try {
      await Promise.race([transport.start(), this.exited]);
    } catch (error) {
      await transport.close().catch(() => {});
      return error;
    }
    if (this.#exit) return undefined;
    // Set before the POST, because the answer may come before its promise resolves.
    this.#transport = transport;
    const error = await this.#post(transport, delivery);
    if (error === undefined) return undefined;
    this.#transport = undefined;
    await transport.close().catch(() => {});
    return error;
  }

  /** Resolves with the error of a failure, unless the error contains the server's answer. */
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
    // The whole body is redacted, because half of a secret would not be found.
    const bodyText = refusal && describeBody(refusal.type, redact(refusal.body));
    return redact(statusErrorText(status, url, { bodyText, pauseMs: refusal?.pauseMs }));
  }

  /**
   * The session is lost, so a refused message may be sent on a new one. Messages sent at the same time are most likely
   * refused as well, so their refusals are awaited. A request that must not be sent again ends with the instance.
   */
  #lost(delivery: OutgoingMessage | undefined, because: string, mayRetry: boolean): void {
    if (this.#lostBecause === undefined) {
      this.#lostBecause = because;
      this.#settleTimer = setTimeout(() => this.#endLost(), settleMs);
    }
    const id = delivery && requestId(delivery);
    if (delivery && mayRetry) this.#undelivered(delivery, because, true);
    else if (id !== undefined) this.#waiting.delete(id);
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
      // Errors of a POST are reported by its sender.
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

  /** Messages that were not intercepted: the SDK itself parses one kind out of the body of HTTP 400. */
  #fromSdk(fromSdk: object): void {
    const message = isStub(fromSdk) ? undefined : parseMessage(JSON.stringify(fromSdk));
    if (message) this.#received(message);
  }

  #log(line: string): void {
    if (!this.#exit) this.#parts.events.log(logLine(line, this.#parts.redact));
  }

  #end(exit: Exit): void {
    if (this.#exit) return;
    // When the gateway ends the session, the server closes its streams. That is not a crash.
    this.#exit = this.#stopping ? { kind: "stopped" } : exit;
    this.#timers.clear();
    clearTimeout(this.#settleTimer);
    void this.#opening?.close().catch(() => {});
    this.#http.close();
    this.#waiting.clear();
    this.#inTransit.close();
    this.#resolveExit(this.#exit);
  }
}
