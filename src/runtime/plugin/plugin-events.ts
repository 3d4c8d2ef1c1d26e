/**
 * Events of a plugin on their way to the owner of the instance. Keeps the order that the contract promises, whatever
 * the plugin does.
 */

import type { ChannelEvents } from "../../backend/channel.ts";
import { parseMessages } from "../../jsonrpc/line-reader.ts";
import { beginningOf } from "../local/log-line.ts";
import type { PluginEvents } from "./plugin.ts";

export class OrderedEvents implements PluginEvents {
  readonly #events: ChannelEvents;
  readonly #redact: (text: string) => string;
  /** Events from before the owner has its instance; `undefined` after that. */
  #early: (() => unknown)[] | undefined = [];
  #stopping = false;
  #closed = false;

  constructor(events: ChannelEvents, redact: (text: string) => string) {
    this.#events = events;
    this.#redact = redact;
  }

  message(text: string): void {
    this.#emit(() => {
      const messages = parseMessages(text);
      if (messages === undefined)
        this.#events.log(`not a JSON-RPC message: ${beginningOf(text, this.#redact)}`);
      for (const message of messages ?? []) this.#events.message(message);
    });
  }

  log(line: string): void {
    this.#emit(() => this.#events.log(this.#redact(line)));
  }

  undelivered(text: string, because: string): void {
    // During a stop, an aborted message is not an error.
    this.#emit(() => this.#stopping || this.#events.undelivered(text, this.#redact(because), false));
  }

  /** Emits the early events, because the owner has its instance. */
  open(): void {
    const early = this.#early ?? [];
    this.#early = undefined;
    for (const emit of early) emit();
  }

  /** Marks the start of a stop. The owner reports errors for pending requests itself. */
  stopping(): void {
    this.#stopping = true;
  }

  /** Suppresses all further events, because the instance has ended. */
  close(): void {
    this.#closed = true;
  }

  #emit(emit: () => unknown): void {
    if (this.#closed) return;
    if (this.#early) this.#early.push(emit);
    else emit();
  }
}
