/** What a cluster refused, as an expected failure in the cluster's own words. */

import { GatewayError } from "../base/errors.ts";
import type { Cluster } from "../kube/cluster.ts";
import { clusterErrorText } from "../kube/cluster-errors.ts";

/** The answer; rejects with `cluster-failed` where there is none. `what`: what was tried, before the words. */
export async function platformErrorText<T>(
  { server }: Cluster,
  answer: Promise<T>,
  what?: string,
): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    const words = clusterErrorText(error, server);
    throw new GatewayError("cluster-failed", what === undefined ? words : `${what}: ${words}`, {
      cause: error,
    });
  }
}
