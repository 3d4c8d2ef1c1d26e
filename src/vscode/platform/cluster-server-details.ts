/** Details of a cluster's server, and its address. Pure. */

import { withTag } from "../../metadata/image-reference.ts";
import type { Pod } from "../../platform/operator/observed-state.ts";
import { completeSpec, type McpServer } from "../../platform/resource/mcp-server.ts";
import { isPodReady, podsOf } from "./platform-presentation.ts";

export interface ClusterServerDetails {
  readonly name: string;
  readonly namespace: string;
  readonly phase: string;
  /** The message of the operator. */
  readonly reason: string;
  readonly image: string;
  readonly route: string;
  readonly replicas: { readonly ready: number; readonly wanted: number };
}

export function clusterServerDetails(server: McpServer, pods: readonly Pod[]): ClusterServerDetails {
  const { image, imageTag, replicas } = completeSpec(server);
  const { name, namespace = "default" } = server.metadata;
  return {
    name,
    namespace,
    phase: server.status?.phase ?? "Pending",
    reason: server.status?.message ?? "",
    image: withTag(image, imageTag),
    route: urlOf(server),
    replicas: { ready: podsOf(server, pods).filter(isPodReady).length, wanted: replicas },
  };
}

/** The public URL. For a server without a host, the URL of its Service inside the cluster. */
export function urlOf(server: McpServer): string {
  const { ingressHost, ingressPath, servicePort } = completeSpec(server);
  if (ingressHost) return `http://${ingressHost}${ingressPath}`;
  const { name, namespace = "default" } = server.metadata;
  const port = servicePort === 80 ? "" : `:${servicePort}`;
  return `http://${name}.${namespace}.svc.cluster.local${port}${ingressPath}`;
}
