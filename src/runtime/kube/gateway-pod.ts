/** The Pod the gateway itself runs in, as its manifest tells it: what the gateway makes beside it goes with it. Pure. */

import type { V1OwnerReference } from "@kubernetes/client-node";

export interface GatewayPod {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** From MCP_GATEWAY_POD_NAMESPACE, _NAME and _UID (deploy/gateway); `undefined` where it runs in none, or none says so. */
export function gatewayPod(env: Environment = process.env): GatewayPod | undefined {
  const [namespace, name, uid] = ["NAMESPACE", "NAME", "UID"].map((part) => env[`MCP_GATEWAY_POD_${part}`]);
  return namespace && name && uid ? { namespace, name, uid } : undefined;
}

/** Who owns what is made in a namespace: nobody may own things of another one. */
export function ownersIn(namespace: string, pod: GatewayPod | undefined): V1OwnerReference[] {
  if (pod?.namespace !== namespace) return [];
  return [{ apiVersion: "v1", kind: "Pod", name: pod.name, uid: pod.uid }];
}
