/** The cluster and the servers that a command uses. */

import { homedir } from "node:os";
import { type Cluster, openCluster } from "../../kube/cluster.ts";
import { apiGroup } from "../../platform/identity.ts";
import { PlatformServers } from "../../platform/servers/platform-servers.ts";
import type { ClusterSelection } from "./cluster-watcher.ts";

export interface Platform {
  readonly cluster: Cluster;
  readonly servers: PlatformServers;
  readonly group: string;
}

/** Does not contact the cluster. Rejects with `start-failed` if the kubeconfig does not have such a cluster. */
export async function openPlatform(choice: ClusterSelection): Promise<Platform> {
  const group = apiGroup(process.env);
  const cluster = await openCluster(choice, homedir());
  return { cluster, servers: new PlatformServers(cluster, group), group };
}
