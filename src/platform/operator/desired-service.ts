/** The Service of an MCPServer (platform.md, *CRD spec → operator*). Pure. */

import type { ClusterObject } from "../../kube/objects.ts";
import { completeSpec, type McpServer } from "../resource/mcp-server.ts";
import { controllerOf, labelsOf } from "./owner.ts";

export const portName = "http";

export function desiredService(server: McpServer): ClusterObject & { readonly spec: unknown } {
  const { servicePort } = completeSpec(server);
  const { name, namespace = "default" } = server.metadata;
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace, labels: labelsOf(server), ownerReferences: [controllerOf(server)] },
    spec: {
      type: "ClusterIP",
      selector: labelsOf(server),
      // By name: during a rollout to another port, each Pod is reached at its own port.
      ports: [{ name: portName, port: servicePort, protocol: "TCP", targetPort: portName }],
    },
  };
}
