/** Waits for the operator to make servers ready, and reports the reason when it does not. */

import { GatewayError } from "../../base/errors.ts";
import type { McpServer } from "../resource/mcp-server.ts";
import type { PlatformServers } from "./platform-servers.ts";

/** Progress reports of a long wait. */
export interface ProgressSink {
  update(text: string): void;
}

const lookMs = 500;

/**
 * Resolves when the operator has processed the newest version of each server and reports it ready, or when `signal`
 * ends the wait. Rejects with `cluster-failed`.
 */
export async function waitUntilReady(
  servers: PlatformServers,
  wanted: readonly McpServer[],
  sink: ProgressSink,
  { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal?: AbortSignal },
): Promise<void> {
  const end = performance.now() + timeoutMs;
  for (const { metadata } of wanted) {
    const { name, namespace = "", generation = 0 } = metadata;
    while (!signal?.aborted) {
      const now = await servers.get(name, namespace);
      const readiness = readinessOf(now, generation);
      if (readiness.isReady) break;
      if (performance.now() > end)
        throw new GatewayError(
          "cluster-failed",
          `server '${name}' is not ready after ${timeoutMs / 1000} s: ${readiness.because}`,
        );
      sink.update(`${namespace}/${name}: ${readiness.because}`);
      await new Promise((resolve) => setTimeout(resolve, lookMs));
    }
  }
}

type Readiness = { readonly isReady: true } | { readonly isReady: false; readonly because: string };

/** Pure. `generation`: the version that the operator must have processed at least. */
export function readinessOf({ status }: McpServer, generation: number): Readiness {
  if (status === undefined || (status.observedGeneration ?? 0) < generation)
    return {
      isReady: false,
      because: "the operator has not processed it yet: is it running (mcp-runtime status)?",
    };
  if (status.phase === "Ready") return { isReady: true };
  // An Ingress is independent of whether the server works.
  if (status.phase === "PartiallyReady" && status.deploymentReady && status.serviceReady)
    return { isReady: true };
  const { phase, message } = status;
  return { isReady: false, because: message === "" ? phase : `${phase}: ${message}` };
}
