/** The logs of a server's Pods as one stream of lines, each with the name of its Pod (platform.md, *CLI*). */

import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";
import { GatewayError } from "../../base/errors.ts";
import type { Cluster } from "../../kube/cluster.ts";
import { clusterErrorText, httpStatusOf } from "../../kube/cluster-errors.ts";
import type { PlatformServers, Pod } from "./platform-servers.ts";

export interface LogOptions {
  readonly follow: boolean;
  /** Only the last lines of each Pod. */
  readonly tail?: number | undefined;
}

/** Interval at which new Pods are searched while following. */
const pollMs = 2_000;

/**
 * Calls `line` for each line, until the logs end, or with `follow` until the signal. Pods that are created later are
 * followed too. Rejects with `cluster-failed`.
 */
export async function serverLogs(
  cluster: Cluster,
  servers: PlatformServers,
  name: string,
  namespace: string,
  options: LogOptions,
  line: (text: string) => void,
  signal: AbortSignal,
): Promise<void> {
  await servers.get(name, namespace);
  const ended = new AbortController();
  try {
    const until = AbortSignal.any([signal, ended.signal]);
    await podLogs(cluster, () => servers.pods(name, namespace), options, line, until);
  } finally {
    ended.abort();
  }
}

async function podLogs(
  cluster: Cluster,
  podsNow: () => Promise<readonly Pod[]>,
  options: LogOptions,
  line: (text: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const followed = new Map<string, Promise<void>>();
  const failed = new AbortController();
  let failure: unknown;
  for (;;) {
    const pods = await podsNow();
    for (const pod of pods.filter(isStarted)) {
      const key = lifeOf(pod);
      if (followed.has(key)) continue;
      const withName = (text: string) => line(`[${pod.metadata.name}] ${text}`);
      const log = podLog(cluster, pod, options, withName, signal).catch((error: unknown) => {
        failure ??= error;
        failed.abort();
      });
      followed.set(key, log);
    }
    if (!options.follow) break;
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
  cluster: Cluster,
  { metadata: { name, namespace } }: Pod,
  { follow, tail }: LogOptions,
  line: (text: string) => void,
  signal: AbortSignal,
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

/** Ends early with the signal, without an error. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await setTimeout(ms, undefined, { signal }).catch(() => undefined);
}
