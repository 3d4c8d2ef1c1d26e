/**
 * Pushes an image of this machine to its registry, directly or through the cluster (platform.md, *CLI*, `registry
 * push`).
 */

import { GatewayError } from "../../base/errors.ts";
import type { Cluster } from "../../kube/cluster.ts";
import type { ClusterObject } from "../../kube/objects.ts";
import { dockerConfigFolder, openEngine } from "../../runtime/container/engine.ts";
import { credentialsFor } from "../../runtime/container/registry-credentials.ts";
import { withClusterErrors } from "../cluster-error-text.ts";
import {
  defaultOperatorImage,
  internalRegistry,
  namespaces,
  operatorName,
  registryName,
  registryPort,
} from "../identity.ts";
import { savedRegistryLogins } from "../image-registry/registry-logins.ts";
import type { ProvisionedRegistry } from "../image-registry/registry-settings.ts";
import { findDeployment } from "../rollout.ts";
import type { ProgressSink } from "../servers/wait-until-ready.ts";
import { pushDirect, tagImage } from "./push-direct.ts";
import { pushInCluster } from "./push-in-cluster.ts";
import { ofRegistry, type PushMode, type PushTarget, registryUrl } from "./push-target.ts";

export interface Push {
  /** The image on this machine. */
  readonly image: string;
  readonly target: PushTarget;
  readonly mode: PushMode;
  readonly provisioned?: ProvisionedRegistry | undefined;
  /** Namespace of the helper Pod. */
  readonly namespace?: string | undefined;
  readonly helperImage?: string | undefined;
}

/**
 * Resolves with the image's digest in the registry, if it is known. Rejects with `cluster-failed`. `cluster` is called
 * only when a cluster is needed.
 */
export async function pushImage(
  push: Push,
  cluster: () => Promise<Cluster>,
  sink: ProgressSink,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { docker } = await openContainerEngine();
  const { image, target } = push;
  const provisioned = ofRegistry(push.provisioned, target.registry);
  if (push.mode === "direct") {
    const own = provisioned?.username === undefined ? undefined : loginOf(provisioned);
    const credentials = own ?? (await credentialsFor(target.reference, dockerConfigFolder()));
    return pushDirect(docker, { source: image, target: target.reference, credentials }, sink, signal);
  }
  await tagImage(docker, image, target.reference);
  const around = await cluster();
  const place = {
    // The namespace with the Secret that the operator's image is pulled with.
    namespace: push.namespace ?? namespaces.operator,
    image: push.helperImage ?? (await operatorImage(around)),
  };
  const saved = (await docker.getImage(target.reference).get()) as AsyncIterable<Buffer>;
  const delivery = { target: await registryTarget(around, target, provisioned), tag: target.tag };
  await pushInCluster(around, place, { delivery, saved }, { sink, signal });
  return undefined;
}

/** The engine of this machine. Rejects with `cluster-failed`. */
export async function openContainerEngine() {
  try {
    return await openEngine({ type: "docker" });
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    throw new GatewayError("cluster-failed", error.message, { cause: error });
  }
}

function loginOf({ username = "", password = "", url }: ProvisionedRegistry) {
  return { username, password, serveraddress: url };
}

/** The operator's image contains this program. */
async function operatorImage(cluster: Cluster): Promise<string> {
  const deployment = await findDeployment(cluster, { name: operatorName, namespace: namespaces.operator });
  return deployment?.spec.template.spec.containers[0]?.image ?? defaultOperatorImage;
}

/**
 * The registry as reached by the helper Pod. A Pod may have no DNS, so the platform's own registry is given by address.
 */
async function registryTarget(
  cluster: Cluster,
  target: PushTarget,
  provisioned: ProvisionedRegistry | undefined,
) {
  const { username, password } = provisioned ?? {};
  const login = { ...(username !== undefined && { username }), ...(password !== undefined && { password }) };
  if (target.registry !== internalRegistry)
    return { url: registryUrl(target, provisioned), name: target.name, ...login };
  const ref = { apiVersion: "v1", kind: "Service", name: registryName, namespace: namespaces.registry };
  const service = await withClusterErrors(cluster, cluster.objects.get<ClusterObject & Service>(ref));
  if (!service)
    throw new GatewayError(
      "cluster-failed",
      "the platform has no registry of its own: run mcp-runtime setup",
    );
  const { clusterIP } = service.spec;
  const host = clusterIP.includes(":") ? `[${clusterIP}]` : clusterIP;
  const { push } = (await savedRegistryLogins(cluster)) ?? {};
  return {
    url: `http://${host}:${registryPort}`,
    name: target.name,
    ...(push && { username: push.username, password: push.password }),
  };
}

interface Service {
  readonly spec: { readonly clusterIP: string };
}
