/** Finds the catalog entry of a cluster's server, or creates one. Pure. */

import type { Entry } from "../../catalog/entry.ts";
import type { ClusterChoice } from "../../kube/cluster.ts";
import { catalogEntries } from "../../platform/catalog-entries.ts";
import type { McpServer } from "../../platform/resource/mcp-server.ts";

export type CatalogLocation =
  | { readonly kind: "there"; readonly id: string }
  | { readonly kind: "new"; readonly entry: Entry };

/** `choice`: the cluster of the server, as the catalog would select it. */
export function locateCatalog(
  server: McpServer,
  entries: readonly Entry[],
  choice: ClusterChoice,
): CatalogLocation {
  const [made] = catalogEntries([server], choice);
  if (!made) throw new Error("no entry for the server");
  const known = entries.find(({ runtime }) => isSame(runtime, made.runtime));
  if (known) return { kind: "there", id: known.id };
  const taken = new Set(entries.map(({ id }) => id));
  return { kind: "new", entry: { ...made, id: freeId(made.id, server.metadata.namespace ?? "", taken) } };
}

type Runtime = Entry["runtime"];

/** Ignores fields that do not identify the Service. */
function isSame(a: Runtime, b: Runtime): boolean {
  if (a.type !== "k8s-service" || b.type !== "k8s-service") return false;
  const keys = ["namespace", "service_name", "kubeconfig", "context"] as const;
  return keys.every((key) => a[key] === b[key]);
}

function freeId(id: string, namespace: string, taken: ReadonlySet<string>): string {
  if (!taken.has(id)) return id;
  const long = `${namespace}-${id}`.slice(0, 60).replace(/-+$/, "");
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? long : `${long}-${number}`;
    if (!taken.has(candidate)) return candidate;
  }
}
