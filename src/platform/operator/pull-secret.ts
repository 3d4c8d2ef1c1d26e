/** The Secret the nodes pull with from the provisioned registry, one in each namespace that needs it. Pure. */

import type { ClusterObject } from "../../kube/objects.ts";
import { apiVersion, managedByLabel } from "../identity.ts";
import type { McpServer, McpServerSpec } from "../resource/mcp-server.ts";
import { isManaged, ownerOf } from "./owner.ts";
import type { Credentials, OperatorSettings } from "./settings.ts";

export interface PullSecret extends ClusterObject {
  readonly type: string;
  /** In base64. */
  readonly data: Readonly<Record<string, string>>;
}

const dockerHub = /^((registry-1|index)\.)?docker\.io$/;

/** Names of the Secrets a server's images are pulled with. */
export function pullSecretNames(spec: McpServerSpec, settings: OperatorSettings): readonly string[] {
  const own = spec.imagePullSecrets ?? [];
  if (own.length > 0) return own;
  return settings.registry?.credentials ? [settings.pullSecretName] : [];
}

/** `undefined` where no server of the namespace needs one. `servers`: those of the namespace; all who use it own it. */
export function pullSecret(
  namespace: string,
  servers: readonly McpServer[],
  settings: OperatorSettings,
): PullSecret | undefined {
  const { registry, pullSecretName: name } = settings;
  const users = servers
    .filter(({ spec, metadata }) => usesPullSecret(spec) && metadata.deletionTimestamp === undefined)
    .sort((one, other) => (one.metadata.name < other.metadata.name ? -1 : 1));
  if (!registry?.credentials || users.length === 0) return undefined;
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      name,
      namespace,
      labels: { ...managedByLabel },
      ownerReferences: users.map((server) => ownerOf(server)),
    },
    ...loginContent(registry.url, registry.credentials),
  };
}

/** What a Secret holds that nodes pull with. `url`: a registry without a scheme. */
export function loginContent(url: string, credentials: Credentials): Pick<PullSecret, "type" | "data"> {
  const config = JSON.stringify({ auths: { [authKey(url)]: login(credentials) } });
  const data = { ".dockerconfigjson": Buffer.from(config).toString("base64") };
  return { type: "kubernetes.io/dockerconfigjson", data };
}

/** Whether the operator has made it, for servers of this group only. */
export function isPullSecret({ metadata }: ClusterObject, group: string): boolean {
  const owners = metadata.ownerReferences ?? [];
  return isManaged({ metadata }) && owners.every((owner) => owner.apiVersion === apiVersion(group));
}

/** Whether a server is pulled with the Secret of its namespace, where there is one. */
export function usesPullSecret({ imagePullSecrets = [] }: McpServerSpec): boolean {
  return imagePullSecrets.length === 0;
}

/** Under what nodes look up the login of a registry. */
function authKey(url: string): string {
  const [host = ""] = url.split("/");
  return dockerHub.test(host) ? "https://index.docker.io/v1/" : host;
}

function login({ username, password }: Credentials): object {
  return { username, password, auth: Buffer.from(`${username}:${password}`).toString("base64") };
}
