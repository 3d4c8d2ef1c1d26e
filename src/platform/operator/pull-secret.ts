/** The Secret for pulling from the platform's registries, one in each namespace that needs it. Pure. */

import type { ClusterObject } from "../../kube/objects.ts";
import { apiVersion, managedByLabel } from "../identity.ts";
import { type CompleteSpec, completeSpec, type McpServer } from "../resource/mcp-server.ts";
import { desiredImage } from "./desired-image.ts";
import { isManaged, ownerOf } from "./owner.ts";
import type { Credentials, OperatorSettings } from "./settings.ts";

export interface PullSecret extends ClusterObject {
  readonly type: string;
  /** In base64. */
  readonly data: Readonly<Record<string, string>>;
}

const dockerHub = /^((registry-1|index)\.)?docker\.io$/;

/** A registry and the login to pull from it. */
export interface PullLogin extends Credentials {
  /** A host with an optional path, without a scheme. */
  readonly url: string;
}

/** Names of the Secrets that a server's images are pulled with. */
export function pullSecretNames(spec: CompleteSpec, settings: OperatorSettings): readonly string[] {
  const own = spec.imagePullSecrets ?? [];
  return pullLogins(spec, settings).length > 0 ? [...own, settings.pullSecretName] : own;
}

/** The login of the platform's own registry is only for servers with an image in it. */
export function pullLogins(spec: CompleteSpec, settings: OperatorSettings): readonly PullLogin[] {
  const { registry, nodeRegistry, nodeCredentials } = settings;
  const hasOwn = (spec.imagePullSecrets ?? []).length > 0;
  const isFromNodes =
    nodeRegistry !== undefined && desiredImage(spec, settings).startsWith(`${nodeRegistry}/`);
  return [
    ...(registry?.credentials && !hasOwn ? [{ url: registry.url, ...registry.credentials }] : []),
    ...(isFromNodes && nodeCredentials ? [{ url: nodeRegistry, ...nodeCredentials }] : []),
  ];
}

/**
 * `undefined` when no server of the namespace needs one. `servers`: servers of the namespace. All servers that use the
 * Secret own it.
 */
export function pullSecret(
  namespace: string,
  servers: readonly McpServer[],
  settings: OperatorSettings,
): PullSecret | undefined {
  const { pullSecretName: name } = settings;
  const users = servers
    .filter((server) => usesPullSecret(server, settings) && server.metadata.deletionTimestamp === undefined)
    .sort((one, other) => (one.metadata.name < other.metadata.name ? -1 : 1));
  const logins = users.flatMap((server) => pullLogins(completeSpec(server), settings));
  if (logins.length === 0) return undefined;
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      name,
      namespace,
      labels: { ...managedByLabel },
      ownerReferences: users.map((server) => ownerOf(server)),
    },
    ...loginContent(logins),
  };
}

/** Content of a Secret that nodes pull with. Duplicate logins are merged. */
export function loginContent(logins: readonly PullLogin[]): Pick<PullSecret, "type" | "data"> {
  const entries = logins.map((one) => [authKey(one.url), login(one)] as const);
  // Sorted, because the order of the servers must not change the Secret.
  const sorted = entries.toSorted(([one], [other]) => (one < other ? -1 : 1));
  const config = JSON.stringify({ auths: Object.fromEntries(sorted) });
  const data = { ".dockerconfigjson": Buffer.from(config).toString("base64") };
  return { type: "kubernetes.io/dockerconfigjson", data };
}

/** Whether the operator created it, and all its owners are servers of this group. */
export function isPullSecret({ metadata }: ClusterObject, group: string): boolean {
  const owners = metadata.ownerReferences ?? [];
  return isManaged({ metadata }) && owners.every((owner) => owner.apiVersion === apiVersion(group));
}

/** Whether a server is pulled with the Secret of its namespace. */
export function usesPullSecret(server: McpServer, settings: OperatorSettings): boolean {
  return pullLogins(completeSpec(server), settings).length > 0;
}

/** The key under which nodes look up the login of a registry. */
function authKey(url: string): string {
  const [host = ""] = url.split("/");
  return dockerHub.test(host) ? "https://index.docker.io/v1/" : host;
}

function login({ username, password }: Credentials): object {
  return { username, password, auth: Buffer.from(`${username}:${password}`).toString("base64") };
}
