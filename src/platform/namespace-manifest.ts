/** Manifests of the platform's namespaces, with their Pod Security levels. Pure. */

import type { Manifest } from "../kube/objects.ts";
import { managedByLabel, namespaces } from "./identity.ts";

export type PodSecurity = "restricted" | "baseline";

/** Label by which network policies select a namespace. Kubernetes 1.21 and newer set it and accept no other value. */
export const namespaceNameLabel = "kubernetes.io/metadata.name";

/**
 * Version of the standard that is enforced. It is fixed, so that an upgrade of the cluster does not refuse Pods that ran
 * before. An older cluster enforces the newest version it knows.
 */
const enforcedVersion = "v1.36";

/** Label of a namespace: the level below which Pods are refused. */
export const enforceLabel = "pod-security.kubernetes.io/enforce";

/** Images of servers may need root, which `restricted` refuses. All other Pods are the platform's own and do not. */
export function podSecurityOf(namespace: string): PodSecurity {
  return namespace === namespaces.servers ? "baseline" : "restricted";
}

/** `level`: overrides `podSecurityOf`. */
export function namespaceManifest(name: string, level = podSecurityOf(name)): Manifest {
  const labels = { ...managedByLabel, [namespaceNameLabel]: name, ...podSecurityLabels(level) };
  return { apiVersion: "v1", kind: "Namespace", metadata: { name, labels } };
}

/** A Pod that is admitted but does not meet `restricted` causes a warning and an entry in the audit log. */
function podSecurityLabels(level: PodSecurity): Record<string, string> {
  const label = (mode: string) => `pod-security.kubernetes.io/${mode}`;
  return {
    [enforceLabel]: level,
    [label("enforce-version")]: enforcedVersion,
    [label("warn")]: "restricted",
    [label("warn-version")]: "latest",
    [label("audit")]: "restricted",
    [label("audit-version")]: "latest",
  };
}
