/** The servers of a cluster as entries of a catalog (platform.md, *CLI*, `catalog`). Pure. */

import type { Entry } from "../catalog/entry.ts";
import { validateCatalog } from "../catalog/generated/validate.js";
import type { ClusterChoice } from "../kube/cluster.ts";
import { completeSpec, type McpServer } from "./resource/mcp-server.ts";

export interface EntryOptions extends ClusterChoice {
  /** Reached by their public host, where they have one; else through the cluster. */
  readonly byIngress?: boolean;
}

/** One for each server, by its name; where two namespaces have it, with the namespace in front. */
export function catalogEntries(servers: readonly McpServer[], options: EntryOptions = {}): Entry[] {
  const names = servers.map(({ metadata }) => metadata.name);
  const ids = new Set(names.filter((name) => names.indexOf(name) === names.lastIndexOf(name)));
  return servers.map((server) => {
    const { name, namespace = "default" } = server.metadata;
    const runtime = runtimeOf(server, namespace, options);
    // A server may be called as one of the gateway's own paths.
    if (ids.has(name) && validateCatalog({ servers: [{ id: name, runtime }] })) return { id: name, runtime };
    const id = freeId(`${namespace}-${name}`, ids);
    ids.add(id);
    return { id, runtime };
  });
}

/** Another server may be called as namespace and name of this one together. */
function freeId(wanted: string, taken: ReadonlySet<string>): string {
  let id = wanted;
  for (let count = 2; taken.has(id); count++) id = `${wanted}-${count}`;
  return id;
}

function runtimeOf(
  server: McpServer,
  namespace: string,
  { byIngress, kubeconfig, context }: EntryOptions,
): Entry["runtime"] {
  const { ingressHost, ingressPath, servicePort } = completeSpec(server);
  // A host of a whole domain is no address.
  if (byIngress && ingressHost !== undefined && !ingressHost.startsWith("*."))
    return { type: "remote-sse", url: `http://${ingressHost}${ingressPath}` };
  return {
    type: "k8s-service",
    namespace,
    service_name: server.metadata.name,
    port: servicePort,
    path: ingressPath,
    ...(kubeconfig !== undefined && { kubeconfig }),
    ...(context !== undefined && { context }),
  };
}
