/** Takes a registry of the user's into the platform's use (platform.md, *CLI*, `registry provision`). */

import type { Cluster } from "../../kube/cluster.ts";
import { platformErrorText } from "../cluster-error-text.ts";
import { fieldManagers, namespaces } from "../identity.ts";
import { namespaceManifest } from "../namespace-manifest.ts";
import { type ProvisionedRegistry, type RegistryFlags, requiredRegistry } from "./registry-settings.ts";
import { restartOperator } from "./restart-operator.ts";
import { savedRegistry, saveRegistry } from "./saved-registry.ts";

/**
 * Saves what is said, the first saying first, with what is known of the same registry already. Resolves with what is saved
 * now; rejects with `cluster-failed`, and with the contract's words where nobody names a registry.
 */
export async function provisionRegistry(
  cluster: Cluster,
  ...said: readonly RegistryFlags[]
): Promise<ProvisionedRegistry> {
  const registry = requiredRegistry(...said, (await savedRegistry(cluster))?.registry);
  const namespace = namespaceManifest(namespaces.operator);
  await platformErrorText(
    cluster,
    cluster.objects.apply(namespace, { manager: fieldManagers.cli, force: true }),
  );
  await restartOperator(cluster, await saveRegistry(cluster, registry));
  return registry;
}
