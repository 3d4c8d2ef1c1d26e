/** What keeps the servers of a cluster from being listed, by what a person can do about it. Pure. */

import { GatewayError } from "../../base/errors.ts";
import { noCluster } from "../../kube/cluster.ts";
import { clusterWords, statusOf } from "../../kube/cluster-trouble.ts";

export type TroubleKind =
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

export interface Trouble {
  readonly kind: TroubleKind;
  /** The whole of it, in one sentence. */
  readonly words: string;
}

/** `server`: where the cluster is, as far as that is known. */
export function troubleOf(error: unknown, server: string): Trouble {
  return { kind: kindOf(error), words: clusterWords(error, server) };
}

function kindOf(error: unknown): TroubleKind {
  if (error instanceof GatewayError) {
    if (error.message === noCluster) return "no-cluster";
    return error.code === "cluster-failed" ? "not-installed" : "kubeconfig";
  }
  const status = statusOf(error);
  if (status === undefined) return "unreachable";
  if (status === 401) return "credentials";
  return status === 403 ? "forbidden" : "other";
}
