/** An `MCPServer` of the cluster: its type and its defaults (platform.md, *CRD spec*). Pure. */

import type { ClusterObject } from "../../kube/objects.ts";
import type { PlatformServer } from "../../metadata/generated/metadata-types.ts";
import { serverDefaults } from "../../metadata/generated/server-defaults.ts";

export interface McpServerSpec extends Omit<PlatformServer, "name" | "route" | "namespace"> {
  readonly image: string;
  readonly ingressPath?: string;
}

export interface Condition {
  readonly type: string;
  readonly status: "True" | "False" | "Unknown";
  readonly reason: string;
  readonly message: string;
  /** ISO 8601. */
  readonly lastTransitionTime: string;
  readonly observedGeneration?: number;
}

export type Phase = "Pending" | "PartiallyReady" | "Ready" | "Error";

export interface McpServerStatus {
  readonly phase: Phase;
  /** The reason as a sentence. */
  readonly message: string;
  readonly observedGeneration?: number;
  readonly conditions: readonly Condition[];
  readonly deploymentReady: boolean;
  readonly serviceReady: boolean;
  readonly ingressReady: boolean;
}

export interface McpServer extends ClusterObject {
  readonly spec: McpServerSpec;
  readonly status?: McpServerStatus;
}

/** A spec with all its defaults filled in. */
export type CompleteSpec = McpServerSpec &
  Required<
    Pick<
      McpServerSpec,
      | "imageTag"
      | "port"
      | "servicePort"
      | "replicas"
      | "ingressPath"
      | "ingressClass"
      | "allowAnyHost"
      | "useProvisionedRegistry"
    >
  >;

/** The spec as the operator reads it. It is never written back. */
export function completeSpec({ metadata, spec }: McpServer): CompleteSpec {
  const { namespace: _, ...defaults } = serverDefaults;
  const given = Object.fromEntries(Object.entries(spec).filter(([, value]) => value !== undefined));
  const ingressPath = spec.ingressPath ?? defaultPath(metadata.name);
  return { ...defaults, ...(given as unknown as McpServerSpec), ingressPath: withSlash(ingressPath) };
}

export function defaultPath(name: string): string {
  return `/${name}/mcp`;
}

/** A path with its leading `/`. */
export function withSlash(path: string): string {
  return path.startsWith("/") ? path : `/${path}`;
}
