/** What the platform needs in a cluster before anything runs: its namespaces and its definition. Pure. */

import type { Manifest } from "../../kube/objects.ts";
import { managedByLabel, namespaces } from "../identity.ts";
import { mcpServerDefinition } from "../resource/crd.ts";

export function baseManifests(group: string): Manifest[] {
  const { operator, servers, registry } = namespaces;
  return [...[operator, servers, registry].map(namespaceManifest), mcpServerDefinition(group)];
}

export function namespaceManifest(name: string): Manifest {
  return { apiVersion: "v1", kind: "Namespace", metadata: { name, labels: managedByLabel } };
}
