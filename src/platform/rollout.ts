/** Waits until a Deployment has all its Pods, and reports the Pods that are not ready with the reasons. */

import type { CoreV1Event, V1Pod } from "@kubernetes/client-node";
import { GatewayError } from "../base/errors.ts";
import type { Cluster } from "../kube/cluster.ts";
import type { ClusterObject } from "../kube/objects.ts";
import { podEventErrorText, podState } from "../kube/pod-errors.ts";
import { withClusterErrors } from "./cluster-error-text.ts";
import type { ProgressSink } from "./servers/wait-until-ready.ts";

export interface DeploymentRef {
  readonly name: string;
  readonly namespace: string;
}

export interface Deployment extends ClusterObject {
  readonly spec: {
    readonly replicas?: number;
    readonly selector: { readonly matchLabels?: Readonly<Record<string, string>> };
    readonly template: { readonly spec: { readonly containers: readonly Container[] } };
  };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly replicas?: number;
    readonly updatedReplicas?: number;
    readonly availableReplicas?: number;
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly message?: string;
    }[];
  };
}

interface Container {
  readonly image?: string;
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
}

const lookMs = 500;

/** Rejects with `cluster-failed` after `timeoutMs`, naming Pods and reasons. */
export async function waitForRollout(
  cluster: Cluster,
  ref: DeploymentRef,
  sink: ProgressSink,
  timeoutMs: number,
): Promise<void> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    const deployment = await findDeployment(cluster, ref);
    if (deployment && isRolledOut(deployment)) return;
    const because = deployment ? await rolloutErrorText(cluster, deployment) : "it does not exist";
    if (performance.now() > end)
      throw new GatewayError(
        "cluster-failed",
        `${ref.namespace}/${ref.name} is not ready after ${timeoutMs / 1000} s: ${because}`,
      );
    sink.update(`waiting for ${ref.name}: ${because}`);
    await new Promise((resolve) => setTimeout(resolve, lookMs));
  }
}

export function findDeployment(cluster: Cluster, ref: DeploymentRef): Promise<Deployment | undefined> {
  return withClusterErrors(
    cluster,
    cluster.objects.get<Deployment>({ apiVersion: "apps/v1", kind: "Deployment", ...ref }),
  );
}

/** Whether all Pods have the newest template and are available. Pure. */
export function isRolledOut({ metadata, spec, status = {} }: Deployment): boolean {
  const wanted = spec.replicas ?? 1;
  const { observedGeneration = 0, replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = status;
  if (observedGeneration < (metadata.generation ?? 0)) return false;
  return updatedReplicas >= wanted && replicas <= wanted && availableReplicas >= wanted;
}

/** The Pods that are not ready and the reasons, on one line. */
export async function rolloutErrorText(cluster: Cluster, deployment: Deployment): Promise<string> {
  const labels = Object.entries(deployment.spec.selector.matchLabels ?? {});
  const labelSelector = labels.map(([key, value]) => `${key}=${value}`).join(",");
  const { namespace } = deployment.metadata;
  const pods = await withClusterErrors(
    cluster,
    cluster.objects.list<ClusterObject>({ apiVersion: "v1", kind: "Pod" }, { namespace, labelSelector }),
  );
  const reasons = await Promise.all(pods.items.map((pod) => podError(cluster, pod)));
  const found = reasons.filter((reason) => reason !== undefined);
  if (found.length > 0) return found.join("; ");
  const refused = deployment.status?.conditions?.find(
    ({ type, status }) => type === "ReplicaFailure" && status === "True",
  );
  return refused?.message ?? "it is starting";
}

async function podError(cluster: Cluster, pod: ClusterObject): Promise<string | undefined> {
  const { name, namespace } = pod.metadata;
  const state = podState(pod as unknown as V1Pod);
  if (state.kind === "running" && isReady(pod)) return undefined;
  if (state.kind !== "running" && state.because !== undefined) return `Pod ${name}: ${state.because}`;
  const fieldSelector = `involvedObject.name=${name},type=Warning`;
  const { items } = await withClusterErrors(
    cluster,
    cluster.objects.list<ClusterObject>({ apiVersion: "v1", kind: "Event" }, { namespace, fieldSelector }),
  );
  const last = podEventErrorText(items as unknown as CoreV1Event[]);
  const because = state.kind === "running" ? "is running but not ready" : "is starting";
  return last === undefined ? `Pod ${name} ${because}` : `Pod ${name}: ${last}`;
}

function isReady(pod: ClusterObject): boolean {
  return (pod as unknown as V1Pod).status?.containerStatuses?.every(({ ready }) => ready) ?? false;
}
