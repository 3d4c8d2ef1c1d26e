/** MCPServers and the objects that a cluster holds for them, for tests. */

import type { ObservedState, Pod } from "../../../../src/platform/operator/observed-state.ts";
import type { McpServer, McpServerSpec } from "../../../../src/platform/resource/mcp-server.ts";

export const group = "mcp.agent-hellboy.io";

export function mcpServer(spec: Partial<McpServerSpec> = {}, more: Partial<McpServer> = {}): McpServer {
  return {
    apiVersion: `${group}/v1alpha1`,
    kind: "MCPServer",
    metadata: { name: "notes", namespace: "team", uid: "uid-notes", generation: 3, resourceVersion: "10" },
    spec: { image: "registry.example.com/notes", ...spec },
    ...more,
  };
}

/** A Deployment with this number of ready Pods of the current version, and further fields of its status. */
export function deployment(
  available: number,
  replicas = 1,
  status: Partial<NonNullable<NonNullable<ObservedState["deployment"]>["status"]>> = {},
): NonNullable<ObservedState["deployment"]> {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "notes", namespace: "team", generation: 2 },
    spec: { replicas },
    status: {
      observedGeneration: 2,
      replicas,
      updatedReplicas: replicas,
      availableReplicas: available,
      ...status,
    },
  };
}

export const service: NonNullable<ObservedState["service"]> = {
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "notes", namespace: "team" },
  spec: { clusterIP: "10.96.0.9" },
};

export const ingress: NonNullable<ObservedState["ingress"]> = {
  apiVersion: "networking.k8s.io/v1",
  kind: "Ingress",
  metadata: { name: "notes", namespace: "team" },
};

/** A Pod whose container is in this state. */
export function pod(container: object, more: object = {}): Pod {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "notes-1", namespace: "team" },
    spec: { containers: [{ name: "server", image: "registry.example.com/notes:latest" }] },
    status: {
      containerStatuses: [
        { name: "server", ready: false, restartCount: 0, image: "", imageID: "", ...container },
      ],
      ...more,
    },
  };
}

export function waiting(reason: string, message = ""): Pod {
  return pod({ state: { waiting: { reason, message } } });
}
