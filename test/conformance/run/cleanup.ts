/** What the helpers of tests want of a test: a place for what is to be undone when a target is done with. */

import type { TestContext } from "node:test";

export class Cleanup {
  readonly #steps: (() => unknown)[] = [];

  after(step: () => unknown): void {
    this.#steps.push(step);
  }

  /** The helpers of `test/support` take a test but use no more of it than this. */
  get asTest(): TestContext {
    return this as unknown as TestContext;
  }

  /** Newest first: a gateway ends before the server behind it. */
  async run(): Promise<void> {
    for (const step of this.#steps.splice(0).reverse()) await step();
  }
}
