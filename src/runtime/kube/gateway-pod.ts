/**
 * The Pod that the gateway itself runs in, from its environment. Objects that the gateway creates in the same namespace
 * are deleted with it. Pure.
 */

import type { V1OwnerReference } from "@kubernetes/client-node";

export interface GatewayPod {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * From MCP_GATEWAY_POD_NAMESPACE, _NAME and _UID (deploy/gateway); `undefined` outside of a Pod, or if they are not
 * set.
 */
export function gatewayPod(env: Environment = process.env): GatewayPod | undefined {
  const [namespace, name, uid] = ["NAMESPACE", "NAME", "UID"].map((part) => env[`MCP_GATEWAY_POD_${part}`]);
  return namespace && name && uid ? { namespace, name, uid } : undefined;
}

/** Owner references for objects in a namespace. An owner must be in the same namespace. */
export function ownersIn(namespace: string, pod: GatewayPod | undefined): V1OwnerReference[] {
  if (pod?.namespace !== namespace) return [];
  return [{ apiVersion: "v1", kind: "Pod", name: pod.name, uid: pod.uid }];
}
