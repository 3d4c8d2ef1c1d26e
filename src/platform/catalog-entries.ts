/** Converts the servers of a cluster to entries of a catalog (platform.md, *CLI*, `catalog`). Pure. */

import type { Entry } from "../catalog/entry.ts";
import { validateCatalog } from "../catalog/generated/validate.js";
import type { ClusterChoice } from "../kube/cluster.ts";
import { completeSpec, type McpServer } from "./resource/mcp-server.ts";

export interface EntryOptions extends ClusterChoice {
  /** Uses the public host of a server, if it has one; otherwise the cluster. */
  readonly byIngress?: boolean;
}

/** One entry for each server, with its name as the id. A name in two namespaces gets the namespace as a prefix. */
export function catalogEntries(servers: readonly McpServer[], options: EntryOptions = {}): Entry[] {
  const names = servers.map(({ metadata }) => metadata.name);
  const ids = new Set(names.filter((name) => names.indexOf(name) === names.lastIndexOf(name)));
  return servers.map((server) => {
    const { name, namespace = "default" } = server.metadata;
    const runtime = runtimeOf(server, namespace, options);
    // The name of a server may be one of the gateway's own paths.
    if (ids.has(name) && validateCatalog({ servers: [{ id: name, runtime }] })) return { id: name, runtime };
    const id = freeId(`${namespace}-${name}`, ids);
    ids.add(id);
    return { id, runtime };
  });
}

/** Another server may have the combined namespace and name of this one as its name. */
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
  // A wildcard host is not an address.
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
