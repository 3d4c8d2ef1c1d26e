/** What keeps the servers of a cluster from being listed, by what a person can do about it. Pure. */

import { GatewayError } from "../../base/errors.ts";
import { noCluster } from "../../kube/cluster.ts";
import { clusterErrorText, statusOf } from "../../kube/cluster-errors.ts";

export type PlatformErrorKind =
  /** Nothing names a cluster. */
  | "no-cluster"
  /** The kubeconfig, or the context in it, is wrong. */
  | "kubeconfig"
  | "unreachable"
  | "credentials"
  | "forbidden"
  /** The cluster knows no MCPServers. */
  | "not-installed"
  | "other";

export interface PlatformError {
  readonly kind: PlatformErrorKind;
  /** The whole of it, in one sentence. */
  readonly words: string;
}

/** `server`: where the cluster is, as far as that is known. */
export function platformErrorOf(error: unknown, server: string): PlatformError {
  return { kind: kindOf(error), words: clusterErrorText(error, server) };
}

function kindOf(error: unknown): PlatformErrorKind {
  if (error instanceof GatewayError) {
    if (error.message === noCluster) return "no-cluster";
    return error.code === "cluster-failed" ? "not-installed" : "kubeconfig";
  }
  const status = statusOf(error);
  if (status === undefined) return "unreachable";
  if (status === 401) return "credentials";
  return status === 403 ? "forbidden" : "other";
}
