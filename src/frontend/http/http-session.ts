/** A client session reached over HTTP: its id, its key, its streams. Knows what may be sent where, not what it means. */

import { randomUUID } from "node:crypto";
import type { ServerResponse } from "node:http";
import { Slots } from "../../base/slots.ts";
import type { Session, SessionTarget } from "../../router/session.ts";
import type { GatewayApi } from "../gateway-api.ts";
import type { Caller } from "./caller.ts";
import { EventStream } from "./event-stream.ts";
import { openEventStream } from "./send-response.ts";
import type { WriteBudget } from "./write-budget.ts";

/** A POST that still has answers to come. */
export interface OpenPost {
  /** Whether it can carry more than its answers. */
  readonly canStream: boolean;
  push(text: string): void;
}

/** `finished`: there is nothing to resume, since the client has had the last event of that call. */
export type Attached = "attached" | "finished" | "unknown";

/** Bytes of answers a client may leave unread before its next requests wait. */
const mostUnreadBytes = 32_000_000;

/** Streams kept after their last event, for a client whose connection broke. */
const keptStreams = 16;

export class HttpSession {
  readonly id = randomUUID();
  /** Which of the gateway's keys opened it. */
  readonly key: number | undefined;
  /** What it was opened with. */
  readonly target: SessionTarget;
  readonly client: Session;
  /** Everything that belongs to no call; buffers until the client opens it. */
  readonly #general: EventStream;
  readonly #budget: WriteBudget | undefined;
  readonly #calls = new Map<string, EventStream>();
  readonly #exchanges = new Slots<OpenPost>();
  /** Answers that were given to the client and not yet taken. */
  readonly #unread = new Set<ServerResponse>();
  #lastStream = 0;
  #lastUse = performance.now();

  /** `budget`: what is kept for the client counts against it. */
  constructor(
    core: Pick<GatewayApi, "openSession">,
    target: SessionTarget,
    { key, principal, view }: Caller,
    budget?: WriteBudget,
  ) {
    this.#budget = budget;
    this.#general = new EventStream("0", budget);
    this.key = key;
    this.target = target;
    this.client = core.openSession(
      target,
      { push: (text) => this.push(text) },
      { principal, ...(view && { view }) },
    );
  }

  /** Milliseconds since the client last did something; 0 while a stream is open. */
  get idleMs(): number {
    return this.#isListening() ? 0 : performance.now() - this.#lastUse;
  }

  used(): void {
    this.#lastUse = performance.now();
  }

  /**
   * A message that belongs to no call goes to the general stream; without one, to the newest open POST, so that a
   * client that never opens it loses nothing; else it waits. Never to two.
   */
  push(text: string): void {
    const open = this.#general.attached
      ? undefined
      : this.#exchanges.all().findLast(({ canStream }) => canStream);
    (open ?? this.#general).push(text);
  }

  /** Returns the place of the exchange, for `closed`. */
  opened(exchange: OpenPost): number {
    return this.#exchanges.add(exchange);
  }

  closed(place: number, exchange: OpenPost): void {
    this.#exchanges.remove(place, exchange);
  }

  /** Set while the client reads slower than it asks: its next request is taken on once it has caught up. */
  get behind(): Promise<void> | undefined {
    let bytes = 0;
    for (const response of this.#unread) bytes += response.writableLength;
    if (bytes <= mostUnreadBytes) return undefined;
    const taken = [...this.#unread].map(
      (response) => new Promise<void>((done) => response.once("close", done)),
    );
    return Promise.race(taken).then(() => this.behind);
  }

  /** An answer has been written whole. */
  answered(response: ServerResponse): void {
    if (response.writableFinished || response.destroyed) return;
    this.#unread.add(response);
    response.once("close", () => this.#unread.delete(response));
  }

  /** A stream for the messages of one POST. */
  openCallStream(response: ServerResponse): EventStream {
    const id = String(++this.#lastStream);
    const stream = new EventStream(id, this.#budget);
    this.#calls.set(id, stream);
    this.#forgetOldStreams();
    stream.attach(response);
    return stream;
  }

  /** GET: the general stream, or, with `Last-Event-ID`, the stream that event came on. */
  attach(response: ServerResponse, lastEventId: string | undefined): Attached {
    const [, id, after] = /^(\d+)-(\d+)$/.exec(lastEventId ?? "") ?? [];
    if (id !== undefined && this.#isFinished(id, Number(after))) return "finished";
    const stream = id === undefined || id === "0" ? this.#general : this.#calls.get(id);
    if (!stream) return "unknown";
    openEventStream(response, { "Mcp-Session-Id": this.id });
    stream.attach(response, after === undefined ? undefined : Number(after));
    return "attached";
  }

  /** Streams of calls are forgotten some time after their end. */
  #isFinished(id: string, after: number): boolean {
    if (id === "0" || Number(id) > this.#lastStream) return false;
    return this.#calls.get(id)?.isOverAfter(after) ?? true;
  }

  /** Sends a comment on every open stream, so that nobody between takes it for dead. */
  keepAlive(): void {
    for (const stream of this.#attached()) stream.keepAlive();
  }

  async close(): Promise<void> {
    for (const stream of [this.#general, ...this.#calls.values()]) {
      stream.release();
      this.#budget?.forget(stream);
    }
    await this.client.close();
  }

  #isListening(): boolean {
    if (this.#general.attached) return true;
    for (const stream of this.#calls.values()) if (stream.attached) return true;
    return false;
  }

  #attached(): EventStream[] {
    return [this.#general, ...this.#calls.values()].filter((stream) => stream.attached);
  }

  #forgetOldStreams(): void {
    const finished = [...this.#calls].filter(([, stream]) => stream.ended && !stream.attached);
    for (const [id, stream] of finished.slice(0, Math.max(0, finished.length - keptStreams))) {
      this.#calls.delete(id);
      this.#budget?.forget(stream);
    }
  }
}
