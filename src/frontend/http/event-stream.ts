/**
 * A stream of server-sent events that lasts longer than its HTTP response. Events that were not sent, or were sent on a
 * broken connection, can be sent again (MCP, *Resumability*). Bounded: a slow or absent reader loses the oldest events.
 */

import type { ServerResponse } from "node:http";
import type { BufferedWriter, WriteBudget } from "./write-budget.ts";

interface StoredEvent {
  readonly number: number;
  readonly text: string;
}

/** Characters kept after they were sent, in case the connection breaks. */
const keptSent = 1_000_000;
/** Characters kept for a slow or absent reader. The newest event is always kept. */
const keptUnsent = 16_000_000;
/** Number of events kept. */
const keptEvents = 10_000;
/** Number of older readers that stay open next to the active one. */
const mostWaiting = 8;
/** Bytes written to the socket ahead of the reader. */
const socketAhead = 1_000_000;

export class EventStream implements BufferedWriter {
  readonly #id: string;
  readonly #budget: WriteBudget | undefined;
  #events: StoredEvent[] = [];
  /** Number of `#events` sent to the active reader. */
  #sent = 0;
  #characters = 0;
  #sentCharacters = 0;
  #lastNumber = 0;
  #response: ServerResponse | undefined;
  /** Earlier readers whose connections are still open, the oldest first. */
  readonly #waiting = new Set<ServerResponse>();
  #ended = false;

  /** Events kept for the reader count against `budget`. */
  constructor(id: string, budget?: WriteBudget) {
    this.#id = id;
    this.#budget = budget;
  }

  /** Size of the events that were not sent yet. */
  get unreadBytes(): number {
    return this.#characters - this.#sentCharacters;
  }

  /** Drops all events and ends the connections. */
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

  /** Whether the stream has no more events for a reader that received event number `after`. */
  isOverAfter(after: number): boolean {
    return this.#ended && after >= this.#lastNumber;
  }

  /** Adds an event, and sends it as soon as a reader can receive it. */
  push(text: string): void {
    this.#events.push({ number: ++this.#lastNumber, text });
    this.#characters += text.length;
    this.#flush();
    this.#trim();
    if (this.unreadBytes > 0) this.#budget?.wrote(this, text.length);
  }

  /** Marks the last event. The response ends once all events are sent. */
  end(): void {
    this.#ended = true;
    this.#flush();
  }

  /**
   * Sends missing events on `response`, whose headers are already sent: the events after number `after`, or all that were
   * never sent. An earlier reader stays open, but gets nothing until this one closes. If its stream ended, two clients that
   * reconnect at once would replace each other forever.
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

  /** Ends the responses of all readers. The stream continues without a reader. */
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

  /** Sends an event with an id and no data, so that the reader can resume before the first message (2025-11-25). */
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
