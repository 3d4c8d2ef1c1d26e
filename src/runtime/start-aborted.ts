/** A start that its caller has aborted. */

import { GatewayError } from "../base/errors.ts";

export class StartAbortedError extends GatewayError {
  /** The reason of the wait at that moment, if known. */
  readonly waitedFor: string | undefined;

  constructor(cause?: unknown, waitedFor?: string) {
    super("start-failed", "the start was aborted", { cause });
    this.waitedFor = waitedFor;
  }
}
