/** The part of a test that the test helpers need: a list of steps to undo when a target is finished. */

import type { TestContext } from "node:test";

export class Cleanup {
  readonly #steps: (() => unknown)[] = [];

  after(step: () => unknown): void {
    this.#steps.push(step);
  }

  /** The helpers of `test/support` take a test but use only this part of it. */
  get asTest(): TestContext {
    return this as unknown as TestContext;
  }

  /** Newest first, so that a gateway ends before the server behind it. */
  async run(): Promise<void> {
    for (const step of this.#steps.splice(0).reverse()) await step();
  }
}
