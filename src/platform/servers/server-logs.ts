/** The logs of a server's Pods as one stream of lines, each with the name of its Pod (platform.md, *CLI*). */

import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";
import { GatewayError } from "../../base/errors.ts";
import type { Cluster } from "../../kube/cluster.ts";
import { clusterErrorText, httpStatusOf } from "../../kube/cluster-errors.ts";
import type { PlatformServers, Pod } from "./platform-servers.ts";

export interface LogRequest {
  readonly cluster: Cluster;
  readonly follow: boolean;
  /** Only the last lines of each Pod. */
  readonly tail?: number | undefined;
  /** Receives each line. */
  readonly line: (text: string) => void;
  /** Ends the logs. */
  readonly signal: AbortSignal;
}

export interface ServerLogRequest extends LogRequest {
  readonly servers: PlatformServers;
  readonly name: string;
  readonly namespace: string;
}

/** Interval between searches for new Pods while following. */
const pollMs = 2_000;

/**
 * Reads until the logs end, or with `follow` until the signal. Pods that are created later are followed too. Rejects with
 * `cluster-failed`.
 */
export async function serverLogs(request: ServerLogRequest): Promise<void> {
  const { servers, name, namespace } = request;
  await servers.get(name, namespace);
  const ended = new AbortController();
  try {
    const signal = AbortSignal.any([request.signal, ended.signal]);
    await podLogs(() => servers.pods(name, namespace), { ...request, signal });
  } finally {
    ended.abort();
  }
}

async function podLogs(podsNow: () => Promise<readonly Pod[]>, request: LogRequest): Promise<void> {
  const { follow, signal } = request;
  const followed = new Map<string, Promise<void>>();
  const failed = new AbortController();
  let failure: unknown;
  for (;;) {
    const pods = await podsNow();
    for (const pod of pods.filter(isStarted)) {
      const key = lifeOf(pod);
      if (followed.has(key)) continue;
      const line = (text: string) => request.line(`[${pod.metadata.name}] ${text}`);
      const log = podLog(pod, { ...request, line }).catch((error: unknown) => {
        failure ??= error;
        failed.abort();
      });
      followed.set(key, log);
    }
    if (!follow) break;
    await pause(pollMs, AbortSignal.any([signal, failed.signal]));
    if (signal.aborted || failure !== undefined) break;
  }
  if (failure === undefined) await Promise.all(followed.values());
  if (failure !== undefined) throw failure;
}

/** A restarted container has a log of its own. */
function lifeOf({ metadata, status }: Pod): string {
  return `${metadata.uid} ${status?.containerStatuses?.[0]?.restartCount ?? 0}`;
}

function isStarted({ status }: Pod): boolean {
  return status?.phase !== "Pending";
}

async function podLog(
  { metadata: { name, namespace } }: Pod,
  { cluster, follow, tail, line, signal }: LogRequest,
): Promise<void> {
  try {
    const path = `/api/v1/namespaces/${namespace}/pods/${name}/log`;
    const stream = await cluster.objects.requests.stream(path, {
      query: { follow, tailLines: tail },
      signal,
    });
    for await (const text of createInterface(stream)) line(text);
  } catch (error) {
    // A deleted Pod has no more log.
    if (signal.aborted || httpStatusOf(error) === 404) return;
    throw new GatewayError("cluster-failed", clusterErrorText(error, cluster.server), { cause: error });
  }
}

/** Waits. An aborted signal ends the wait early, without an error. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await setTimeout(ms, undefined, { signal }).catch(() => undefined);
}
