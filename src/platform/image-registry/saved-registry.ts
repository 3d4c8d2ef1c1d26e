/**
 * The provisioned registry, stored in a Secret of the cluster and in no file (platform.md, *CLI*, `registry
 * provision`).
 */

import { randomBytes } from "node:crypto";
import type { Cluster } from "../../kube/cluster.ts";
import type { Manifest } from "../../kube/objects.ts";
import { withoutScheme } from "../../metadata/image-reference.ts";
import { withClusterErrors } from "../cluster-error-text.ts";
import type { Env } from "../env.ts";
import {
  fieldManagers,
  managedByLabel,
  namespaces,
  operatorPullSecretName,
  registrySecretName,
} from "../identity.ts";
import { loginContent } from "../operator/pull-secret.ts";
import type { ProvisionedRegistry } from "./registry-settings.ts";

export interface SavedRegistry {
  readonly registry: ProvisionedRegistry;
  /** Changes with every change of the registry, and reveals nothing about it. */
  readonly version: string;
}

type Secret = Manifest & { readonly data?: Readonly<Record<string, string>> };

const keys = ["url", "username", "password", "operatorImage"] as const;

/** `undefined` when none is saved. Rejects with `cluster-failed`. */
export async function savedRegistry(cluster: Cluster): Promise<SavedRegistry | undefined> {
  const ref = { apiVersion: "v1", kind: "Secret", name: registrySecretName, namespace: namespaces.operator };
  const secret = await withClusterErrors(cluster, cluster.objects.get<Secret>(ref));
  const texts = Object.entries(secret?.data ?? {}).map(([key, text]) => [
    key,
    Buffer.from(text, "base64").toString(),
  ]);
  const { version = "", ...registry }: Partial<ProvisionedRegistry> & { version?: string } =
    Object.fromEntries(texts);
  const { url } = registry;
  return url === undefined ? undefined : { registry: { ...registry, url }, version };
}

/**
 * The environment of an operator with the registry as saved now, because a node may give a new Pod an outdated Secret
 * for a minute. Rejects with `cluster-failed`.
 */
export async function withSavedRegistry(cluster: Cluster, env: Env): Promise<Env> {
  const saved = await savedRegistry(cluster);
  return {
    ...env,
    PROVISIONED_REGISTRY_URL: saved?.registry.url,
    PROVISIONED_REGISTRY_USERNAME: saved?.registry.username,
    PROVISIONED_REGISTRY_PASSWORD: saved?.registry.password,
    PROVISIONED_REGISTRY_VERSION: saved?.version,
  };
}

/** Replaces the saved registry. Resolves with its version. Rejects with `cluster-failed`. */
export async function saveRegistry(cluster: Cluster, registry: ProvisionedRegistry): Promise<string> {
  const saved = await savedRegistry(cluster);
  const isSame = saved !== undefined && keys.every((key) => saved.registry[key] === registry[key]);
  const version = isSame ? saved.version : randomBytes(8).toString("hex");
  const { url, username, password } = registry;
  if (username !== undefined && password !== undefined)
    await applySecret(
      cluster,
      operatorPullSecretName,
      loginContent([{ url: withoutScheme(url), username, password }]),
    );
  const texts = [...keys.map((key) => [key, registry[key]] as const), ["version", version] as const];
  const data = texts.flatMap(([key, text]) =>
    text === undefined ? [] : [[key, Buffer.from(text).toString("base64")]],
  );
  await applySecret(cluster, registrySecretName, { type: "Opaque", data: Object.fromEntries(data) });
  return version;
}

function applySecret(cluster: Cluster, name: string, content: object): Promise<Secret> {
  const metadata = { name, namespace: namespaces.operator, labels: managedByLabel };
  const secret: Secret = { apiVersion: "v1", kind: "Secret", metadata, ...content };
  const applied = cluster.objects.apply(secret, { manager: fieldManagers.cli, force: true });
  return withClusterErrors(cluster, applied, "the registry could not be saved");
}
