/** What the platform needs in a cluster before anything runs: its namespaces, who may reach what is in them, and its definition. Pure. */

import type { Manifest } from "../../kube/objects.ts";
import { namespaces } from "../identity.ts";
import { namespaceManifest, type PodSecurity } from "../namespace-manifest.ts";
import { mcpServerDefinition } from "../resource/crd.ts";
import { operatorPolicies, registryPolicies, serverPolicies } from "./network-policies.ts";

/** `serversSecurity`: what is enforced where the servers are; unset: `podSecurityOf` decides. */
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
