/** The operator reads the provisioned registry when it starts: with other credentials it starts anew. */

import type { Cluster } from "../../kube/cluster.ts";
import { platformErrorText } from "../cluster-error-text.ts";
import { fieldManagers, namespaces, operatorContainer, operatorName } from "../identity.ts";
import { registryVersionVariable } from "../operator/settings.ts";
import { findDeployment } from "../rollout.ts";

/** `registryVersion`: of the saved registry. Nothing happens where there is no operator yet. Rejects with `cluster-failed`. */
export async function restartOperator(cluster: Cluster, registryVersion: string): Promise<void> {
  const ref = { name: operatorName, namespace: namespaces.operator };
  if (!(await findDeployment(cluster, ref))) return;
  const env = [{ name: registryVersionVariable, value: registryVersion }];
  const spec = { template: { spec: { containers: [{ name: operatorContainer, env }] } } };
  const deployment = { apiVersion: "apps/v1", kind: "Deployment", metadata: ref, spec };
  // A manager of its own: applied by that of `setup`, all that is not said here would go.
  const manager = `${fieldManagers.cli}-registry`;
  await platformErrorText(cluster, cluster.objects.apply(deployment, { manager, force: true }));
}
