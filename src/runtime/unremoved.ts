/**
 * Containers that could not be removed because their engine was gone, or did not answer: they may still be there when it comes back. Removed
 * before the next start there, or by the way once the engine answers.
 */

import type Docker from "dockerode";
import { hasRefused } from "./engine-trouble.ts";

const againMs = 5_000;
/** How long an engine may take to remove one. */
export const removalMs = 10_000;

export class Unremoved {
  readonly #left = new Map<string, { readonly docker: Docker; readonly ids: Set<string> }>();
  #timer: NodeJS.Timeout | undefined;

  /** Removes a container, now or later. `engine` tells engines apart. Never rejects. */
  async remove(engine: string, docker: Docker, id: string): Promise<void> {
    if (await removed(docker, id)) return;
    const left = this.#left.get(engine) ?? { docker, ids: new Set() };
    left.ids.add(id);
    this.#left.set(engine, left);
    // A gateway that ends leaves them to the next one, which finds them by their labels.
    this.#timer ??= setInterval(() => void this.#sweepAll(), againMs).unref();
  }

  /** Removes what is left at that engine. Never rejects. */
  async sweep(engine: string): Promise<void> {
    const left = this.#left.get(engine);
    if (!left) return;
    await Promise.all(
      [...left.ids].map(async (id) => {
        if (await removed(left.docker, id)) left.ids.delete(id);
      }),
    );
    if (left.ids.size === 0) this.#left.delete(engine);
  }

  async #sweepAll(): Promise<void> {
    await Promise.all([...this.#left.keys()].map((engine) => this.sweep(engine)));
    if (this.#left.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

/** Whether there is nothing left to be done: an engine that refuses will not change its mind. */
async function removed(docker: Docker, id: string): Promise<boolean> {
  try {
    await docker
      .getContainer(id)
      .remove({ force: true, v: true, abortSignal: AbortSignal.timeout(removalMs) });
    return true;
  } catch (error) {
    return hasRefused(error);
  }
}
