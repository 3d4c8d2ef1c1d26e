/** Between a plugin and the owner of its instance: keeps the order the contract promises, whatever the plugin does. */

import type { ChannelEvents } from "../../backend/channel.ts";
import { parseMessages } from "../../jsonrpc/line-reader.ts";
import { beginningOf } from "../local/log-line.ts";
import type { PluginEvents } from "./plugin.ts";

export class OrderedEvents implements PluginEvents {
  readonly #events: ChannelEvents;
  readonly #redact: (text: string) => string;
  /** What was told before the owner has its instance; `undefined` once it has. */
  #early: (() => unknown)[] | undefined = [];
  #stopping = false;
  #closed = false;

  constructor(events: ChannelEvents, redact: (text: string) => string) {
    this.#events = events;
    this.#redact = redact;
  }

  message(text: string): void {
    this.#tell(() => {
      const messages = parseMessages(text);
      if (messages === undefined) this.#events.log(`no JSON-RPC message: ${beginningOf(text, this.#redact)}`);
      for (const message of messages ?? []) this.#events.message(message);
    });
  }

  log(line: string): void {
    this.#tell(() => this.#events.log(this.#redact(line)));
  }

  undelivered(text: string, because: string): void {
    // That a stop breaks off what is under way is no trouble of the message.
    this.#tell(() => this.#stopping || this.#events.undelivered(text, this.#redact(because), false));
  }

  /** The owner has its instance. */
  open(): void {
    const early = this.#early ?? [];
    this.#early = undefined;
    for (const tell of early) tell();
  }

  /** The instance is being stopped: whoever waits for an answer is told so by its owner. */
  stopping(): void {
    this.#stopping = true;
  }

  /** The instance has ended: nothing is told any more. */
  close(): void {
    this.#closed = true;
  }

  #tell(tell: () => unknown): void {
    if (this.#closed) return;
    if (this.#early) this.#early.push(tell);
    else tell();
  }
}
