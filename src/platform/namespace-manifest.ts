/** The namespaces of the platform, with what their Pods may do (Pod Security Standards). Pure. */

import type { Manifest } from "../kube/objects.ts";
import { managedByLabel, namespaces } from "./identity.ts";

export type PodSecurity = "restricted" | "baseline";

/** By this label NetworkPolicies name a namespace. Clusters from 1.21 on set it themselves, and to nothing else. */
export const namespaceNameLabel = "kubernetes.io/metadata.name";

/**
 * The standard as this version has it is enforced, so that an upgrade of the cluster refuses no Pod that ran before. A
 * cluster that is older enforces the newest one it knows.
 */
const enforcedVersion = "v1.36";

/** On a namespace: what is refused there. */
export const enforceLabel = "pod-security.kubernetes.io/enforce";

/** Servers may have images that run as root only, which `restricted` refuses; all other Pods are the platform's own. */
export function podSecurityOf(namespace: string): PodSecurity {
  return namespace === namespaces.servers ? "baseline" : "restricted";
}

/** `level`: what is enforced, where it is not the one of the namespace. */
export function namespaceManifest(name: string, level = podSecurityOf(name)): Manifest {
  const labels = { ...managedByLabel, [namespaceNameLabel]: name, ...podSecurityLabels(level) };
  return { apiVersion: "v1", kind: "Namespace", metadata: { name, labels } };
}

/** What is not refused but could be stricter is warned of and written to the audit log. */
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
