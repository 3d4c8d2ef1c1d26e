/** Sets up the platform in a cluster, step by step. A second run changes nothing (platform.md, *CLI*, `setup`). */

import { GatewayError } from "../../base/errors.ts";
import type { Cluster } from "../../kube/cluster.ts";
import type { ClusterObject, Manifest } from "../../kube/objects.ts";
import { withClusterErrors } from "../cluster-error-text.ts";
import { namespaces, operatorName, registryName } from "../identity.ts";
import { savedRegistryLogins } from "../image-registry/registry-logins.ts";
import type { ProvisionedRegistry } from "../image-registry/registry-settings.ts";
import { savedRegistry } from "../image-registry/saved-registry.ts";
import { enforceLabel, type PodSecurity } from "../namespace-manifest.ts";
import { isManaged } from "../operator/owner.ts";
import { defaultHostVariable, ingressAnnotationsVariable, pullSecretVariable } from "../operator/settings.ts";
import { applyObject } from "../pipeline/deploy-manifests.ts";
import { findDeployment, waitForRollout } from "../rollout.ts";
import { chosenImageAnnotation } from "./operator-manifests.ts";
import type { EarlierSetup, Found, FoundClass, SetupStep } from "./setup-plan.ts";

/** Progress reports of a set-up. */
export interface SetupProgress {
  step(text: string): void;
  update(text: string): void;
  line(text: string): void;
}

/** How long a Deployment may take. */
const rolloutMs = 300_000;
/** How long the API server may take to serve a new CRD. */
const servedMs = 30_000;

/** Reads the state that a set-up depends on. Rejects with `cluster-failed` when the cluster does not answer. */
export async function findPlatform(
  cluster: Cluster,
  group: string,
  given: ProvisionedRegistry | undefined,
): Promise<Found> {
  const classes = await ingressClasses(cluster);
  const saved = await savedRegistry(cluster);
  const before = await earlierSetup(cluster, group);
  const registry = given ?? saved?.registry;
  const registryLogins = await savedRegistryLogins(cluster);
  const serversSecurity = await stricterSecurity(cluster);
  const registryVersion = saved?.version;
  return { ingressClasses: classes, registry, registryVersion, registryLogins, serversSecurity, before };
}

/** Returns the Pod Security level of the servers' namespace if an administrator made it stricter. A set-up keeps it. */
export async function stricterSecurity(cluster: Cluster): Promise<PodSecurity | undefined> {
  const ref = { apiVersion: "v1", kind: "Namespace", name: namespaces.servers };
  const namespace = await withClusterErrors(cluster, cluster.objects.get<ClusterObject>(ref));
  return namespace?.metadata.labels?.[enforceLabel] === "restricted" ? "restricted" : undefined;
}

export async function ingressClasses(cluster: Cluster): Promise<FoundClass[]> {
  const type = { apiVersion: "networking.k8s.io/v1", kind: "IngressClass" };
  const { items } = await withClusterErrors(cluster, cluster.objects.list<ClusterObject>(type));
  return items.map(({ metadata }) => ({ name: metadata.name, isOurs: isManaged({ metadata }) }));
}

/** The options as stored in the cluster. */
async function earlierSetup(cluster: Cluster, group: string): Promise<Partial<EarlierSetup>> {
  const operator = await findDeployment(cluster, { name: operatorName, namespace: namespaces.operator });
  const place = { name: registryName, namespace: namespaces.registry };
  const registry = await findDeployment(cluster, place);
  const ref = { apiVersion: "v1", kind: "PersistentVolumeClaim", ...place };
  const claim = await withClusterErrors(cluster, cluster.objects.get<Claim>(ref));
  const [manager] = operator?.spec.template.spec.containers ?? [];
  const envOf = (variable: string) => manager?.env?.find(({ name }) => name === variable)?.value;
  const found: { [Field in keyof EarlierSetup]: string | undefined } = {
    operatorImage: manager?.image,
    chosenImage: operator?.metadata.annotations?.[chosenImageAnnotation(group)],
    defaultHost: envOf(defaultHostVariable),
    pullSecretName: envOf(pullSecretVariable),
    ingressAnnotations: envOf(ingressAnnotationsVariable),
    registryImage: registry?.spec.template.spec.containers[0]?.image,
    registryStorage: claim?.spec.resources?.requests?.["storage"],
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
}

type Claim = ClusterObject & {
  readonly spec: { readonly resources?: { readonly requests?: Readonly<Record<string, string>> } };
};

/** Rejects with `cluster-failed` at the first step that fails. */
export async function setUp(
  cluster: Cluster,
  steps: readonly SetupStep[],
  progress: SetupProgress,
): Promise<void> {
  for (const { title, manifests, deployment, note } of steps) {
    progress.step(title);
    if (note !== undefined) progress.line(note);
    await applyAll(cluster, manifests, progress);
    if (!deployment) continue;
    await waitForRollout(cluster, deployment, progress, rolloutMs);
    progress.line(`Deployment ${deployment.namespace}/${deployment.name} is ready`);
  }
}

/** Reports each object that was changed. */
export async function applyAll(
  cluster: Cluster,
  manifests: readonly Manifest[],
  progress: SetupProgress,
): Promise<void> {
  const unchanged: string[] = [];
  for (const manifest of manifests) {
    const name = nameOf(manifest);
    const { change } = await withClusterErrors(
      cluster,
      applyObject(cluster, manifest),
      `${name} could not be applied`,
    );
    if (manifest.kind === "CustomResourceDefinition") await served(cluster, manifest);
    if (change === "unchanged") unchanged.push(name);
    else progress.line(`${name} ${change}`);
  }
  if (unchanged.length > 0) progress.line(`${unchanged.length} unchanged`);
}

function nameOf({ kind, metadata: { namespace, name } }: Manifest): string {
  return `${kind} ${namespace === undefined ? "" : `${namespace}/`}${name}`;
}

/** Waits until the API server serves a new kind, because it refuses objects of the kind before that. */
async function served(cluster: Cluster, definition: Manifest): Promise<void> {
  const { group, names, versions } = definition["spec"] as {
    group: string;
    names: { kind: string };
    versions: readonly { name: string }[];
  };
  const type = { apiVersion: `${group}/${versions[0]?.name}`, kind: names.kind };
  const end = performance.now() + servedMs;
  while (!(await withClusterErrors(cluster, cluster.objects.knows(type)))) {
    if (performance.now() > end)
      throw new GatewayError(
        "cluster-failed",
        `the cluster does not serve ${names.kind} after ${servedMs / 1000} s`,
      );
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
