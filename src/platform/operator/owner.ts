/** The owner of an object in the cluster. When the owning MCPServer is deleted, the object is deleted with it. Pure. */

import type { ClusterObject, OwnerReference } from "../../kube/objects.ts";
import { apiVersion, kind, managedByLabel } from "../identity.ts";
import type { McpServer } from "../resource/mcp-server.ts";

/** The label that names the MCPServer. */
export const appLabel = "app";

export function labelsOf(server: McpServer): Record<string, string> {
  return { [appLabel]: server.metadata.name, ...managedByLabel };
}

export function ownerOf({ apiVersion, kind, metadata: { name, uid = "" } }: McpServer): OwnerReference {
  return { apiVersion, kind, name, uid };
}

/** The only owner that controls the object. */
export function controllerOf(server: McpServer): OwnerReference {
  return { ...ownerOf(server), controller: true };
}

/**
 * Names of the MCPServers that an object belongs to, from its owners. Pods have another owner in between, so they use
 * their label.
 */
export function serverNamesOf({ metadata }: ClusterObject, group: string): readonly string[] {
  const owners = (metadata.ownerReferences ?? []).filter(
    (owner) => owner.kind === kind && owner.apiVersion === apiVersion(group),
  );
  if (owners.length > 0) return owners.map(({ name }) => name);
  const app = metadata.labels?.[appLabel];
  return app === undefined ? [] : [app];
}

/** Whether the operator may write the object: the server owns it, or an earlier server of the same name owned it. */
export function mayWrite({ metadata }: ClusterObject, server: McpServer): boolean {
  const owners = metadata.ownerReferences ?? [];
  const { apiVersion, kind } = server;
  const isOwned = owners.some(
    (owner) => owner.apiVersion === apiVersion && owner.kind === kind && owner.name === server.metadata.name,
  );
  return isOwned || (isManaged({ metadata }) && !owners.some(({ controller }) => controller === true));
}

export function isManaged({ metadata }: Pick<ClusterObject, "metadata">): boolean {
  return Object.entries(managedByLabel).every(([key, value]) => metadata.labels?.[key] === value);
}
