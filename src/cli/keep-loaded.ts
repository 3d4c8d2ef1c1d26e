/** Keeps the code for the catalog loaded, so that an upgrade can replace the program's files while the gateway runs. */

import type { Gateway } from "../gateway/gateway.ts";

/** Delay, so that the first requests have priority. */
const settleMs = 1_000;

/**
 * Loads the code for the servers of the catalog in the background, and again after each reload. Does not keep the process
 * alive. Returns a function that stops it.
 */
export function keepLoaded(gateway: Gateway): () => void {
  let timer: NodeJS.Timeout | undefined;
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(() => void gateway.preload(), settleMs).unref();
  };
  soon();
  const removeListener = gateway.onReload(soon);
  return () => {
    clearTimeout(timer);
    removeListener();
  };
}
