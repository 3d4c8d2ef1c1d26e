/** Adapts a plugin's instance to the supervisor: it ends once, is stopped once, and never throws. */

import type { Exit } from "../../backend/channel.ts";
import { messageOf } from "../../base/errors.ts";
import { withTimeout } from "../../base/timeout.ts";
import type { Instance } from "../runtime.ts";
import type { PluginInstance } from "./plugin.ts";
import type { OrderedEvents } from "./plugin-events.ts";

/** How long a plugin may take to stop. */
export const stopLimitMs = 10_000;

export class PluggedInstance implements Instance {
  readonly exited: Promise<Exit>;
  readonly pid?: number;
  readonly #instance: PluginInstance;
  readonly #events: OrderedEvents;
  readonly #redact: (text: string) => string;
  readonly #stopLimitMs: number;
  readonly #ended = Promise.withResolvers<void>();
  #stopping = false;

  /** `opened` resolves once the owner may receive events. */
  constructor(
    instance: PluginInstance,
    events: OrderedEvents,
    around: { redact: (text: string) => string; opened: Promise<void>; stopLimitMs: number },
  ) {
    this.#instance = instance;
    this.#events = events;
    this.#redact = around.redact;
    this.#stopLimitMs = around.stopLimitMs;
    if (instance.pid !== undefined) this.pid = instance.pid;
    // Handled from the start, because an unhandled rejection would end the process.
    const ofItself = this.#ofItself();
    this.exited = around.opened.then(() => this.#untilEnd(ofItself));
  }

  get congested(): Promise<void> | undefined {
    return this.#instance.congested;
  }

  send(text: string): void {
    try {
      this.#instance.send(text);
    } catch (error) {
      this.#events.undelivered(text, messageOf(error));
    }
  }

  stop(): Promise<Exit> {
    if (!this.#stopping) {
      this.#stopping = true;
      this.#events.stopping();
      void this.#stop();
    }
    return this.exited;
  }

  async #stop(): Promise<void> {
    try {
      const stopped = Promise.resolve(this.#instance.stop()).then(() => true);
      if ((await withTimeout(stopped, this.#stopLimitMs)) === undefined)
        this.#events.log(`the plugin did not stop the server within ${this.#stopLimitMs / 1000} s`);
    } catch (error) {
      this.#events.log(`the plugin failed to stop the server: ${messageOf(error)}`);
    }
    this.#ended.resolve();
  }

  async #untilEnd(ofItself: Promise<string | undefined>): Promise<Exit> {
    const because = await Promise.race([ofItself, this.#ended.promise]);
    this.#events.close();
    if (this.#stopping) return { kind: "stopped" };
    return { kind: "crashed", because: this.#redact(because ?? "the plugin gave no reason") };
  }

  async #ofItself(): Promise<string | undefined> {
    try {
      return await this.#instance.exited;
    } catch (error) {
      return messageOf(error);
    }
  }
}
