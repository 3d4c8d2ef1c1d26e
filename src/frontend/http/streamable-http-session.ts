/** A client session over HTTP with its id, key and streams. Selects the stream of a message, and does not read messages. */

import { randomUUID } from "node:crypto";
import type { ServerResponse } from "node:http";
import { SlotSet } from "../../base/slot-set.ts";
import type { ClientHandler, SessionTarget } from "../../router/client-handler.ts";
import type { GatewayApi } from "../gateway-api.ts";
import type { Caller } from "./caller.ts";
import { EventStream } from "./event-stream.ts";
import { openEventStream } from "./send-response.ts";
import type { WriteBudget } from "./write-budget.ts";

/** A POST with open requests. */
export interface OpenPost {
  /** Whether it can also carry other messages than its responses. */
  readonly canStream: boolean;
  push(text: string): void;
}

/** `finished`: there is nothing to resume, because the client received the last event of that call. */
export type Attached = "attached" | "finished" | "unknown";

/** Bytes of unread responses above which the client's next requests wait. */
const mostUnreadBytes = 32_000_000;

/** Number of ended streams that are kept for a client whose connection broke. */
const keptStreams = 16;

export class StreamableHttpSession {
  readonly id = randomUUID();
  /** Index of the API key that opened it. */
  readonly key: number | undefined;
  /** Server of the session, or all servers. */
  readonly target: SessionTarget;
  readonly client: ClientHandler;
  /** Stream of messages that belong to no call. It buffers until the client opens it. */
  readonly #general: EventStream;
  readonly #budget: WriteBudget | undefined;
  readonly #calls = new Map<string, EventStream>();
  readonly #openPosts = new SlotSet<OpenPost>();
  /** Responses that the client has not read completely. */
  readonly #unread = new Set<ServerResponse>();
  #lastStream = 0;
  #lastUse = performance.now();

  /** Events kept for the client count against `budget`. */
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

  /** Milliseconds since the client's last request; 0 while a stream is open. */
  get idleMs(): number {
    return this.#isListening() ? 0 : performance.now() - this.#lastUse;
  }

  used(): void {
    this.#lastUse = performance.now();
  }

  /**
   * Sends a message that belongs to no call on exactly one stream. This is the general stream, or the newest open POST
   * if the client has not opened that stream. Without either, the message waits.
   */
  push(text: string): void {
    const open = this.#general.attached
      ? undefined
      : this.#openPosts.all().findLast(({ canStream }) => canStream);
    (open ?? this.#general).push(text);
  }

  /** Returns the slot of the POST, for `closed`. */
  opened(post: OpenPost): number {
    return this.#openPosts.add(post);
  }

  closed(slot: number, post: OpenPost): void {
    this.#openPosts.remove(slot, post);
  }

  /** Set while the client has too many unread responses. Its next request waits for it. */
  get behind(): Promise<void> | undefined {
    let bytes = 0;
    for (const response of this.#unread) bytes += response.writableLength;
    if (bytes <= mostUnreadBytes) return undefined;
    const read = [...this.#unread].map(
      (response) => new Promise<void>((done) => response.once("close", done)),
    );
    return Promise.race(read).then(() => this.behind);
  }

  /** Records a completely written response, until the client has read it. */
  answered(response: ServerResponse): void {
    if (response.writableFinished || response.destroyed) return;
    this.#unread.add(response);
    response.once("close", () => this.#unread.delete(response));
  }

  /** Opens a stream for the messages of one POST. */
  openCallStream(response: ServerResponse): EventStream {
    const id = String(++this.#lastStream);
    const stream = new EventStream(id, this.#budget);
    this.#calls.set(id, stream);
    this.#removeOldStreams();
    stream.attach(response);
    return stream;
  }

  /** Handles a GET: attaches the general stream or, with `Last-Event-ID`, the stream of that event. */
  attach(response: ServerResponse, lastEventId: string | undefined): Attached {
    const [, id, after] = /^(\d+)-(\d+)$/.exec(lastEventId ?? "") ?? [];
    if (id !== undefined && this.#isFinished(id, Number(after))) return "finished";
    const stream = id === undefined || id === "0" ? this.#general : this.#calls.get(id);
    if (!stream) return "unknown";
    openEventStream(response, { "Mcp-Session-Id": this.id });
    stream.attach(response, after === undefined ? undefined : Number(after));
    return "attached";
  }

  /** Whether the client received all events of a call. Removed streams count as finished. */
  #isFinished(id: string, after: number): boolean {
    if (id === "0" || Number(id) > this.#lastStream) return false;
    return this.#calls.get(id)?.isOverAfter(after) ?? true;
  }

  /** Sends a comment on every open stream, so that proxies do not close it. */
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

  #removeOldStreams(): void {
    const finished = [...this.#calls].filter(([, stream]) => stream.ended && !stream.attached);
    for (const [id, stream] of finished.slice(0, Math.max(0, finished.length - keptStreams))) {
      this.#calls.delete(id);
      this.#budget?.forget(stream);
    }
  }
}
