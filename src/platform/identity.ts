/** The names of the platform's objects in a cluster (platform.md, *Identity*). */

import type { Env } from "./env.ts";

export const defaultGroup = "mcp.agent-hellboy.io";
export const version = "v1alpha1";
export const kind = "MCPServer";
export const plural = "mcpservers";

export const namespaces = {
  operator: "mcp-runtime",
  servers: "mcp-servers",
  registry: "registry",
  ingress: "traefik",
} as const;

export const operatorName = "mcp-runtime-operator-controller-manager";
export const operatorContainer = "manager";
export const leaseName = "mcp-runtime-operator.agent-hellboy.io";
export const registryName = "registry";
/** Port at which the registry accepts images. It is part of the names of the platform's images. */
export const registryPort = 5000;
/** Ports of the registry by purpose; `pull` is read-only. */
export const registryPorts = { push: registryPort, pull: 5001 } as const;
/** The platform's own registry, as seen from the Pods of the cluster. */
export const internalRegistry = `${registryName}.${namespaces.registry}.svc.cluster.local:${registryPort}`;
/** Field managers of server-side apply: the operator, and users of the command line. */
export const fieldManagers = { operator: "mcp-runtime-operator", cli: "mcp-runtime" } as const;
export const managedByLabel = { "app.kubernetes.io/managed-by": "mcp-runtime" } as const;

/** The API group of the MCPServers: `MCP_API_GROUP`, or the default. */
export function apiGroup(env: Env): string {
  return env["MCP_API_GROUP"] || defaultGroup;
}

export function apiVersion(group: string): string {
  return `${group}/${version}`;
}

/** Secret with URL, user name and password of the provisioned registry. They are in no other place. */
export const registrySecretName = "mcp-runtime-registry";
/** Label of a Pod that pushes an image from within the cluster. */
export const helperLabel = "mcp-runtime/push-helper";
/** Secret in the operator's namespace with both logins of the platform's own registry. */
export const ownRegistrySecretName = "mcp-runtime-own-registry";
/** Secret with which Pods of the operator's namespace pull from the platform's own registry. */
export const ownPullSecretName = "mcp-runtime-own-registry-pull";
/** Secret in the registry's namespace with the hashes that it checks logins against. */
export const registryLoginsSecretName = "registry-logins";
/** Annotation of Pods: the version of the registry's logins they were created with. */
export const registryLoginsAnnotation = "mcp-runtime/registry-logins";
/** Secret with which the operator's own image is pulled. */
export const operatorPullSecretName = "mcp-runtime-registry-pull";
/** The operator's image on the nodes, if no other one is configured. */
export const defaultOperatorImage = "mcp-runtime-operator:latest";
