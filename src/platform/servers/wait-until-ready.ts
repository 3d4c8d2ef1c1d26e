/** Waits for the operator to bring servers up, and tells why it does not. */

import { GatewayError } from "../../base/errors.ts";
import type { McpServer } from "../resource/mcp-server.ts";
import type { PlatformServers } from "./platform-servers.ts";

/** What a long wait says of itself. */
export interface ProgressSink {
  update(text: string): void;
}

const lookMs = 500;

/**
 * Resolves when the operator has seen the newest of each and calls it ready, or when `signal` says that nobody waits any
 * longer. Rejects with `cluster-failed`.
 */
export async function waitUntilReady(
  servers: PlatformServers,
  wanted: readonly McpServer[],
  told: ProgressSink,
  { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal?: AbortSignal },
): Promise<void> {
  const end = performance.now() + timeoutMs;
  for (const { metadata } of wanted) {
    const { name, namespace = "", generation = 0 } = metadata;
    while (!signal?.aborted) {
      const now = await servers.get(name, namespace);
      const news = readinessOf(now, generation);
      if (news.isReady) break;
      if (performance.now() > end)
        throw new GatewayError(
          "cluster-failed",
          `server '${name}' is not ready after ${timeoutMs / 1000} s: ${news.because}`,
        );
      told.update(`${namespace}/${name}: ${news.because}`);
      await new Promise((resolve) => setTimeout(resolve, lookMs));
    }
  }
}

type Readiness = { readonly isReady: true } | { readonly isReady: false; readonly because: string };

/** Pure. `generation`: the least the operator must have seen. */
export function readinessOf({ status }: McpServer, generation: number): Readiness {
  if (status === undefined || (status.observedGeneration ?? 0) < generation)
    return { isReady: false, because: "the operator has not seen it yet: does it run (mcp-runtime status)?" };
  if (status.phase === "Ready") return { isReady: true };
  // An Ingress is made, or not, apart from whether the server works.
  if (status.phase === "PartiallyReady" && status.deploymentReady && status.serviceReady)
    return { isReady: true };
  const { phase, message } = status;
  return { isReady: false, because: message === "" ? phase : `${phase}: ${message}` };
}
