/**
 * The objects that the platform needs before anything runs: its namespaces, their network policies, and the CRD. Pure.
 */

import type { Manifest } from "../../kube/objects.ts";
import { namespaces } from "../identity.ts";
import { namespaceManifest, type PodSecurity } from "../namespace-manifest.ts";
import { mcpServerDefinition } from "../resource/crd.ts";
import { operatorPolicies, registryPolicies, serverPolicies } from "./network-policies.ts";

/** `serversSecurity`: enforced level in the servers' namespace. Unset: `podSecurityOf` decides. */
export function baseManifests(group: string, serversSecurity?: PodSecurity): Manifest[] {
  const { operator, servers, registry } = namespaces;
  return [
    namespaceManifest(operator),
    namespaceManifest(servers, serversSecurity),
    namespaceManifest(registry),
    ...operatorPolicies(),
    ...serverPolicies(),
    ...registryPolicies(),
    mcpServerDefinition(group),
  ];
}
