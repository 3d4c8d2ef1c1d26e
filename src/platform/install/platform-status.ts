/**
 * The state of the platform: cluster, ingress, registry, operator, servers (platform.md, *CLI*, `status`). Changes
 * nothing.
 */

import { messageOf } from "../../base/errors.ts";
import type { Cluster } from "../../kube/cluster.ts";
import { apiVersion, kind, namespaces, operatorName, registryName } from "../identity.ts";
import { savedRegistry } from "../image-registry/saved-registry.ts";
import { findDeployment, isRolledOut, rolloutErrorText } from "../rollout.ts";
import { PlatformServers } from "../servers/platform-servers.ts";
import { ingressClasses } from "./setup.ts";

export interface ComponentStatus {
  readonly component: string;
  readonly state: "ok" | "down" | "none";
  readonly detail: string;
}

/** The state of all components. Components in a cluster that does not answer are skipped. Never rejects. */
export async function platformStatus(cluster: Cluster, group: string): Promise<ComponentStatus[]> {
  const ofCluster = await clusterStatus(cluster, group);
  if (ofCluster.state === "down") return [ofCluster];
  const parts = [
    ingressStatus(cluster),
    registryStatus(cluster),
    operatorStatus(cluster),
    serversStatus(cluster, group),
  ];
  return [ofCluster, ...(await Promise.all(parts))];
}

export async function clusterStatus(cluster: Cluster, group: string): Promise<ComponentStatus> {
  return statusOf("cluster", async () => {
    const { gitVersion } = (await cluster.objects.requests.json("GET", "/version")) as { gitVersion: string };
    const where = `Kubernetes ${gitVersion} at ${cluster.server}`;
    if (await cluster.objects.knows({ apiVersion: apiVersion(group), kind }))
      return { state: "ok", detail: where };
    return {
      state: "down",
      detail: `${where}, but the CRD of ${kind} is missing: run mcp-runtime setup or cluster init`,
    };
  });
}

export async function registryStatus(cluster: Cluster): Promise<ComponentStatus> {
  return statusOf("registry", async () => {
    const saved = await savedRegistry(cluster);
    if (saved) return { state: "ok", detail: `provisioned: ${saved.registry.url}` };
    return deploymentStatus(cluster, { name: registryName, namespace: namespaces.registry });
  });
}

function operatorStatus(cluster: Cluster): Promise<ComponentStatus> {
  return statusOf("operator", () =>
    deploymentStatus(cluster, { name: operatorName, namespace: namespaces.operator }),
  );
}

async function ingressStatus(cluster: Cluster): Promise<ComponentStatus> {
  return statusOf("ingress", async () => {
    const names = (await ingressClasses(cluster)).map(({ name }) => name);
    if (names.length > 0) return { state: "ok", detail: `IngressClass ${names.join(", ")}` };
    return {
      state: "none",
      detail: "no controller: servers are reached inside the cluster and through the gateway",
    };
  });
}

async function serversStatus(cluster: Cluster, group: string): Promise<ComponentStatus> {
  return statusOf("servers", async () => {
    const servers = await new PlatformServers(cluster, group).list();
    const wrong = servers.filter(({ status }) => status?.phase === "Error");
    const ready = servers.filter(({ status }) => status?.phase === "Ready").length;
    const detail = `${ready} of ${servers.length} ready`;
    if (wrong.length === 0) return { state: "ok", detail };
    return {
      state: "down",
      detail: `${detail}; in error: ${wrong.map(({ metadata }) => metadata.name).join(", ")}`,
    };
  });
}

async function deploymentStatus(
  cluster: Cluster,
  ref: { readonly name: string; readonly namespace: string },
) {
  const deployment = await findDeployment(cluster, ref);
  const where = `${ref.namespace}/${ref.name}`;
  if (!deployment)
    return { state: "down", detail: `${where} does not exist: run mcp-runtime setup` } as const;
  const image = deployment.spec.template.spec.containers[0]?.image ?? "";
  if (isRolledOut(deployment)) return { state: "ok", detail: `${where} (${image})` } as const;
  return { state: "down", detail: `${where}: ${await rolloutErrorText(cluster, deployment)}` } as const;
}

async function statusOf(
  component: string,
  ask: () => Promise<Omit<ComponentStatus, "component">>,
): Promise<ComponentStatus> {
  try {
    return { component, ...(await ask()) };
  } catch (error) {
    return { component, state: "down", detail: messageOf(error) };
  }
}
