/** The least an operator has to be allowed in a cluster (RBAC). Pure. */

import { leaseName, plural, registrySecretName } from "../identity.ts";
import type { OperatorSettings } from "./settings.ts";

export interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  readonly resourceNames?: readonly string[];
}

const seen = ["list", "watch"];
/** To apply is to patch, and to create what is not there; one without the label of ours is not seen, and asked for by name. */
const applied = ["get", ...seen, "create", "patch"];

/** In all namespaces. Of Secrets it reads the one it writes. */
export function clusterRules({
  group,
  pullSecretName,
}: Pick<OperatorSettings, "group" | "pullSecretName">): readonly Rule[] {
  return [
    { apiGroups: [group], resources: [plural], verbs: seen },
    { apiGroups: [group], resources: [`${plural}/status`], verbs: ["patch"] },
    { apiGroups: ["apps"], resources: ["deployments"], verbs: applied },
    { apiGroups: [""], resources: ["services"], verbs: applied },
    { apiGroups: ["networking.k8s.io"], resources: ["ingresses"], verbs: [...applied, "delete"] },
    { apiGroups: [""], resources: ["pods"], verbs: ["list", "watch"] },
    { apiGroups: [""], resources: ["events"], verbs: ["create"] },
    { apiGroups: [""], resources: ["secrets"], verbs: ["create"] },
    {
      apiGroups: [""],
      resources: ["secrets"],
      verbs: [...seen, "patch", "delete"],
      resourceNames: [pullSecretName],
    },
  ];
}

/** In the operator's own namespace: the Lease, and the registry where a node gave what was before. */
export function ownRules(): readonly Rule[] {
  const leases = { apiGroups: ["coordination.k8s.io"], resources: ["leases"] };
  return [
    // What is created has no name yet that a rule could know.
    { ...leases, verbs: ["create"] },
    { ...leases, verbs: ["get", "update"], resourceNames: [leaseName] },
    { apiGroups: [""], resources: ["secrets"], verbs: ["get"], resourceNames: [registrySecretName] },
  ];
}
