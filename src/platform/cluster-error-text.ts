/** Turns an error of the cluster into an expected failure with the cluster's message. */

import { GatewayError } from "../base/errors.ts";
import type { Cluster } from "../kube/cluster.ts";
import { clusterErrorText } from "../kube/cluster-errors.ts";

/** Resolves with the answer. Rejects with `cluster-failed`. `what`: the failed action, placed before the message. */
export async function withClusterErrors<T>(
  { server }: Cluster,
  answer: Promise<T>,
  what?: string,
): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    const message = clusterErrorText(error, server);
    throw new GatewayError("cluster-failed", what === undefined ? message : `${what}: ${message}`, {
      cause: error,
    });
  }
}
