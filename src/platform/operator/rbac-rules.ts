/** The minimum permissions of an operator in a cluster (RBAC). Pure. */

import { leaseName, plural, registrySecretName } from "../identity.ts";
import type { OperatorSettings } from "./settings.ts";

export interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  readonly resourceNames?: readonly string[];
}

const seen = ["list", "watch"];
/**
 * Apply needs patch, and create for a new object. An object without the platform's label is not in a watch and is read
 * by name.
 */
const applied = ["get", ...seen, "create", "patch"];

/** For all namespaces. The only Secret that it reads is the one it writes. */
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

/**
 * The operator's own namespace: the Lease, and the registry's Secret, because a node may give the Pod an old version.
 */
export function ownRules(): readonly Rule[] {
  const leases = { apiGroups: ["coordination.k8s.io"], resources: ["leases"] };
  return [
    // A rule cannot restrict the name of a new object.
    { ...leases, verbs: ["create"] },
    { ...leases, verbs: ["get", "update"], resourceNames: [leaseName] },
    { apiGroups: [""], resources: ["secrets"], verbs: ["get"], resourceNames: [registrySecretName] },
  ];
}
