/** Whose an object of the cluster is: the MCPServer that owns it goes, and it goes with it. Pure. */

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

/** The only owner that decides over it. */
export function controllerOf(server: McpServer): OwnerReference {
  return { ...ownerOf(server), controller: true };
}

/** Name of the MCPServer an object belongs to, by who owns it; Pods have another owner between and say it by their label. */
export function serverNamesOf({ metadata }: ClusterObject, group: string): readonly string[] {
  const owners = (metadata.ownerReferences ?? []).filter(
    (owner) => owner.kind === kind && owner.apiVersion === apiVersion(group),
  );
  if (owners.length > 0) return owners.map(({ name }) => name);
  const app = metadata.labels?.[appLabel];
  return app === undefined ? [] : [app];
}

/** Whether the operator may write it: it is owned by the server, or made for one of its name that went before. */
export function isOurs({ metadata }: ClusterObject, server: McpServer): boolean {
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
