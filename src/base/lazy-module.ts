/**
 * Code that is loaded on first use. An upgrade may have replaced the files of this program in the meantime. Loaded modules
 * are kept here, because a repeated `import()` checks that the file still exists.
 */

import { GatewayError } from "./errors.ts";

/**
 * Returns a function that resolves with the module that `load` imports, and imports it once. It rejects with
 * `start-failed` where the file is missing, and with an error of the module unchanged. After a failure the next call
 * loads again.
 */
export function lazyModule<T>(load: () => Promise<T>): () => Promise<T> {
  let loaded: Promise<T> | undefined;
  return () => {
    loaded ??= load().catch((error: unknown) => {
      loaded = undefined;
      throw isFileMissing(error) ? replaced(error) : error;
    });
    return loaded;
  };
}

/** Checks for Node's code of a missing module, and the system's code of a file that disappears while it is read. */
function isFileMissing(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "ERR_MODULE_NOT_FOUND" || code === "ENOENT";
}

function replaced(cause: unknown): GatewayError {
  const message = "the program's files were replaced while it was running: restart the gateway";
  return new GatewayError("start-failed", message, { cause });
}
