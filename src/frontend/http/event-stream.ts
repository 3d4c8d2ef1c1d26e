/**
 * One stream of server-sent events that outlives its HTTP response: what was not delivered, or was delivered to a
 * connection that broke, can be had again (MCP, *Resumability*). Bounded: a slow or absent reader loses the oldest.
 */

import type { ServerResponse } from "node:http";
import type { BufferedWriter, WriteBudget } from "./write-budget.ts";

interface StoredEvent {
  readonly number: number;
  readonly text: string;
}

/** Characters kept for a reader that has them already, in case its connection broke. */
const keptSent = 1_000_000;
/** Characters kept for a reader that is slower than we are, or away. The newest event is kept whatever its size. */
const keptUnsent = 16_000_000;
/** Events kept, be they ever so small. */
const keptEvents = 10_000;
/** Readers that stay open beside the one that is sent everything. */
const mostWaiting = 8;
/** Bytes handed to the socket ahead of the reader. */
const socketAhead = 1_000_000;

export class EventStream implements BufferedWriter {
  readonly #id: string;
  readonly #budget: WriteBudget | undefined;
  #events: StoredEvent[] = [];
  /** How many of `#events` the present reader was sent. */
  #sent = 0;
  #characters = 0;
  #sentCharacters = 0;
  #lastNumber = 0;
  #response: ServerResponse | undefined;
  /** Earlier readers whose connections are still open, the oldest first. */
  readonly #waiting = new Set<ServerResponse>();
  #ended = false;

  /** `budget`: what is kept for the reader counts against it. */
  constructor(id: string, budget?: WriteBudget) {
    this.#id = id;
    this.#budget = budget;
  }

  /** What the reader has still to be sent. */
  get unreadBytes(): number {
    return this.#characters - this.#sentCharacters;
  }

  /** The reader loses all it has not been sent. */
  cut(): void {
    this.#events = [];
    this.#sent = 0;
    this.#characters = 0;
    this.#sentCharacters = 0;
    for (const response of this.#detachAll()) response.destroy();
  }

  get attached(): boolean {
    return this.#response !== undefined;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Whether nothing is left for a reader that has had the event numbered `after`. */
  isOverAfter(after: number): boolean {
    return this.#ended && after >= this.#lastNumber;
  }

  /** Adds an event; delivers it as soon as a reader takes it. */
  push(text: string): void {
    this.#events.push({ number: ++this.#lastNumber, text });
    this.#characters += text.length;
    this.#flush();
    this.#trim();
    if (this.unreadBytes > 0) this.#budget?.wrote(this, text.length);
  }

  /** No event will follow; the response ends once all are delivered. */
  end(): void {
    this.#ended = true;
    this.#flush();
  }

  /**
   * Delivers on `response`, whose headers are sent, what its reader has not had: all after the event numbered
   * `after`, or all that was never sent. A reader that was there before stays open and gets nothing until this one has
   * gone: clients that reconnect as soon as a stream ends would take turns for ever.
   */
  attach(response: ServerResponse, after?: number): void {
    if (this.#response) this.#waiting.add(this.#response);
    this.#endLongestWaiting();
    this.#response = response;
    if (after !== undefined) this.#rewind(after);
    response.on("drain", () => this.#response === response && this.#flush());
    response.on("close", () => this.#onClose(response));
    this.#flush();
  }

  /** Ends the responses of all readers; the stream goes on without one. */
  release(): void {
    for (const response of this.#detachAll()) response.end();
  }

  #detachAll(): ServerResponse[] {
    const responses = [...this.#waiting, ...(this.#response ? [this.#response] : [])];
    this.#waiting.clear();
    this.#response = undefined;
    return responses;
  }

  #endLongestWaiting(): void {
    const [longest] = this.#waiting;
    if (!longest || this.#waiting.size <= mostWaiting) return;
    this.#waiting.delete(longest);
    longest.end();
  }

  #onClose(response: ServerResponse): void {
    this.#waiting.delete(response);
    if (this.#response !== response) return;
    this.#response = [...this.#waiting].at(-1);
    if (!this.#response) return;
    this.#waiting.delete(this.#response);
    this.#flush();
  }

  /** An event with an id and no data: from here a reader can resume before anything has happened (2025-11-25). */
  prime(): void {
    this.#response?.write(`id: ${this.#id}-${this.#lastNumber}\ndata: \n\n`);
  }

  keepAlive(): void {
    const open = this.#response ? [this.#response, ...this.#waiting] : [];
    for (const response of open) if (response.writableLength === 0) response.write(": keep-alive\n\n");
  }

  #flush(): void {
    const response = this.#response;
    if (!response) return;
    while (response.writableLength < socketAhead) {
      const event = this.#events[this.#sent];
      if (!event) break;
      response.write(`id: ${this.#id}-${event.number}\ndata: ${event.text}\n\n`);
      this.#sent++;
      this.#sentCharacters += event.text.length;
    }
    if (this.#ended && this.#sent === this.#events.length) this.release();
  }

  #rewind(after: number): void {
    this.#sent = this.#events.filter((event) => event.number <= after).length;
    this.#sentCharacters = this.#events.slice(0, this.#sent).reduce((sum, { text }) => sum + text.length, 0);
  }

  #trim(): void {
    while (this.#isOverfull()) {
      const oldest = this.#events.shift();
      if (!oldest) return;
      this.#characters -= oldest.text.length;
      if (this.#sent > 0) {
        this.#sent--;
        this.#sentCharacters -= oldest.text.length;
      }
    }
  }

  #isOverfull(): boolean {
    const { length } = this.#events;
    if (length <= 1) return false;
    return length > keptEvents || this.#sentCharacters > keptSent || this.#characters > keptUnsent;
  }
}
