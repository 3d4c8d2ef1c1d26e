/**
 * Code that is loaded when it is first used, from files of this program that an upgrade may have replaced meanwhile. What
 * was loaded once is kept here: even for loaded code, Node looks whether its file is still there.
 */

import { GatewayError } from "./errors.ts";

/**
 * A function that resolves with what `load` imports, loaded once. It rejects with `start-failed` where the file is gone, and
 * with what a module throws as it is; then the next call loads again.
 */
export function lazyModule<T>(load: () => Promise<T>): () => Promise<T> {
  let loaded: Promise<T> | undefined;
  return () => {
    loaded ??= load().catch((error: unknown) => {
      loaded = undefined;
      throw isGone(error) ? replaced(error) : error;
    });
    return loaded;
  };
}

/** Node's code for a module without a file, and the system's for a file that goes while it is read. */
function isGone(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "ERR_MODULE_NOT_FOUND" || code === "ENOENT";
}

function replaced(cause: unknown): GatewayError {
  const message = "the program's files were replaced while it runs: restart the gateway";
  return new GatewayError("start-failed", message, { cause });
}
