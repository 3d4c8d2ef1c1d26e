/** Keeps a gateway that runs able to serve its catalog when an upgrade replaces the program's files. */

import type { Gateway } from "../gateway/gateway.ts";

/** First requests come first: what they need they load themselves. */
const settleMs = 1_000;

/**
 * Loads in the background what the servers of the catalog may need, and again after each reload. Keeps no process alive.
 * Returns how to stop that.
 */
export function keepLoaded(gateway: Gateway): () => void {
  let timer: NodeJS.Timeout | undefined;
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(() => void gateway.preload(), settleMs).unref();
  };
  soon();
  const unfollow = gateway.onReload(soon);
  return () => {
    clearTimeout(timer);
    unfollow();
  };
}
