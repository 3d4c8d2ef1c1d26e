/** The objects of an MCPServer in the cluster, with the fields that the operator reads. Pure. */

import type { V1Pod } from "@kubernetes/client-node";
import type { ClusterObject } from "../../kube/objects.ts";

interface DeploymentCondition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

export interface Deployment extends ClusterObject {
  readonly spec?: { readonly replicas?: number };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly replicas?: number;
    readonly updatedReplicas?: number;
    readonly availableReplicas?: number;
    readonly conditions?: readonly DeploymentCondition[];
  };
}

export interface Service extends ClusterObject {
  readonly spec?: { readonly clusterIP?: string };
}

export interface Ingress extends ClusterObject {
  readonly status?: {
    readonly loadBalancer?: {
      readonly ingress?: readonly { readonly ip?: string; readonly hostname?: string }[];
    };
  };
}

export interface Pod extends ClusterObject {
  readonly spec?: V1Pod["spec"];
  /** Its times are texts, which the operator does not read. */
  readonly status?: V1Pod["status"];
}

export interface ObservedState {
  readonly deployment: Deployment | undefined;
  readonly service: Service | undefined;
  readonly ingress: Ingress | undefined;
  readonly pods: readonly Pod[];
}
