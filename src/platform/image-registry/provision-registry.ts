/** Saves a registry of the user for the platform (platform.md, *CLI*, `registry provision`). */

import type { Cluster } from "../../kube/cluster.ts";
import { withClusterErrors } from "../cluster-error-text.ts";
import { fieldManagers, namespaces } from "../identity.ts";
import { namespaceManifest } from "../namespace-manifest.ts";
import { type ProvisionedRegistry, type RegistryFlags, requiredRegistry } from "./registry-settings.ts";
import { restartOperator } from "./restart-operator.ts";
import { savedRegistry, saveRegistry } from "./saved-registry.ts";

/**
 * Saves the settings. Earlier arguments win, and saved settings of the same registry fill the gaps. Resolves with the
 * saved settings. Rejects with `cluster-failed`, with the contract's message when no registry is named.
 */
export async function provisionRegistry(
  cluster: Cluster,
  ...flags: readonly RegistryFlags[]
): Promise<ProvisionedRegistry> {
  const registry = requiredRegistry(...flags, (await savedRegistry(cluster))?.registry);
  const namespace = namespaceManifest(namespaces.operator);
  await withClusterErrors(
    cluster,
    cluster.objects.apply(namespace, { manager: fieldManagers.cli, force: true }),
  );
  await restartOperator(cluster, await saveRegistry(cluster, registry));
  return registry;
}
