/** Reads and writes the Lease in the cluster. Decides nothing. */

import type { ClusterObjects } from "../../kube/objects.ts";
import type { LeaseStore } from "./leader.ts";
import type { Lease } from "./lease.ts";

export function leaseStore(objects: ClusterObjects, namespace: string, name: string): LeaseStore {
  const ref = { apiVersion: "coordination.k8s.io/v1", kind: "Lease" } as const;
  return {
    read: () => objects.get<Lease>({ ...ref, name, namespace }),
    create: async (spec) => {
      await objects.create<Lease>({ ...ref, metadata: { name, namespace }, ...(spec && { spec }) });
    },
    replace: async (lease) => {
      await objects.replace(lease);
    },
  };
}
