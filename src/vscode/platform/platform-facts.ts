/** What there is to know of a server of the cluster beside its row, and where it is reached. Pure. */

import { withTag } from "../../metadata/image-reference.ts";
import type { Pod } from "../../platform/operator/observed-state.ts";
import { completeSpec, type McpServer } from "../../platform/resource/mcp-server.ts";
import { isPodReady, podsOf } from "./platform-presentation.ts";

export interface PlatformFacts {
  readonly name: string;
  readonly namespace: string;
  readonly phase: string;
  /** What the operator says of it. */
  readonly reason: string;
  readonly image: string;
  readonly route: string;
  readonly replicas: { readonly ready: number; readonly wanted: number };
}

export function factsOf(server: McpServer, pods: readonly Pod[]): PlatformFacts {
  const { image, imageTag, replicas } = completeSpec(server);
  const { name, namespace = "default" } = server.metadata;
  return {
    name,
    namespace,
    phase: server.status?.phase ?? "Pending",
    reason: server.status?.message ?? "",
    image: withTag(image, imageTag),
    route: routeOf(server),
    replicas: { ready: podsOf(server, pods).filter(isPodReady).length, wanted: replicas },
  };
}

/** Its public URL; of one without a host, that of its Service inside the cluster. */
export function routeOf(server: McpServer): string {
  const { ingressHost, ingressPath, servicePort } = completeSpec(server);
  if (ingressHost) return `http://${ingressHost}${ingressPath}`;
  const { name, namespace = "default" } = server.metadata;
  const port = servicePort === 80 ? "" : `:${servicePort}`;
  return `http://${name}.${namespace}.svc.cluster.local${port}${ingressPath}`;
}
