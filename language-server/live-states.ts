/** The last states of servers that the client sent. */

import type { ServerState, StatesParams } from "./protocol.ts";

export class LiveStates {
  readonly #states = new Map<string, ServerState>();
  readonly #changed: () => void;

  /** `changed` is called after each update. */
  constructor(changed: () => void) {
    this.#changed = changed;
  }

  get(id: string): ServerState | undefined {
    return this.#states.get(id);
  }

  update({ all, servers, gone = [] }: StatesParams): void {
    if (all) this.#states.clear();
    for (const id of gone) this.#states.delete(id);
    for (const state of servers) this.#states.set(state.id, state);
    this.#changed();
  }
}
