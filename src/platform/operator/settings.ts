/** Settings of the operator from its environment (platform.md, *CRD spec → operator*). Pure. */

import { withoutScheme } from "../../metadata/image-reference.ts";
import type { Env } from "../env.ts";
import { apiGroup } from "../identity.ts";

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** The registry of `mcp-runtime registry provision`, as nodes pull from it. */
export interface PullRegistry {
  /** A host with an optional path, without a scheme. */
  readonly url: string;
  readonly credentials?: Credentials;
}

export interface OperatorSettings {
  /** API group of the MCPServers. */
  readonly group: string;
  readonly defaultHost?: string;
  readonly registry?: PullRegistry;
  /**
   * Annotations of Ingresses that are allowed in addition to the built-in list. `*` at the end matches every longer
   * name.
   */
  readonly ingressAnnotations: readonly string[];
  /** Name of the pull Secret in each namespace that needs one. */
  readonly pullSecretName: string;
  /** Address at which nodes reach the platform's own registry, because they do not resolve the cluster's names. */
  readonly nodeRegistry?: string;
  /** The login of the nodes there. */
  readonly nodeCredentials?: Credentials;
}

/** Default name of the Secret with the password in each namespace of servers (platform.md, *CRD spec*). */
export const defaultPullSecret = "mcp-runtime-registry-creds";

/** Expected version of the provisioned registry. The operator restarts when it changes. */
export const registryVersionVariable = "MCP_REGISTRY_VERSION";

/** Whether the credentials have a version other than the expected one. */
export function hasStaleCredentials(env: Env): boolean {
  const wanted = env[registryVersionVariable];
  return Boolean(wanted) && wanted !== env["PROVISIONED_REGISTRY_VERSION"];
}

/** Annotations of Ingresses that are allowed in addition to the built-in list, separated by commas. */
export const ingressAnnotationsVariable = "MCP_INGRESS_ANNOTATIONS";
export const defaultHostVariable = "MCP_DEFAULT_INGRESS_HOST";
/** Password of the login `pull` at the platform's own registry. */
export const nodePasswordVariable = "MCP_NODE_REGISTRY_PASSWORD";
export const pullSecretVariable = "PROVISIONED_REGISTRY_SECRET_NAME";

export function operatorSettings(env: Env): OperatorSettings {
  const url = env["PROVISIONED_REGISTRY_URL"];
  const username = env["PROVISIONED_REGISTRY_USERNAME"];
  const password = env["PROVISIONED_REGISTRY_PASSWORD"];
  const defaultHost = env[defaultHostVariable];
  const nodeRegistry = env["MCP_NODE_REGISTRY"];
  const nodePassword = env[nodePasswordVariable];
  return {
    group: apiGroup(env),
    ingressAnnotations: (env[ingressAnnotationsVariable] ?? "").split(/[\s,]+/).filter((name) => name !== ""),
    pullSecretName: env[pullSecretVariable] || defaultPullSecret,
    ...(defaultHost && { defaultHost }),
    ...(url && {
      registry: {
        url: withoutScheme(url),
        ...(username && password && { credentials: { username, password } }),
      },
    }),
    ...(nodeRegistry && { nodeRegistry: withoutScheme(nodeRegistry) }),
    ...(nodePassword && { nodeCredentials: { username: "pull", password: nodePassword } }),
  };
}
