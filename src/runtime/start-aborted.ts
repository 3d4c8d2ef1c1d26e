/** A start that its caller has given up. */

import { GatewayError } from "../base/errors.ts";

export class StartAbortedError extends GatewayError {
  /** What it was waiting for just then, where that is known. */
  readonly waitedFor: string | undefined;

  constructor(cause?: unknown, waitedFor?: string) {
    super("start-failed", "the start was called off", { cause });
    this.waitedFor = waitedFor;
  }
}
