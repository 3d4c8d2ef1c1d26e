/**
 * Restarts the operator after a change of the provisioned registry, because it reads the credentials only at its start.
 */

import type { Cluster } from "../../kube/cluster.ts";
import { withClusterErrors } from "../cluster-error-text.ts";
import { fieldManagers, namespaces, operatorContainer, operatorName } from "../identity.ts";
import { registryVersionVariable } from "../operator/settings.ts";
import { findDeployment } from "../rollout.ts";

/**
 * `registryVersion`: version of the saved registry. Does nothing when there is no operator yet. Rejects with
 * `cluster-failed`.
 */
export async function restartOperator(cluster: Cluster, registryVersion: string): Promise<void> {
  const ref = { name: operatorName, namespace: namespaces.operator };
  if (!(await findDeployment(cluster, ref))) return;
  const env = [{ name: registryVersionVariable, value: registryVersion }];
  const spec = { template: { spec: { containers: [{ name: operatorContainer, env }] } } };
  const deployment = { apiVersion: "apps/v1", kind: "Deployment", metadata: ref, spec };
  // A separate field manager. With the manager of `setup`, apply would remove all fields that are missing here.
  const manager = `${fieldManagers.cli}-registry`;
  await withClusterErrors(cluster, cluster.objects.apply(deployment, { manager, force: true }));
}
