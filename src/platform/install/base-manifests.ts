/** What the platform needs in a cluster before anything runs: its namespaces, who may reach what is in them, and its definition. Pure. */

import type { Manifest } from "../../kube/objects.ts";
import { namespaces } from "../identity.ts";
import { namespaceManifest } from "../namespace-manifest.ts";
import { mcpServerDefinition } from "../resource/crd.ts";
import { operatorPolicies, registryPolicies, serverPolicies } from "./network-policies.ts";

export function baseManifests(group: string): Manifest[] {
  const { operator, servers, registry } = namespaces;
  return [
    ...[operator, servers, registry].map(namespaceManifest),
    ...operatorPolicies(),
    ...serverPolicies(),
    ...registryPolicies(),
    mcpServerDefinition(group),
  ];
}
