/** The cluster a command works on, and its servers. */

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

/** Asks nobody yet. Rejects with `start-failed` where there is no such cluster in the kubeconfig. */
export async function openPlatform(choice: ClusterSelection): Promise<Platform> {
  const group = apiGroup(process.env);
  const cluster = await openCluster(choice, homedir());
  return { cluster, servers: new PlatformServers(cluster, group), group };
}
