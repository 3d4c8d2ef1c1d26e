/** Errors that prevent listing the servers of a cluster, grouped by what the user can do. Pure. */

import { GatewayError } from "../../base/errors.ts";
import { noCluster } from "../../kube/cluster.ts";
import { clusterErrorText, httpStatusOf } from "../../kube/cluster-errors.ts";

export type PlatformErrorKind =
  /** No cluster is configured. */
  | "no-cluster"
  /** The kubeconfig, or its context, is not valid. */
  | "kubeconfig"
  | "unreachable"
  | "credentials"
  | "forbidden"
  /** The cluster does not have the MCPServer resource. */
  | "not-installed"
  | "other";

export interface PlatformError {
  readonly kind: PlatformErrorKind;
  /** The whole message, in one sentence. */
  readonly words: string;
}

/** `server`: the address of the cluster, if known. */
export function platformErrorOf(error: unknown, server: string): PlatformError {
  return { kind: kindOf(error), words: clusterErrorText(error, server) };
}

function kindOf(error: unknown): PlatformErrorKind {
  if (error instanceof GatewayError) {
    if (error.message === noCluster) return "no-cluster";
    return error.code === "cluster-failed" ? "not-installed" : "kubeconfig";
  }
  const status = httpStatusOf(error);
  if (status === undefined) return "unreachable";
  if (status === 401) return "credentials";
  return status === 403 ? "forbidden" : "other";
}
