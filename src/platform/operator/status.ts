/**
 * The status of an MCPServer (platform.md, *CRD spec → operator*). Pure: the time is an argument.
 *
 * - A server is Ready when all its desired objects exist.
 * - Without a host no Ingress is desired. The server is then Ready inside the cluster, `ingressReady` is false, and the
 *   condition `IngressHostMissing` has the reason.
 * - An Ingress is ready once the API server has it, because many controllers never write an address into it.
 * - When `useProvisionedRegistry` finds no such registry, the image is pulled from the registry in its name, and the
 *   condition `ProvisionedRegistryMissing` is set.
 * - With a refused annotation there is no Ingress, and the condition `IngressAnnotationsRefused` names the annotation.
 */

import { completeSpec, type McpServer, type McpServerStatus, type Phase } from "../resource/mcp-server.ts";
import { type ReportedCondition, withTimes } from "./condition-times.ts";
import type { AnnotationRefusal } from "./ingress-annotations.ts";
import type { Deployment, Ingress, ObservedState } from "./observed-state.ts";
import { diagnosePod, type PodDiagnosis } from "./pod-diagnosis.ts";
import { ingressAnnotationsVariable } from "./settings.ts";

export interface StatusInput {
  readonly server: McpServer;
  readonly observed: ObservedState;
  readonly isHostMissing: boolean;
  readonly isRegistryMissing: boolean;
  readonly annotationRefusals: readonly AnnotationRefusal[];
  /** The refusal of the API server, in its own words. */
  readonly refused?: string | undefined;
  readonly now: Date;
}

export function statusOf(input: StatusInput): McpServerStatus {
  const { server, observed, isHostMissing, isRegistryMissing, annotationRefusals, now } = input;
  const { generation = 0 } = server.metadata;
  const deployment = deploymentPart(input);
  const service = servicePart(observed);
  const refusal = refusalMessage(annotationRefusals);
  const ingress = ingressPart(observed.ingress, isHostMissing, refusal);
  const phase = phaseOf(input, deployment, service.isReady && (ingress.isReady || isHostMissing));
  const message =
    input.refused ??
    messageOf(deployment.condition, [service.condition, ingress.condition], isRegistryMissing);
  const reason = input.refused === undefined ? readyReason(phase, deployment.condition) : "Refused";
  const conditions: ReportedCondition[] = [
    { type: "Ready", status: phase === "Ready" ? "True" : "False", reason, message },
    deployment.condition,
    service.condition,
    ingress.condition,
    missingCondition("IngressHostMissing", isHostMissing),
    missingCondition("ProvisionedRegistryMissing", isRegistryMissing),
    refusalCondition(refusal),
  ];
  return {
    phase,
    message,
    observedGeneration: generation,
    conditions: withTimes(conditions, server.status?.conditions ?? [], generation, now),
    deploymentReady: deployment.isReady,
    serviceReady: service.isReady,
    ingressReady: ingress.isReady,
  };
}

interface Part {
  readonly isReady: boolean;
  readonly condition: ReportedCondition;
  /** Waiting longer will not help. */
  readonly isStuck: boolean;
}

type PartReason = Pick<ReportedCondition, "reason" | "message"> & Partial<Pick<Part, "isStuck">>;

function part(name: string, isReady: boolean, { reason, message, isStuck = false }: PartReason): Part {
  const status = isReady ? "True" : "False";
  return { isReady, isStuck, condition: { type: `${name}Ready`, status, reason, message } };
}

function deploymentPart({ server, observed: { deployment, pods } }: StatusInput): Part {
  const { replicas } = completeSpec(server);
  if (!deployment)
    return part("Deployment", false, { reason: "Missing", message: "the Deployment does not exist yet" });
  const available = deployment.status?.availableReplicas ?? 0;
  const count = `${Math.min(available, replicas)} of ${replicas} replicas ready`;
  if (isDone(deployment, replicas)) {
    if (replicas === 0)
      return part("Deployment", true, {
        reason: "NoReplicas",
        message: "no replicas are requested (replicas: 0)",
      });
    return part("Deployment", true, { reason: "Available", message: count });
  }
  const mayBeRoot = server.spec.runAsNonRoot !== true;
  const problem = refusedPods(deployment) ?? diagnosePod(pods, previousMessage(server), mayBeRoot);
  if (!problem)
    return part("Deployment", false, {
      reason: "Progressing",
      message: `${count}: the rollout is in progress`,
    });
  return part("Deployment", false, {
    reason: problem.reason,
    message: `${count}: ${problem.words}`,
    isStuck: problem.isStuck,
  });
}

function previousMessage({ status }: McpServer): string {
  return status?.conditions?.find(({ type }) => type === "DeploymentReady")?.message ?? "";
}

/** Whether all Pods of the current spec are available, and no older ones remain. */
function isDone({ metadata, spec, status = {} }: Deployment, replicas: number): boolean {
  const { observedGeneration = 0, replicas: all = 0, updatedReplicas = 0, availableReplicas = 0 } = status;
  const isSeen = observedGeneration >= (metadata.generation ?? 0) && spec?.replicas === replicas;
  return isSeen && all === replicas && updatedReplicas === replicas && availableReplicas === replicas;
}

/** The cluster refuses to create Pods: a quota, a policy. */
function refusedPods({ status }: Deployment): PodDiagnosis | undefined {
  const failure = status?.conditions?.find(
    ({ type, status: is }) => type === "ReplicaFailure" && is === "True",
  );
  if (!failure) return undefined;
  const { reason = "FailedCreate", message = "" } = failure;
  return { reason, words: `${reason}: the cluster cannot create its Pod: ${message}`, isStuck: true };
}

function servicePart({ service }: ObservedState): Part {
  return service?.spec?.clusterIP
    ? part("Service", true, { reason: "Available", message: "the Service has an address" })
    : part("Service", false, { reason: "Missing", message: "the Service does not exist yet" });
}

function ingressPart(
  ingress: Ingress | undefined,
  isHostMissing: boolean,
  refusal: string | undefined,
): Part {
  if (isHostMissing)
    return part("Ingress", false, {
      reason: "HostMissing",
      message: "reachable only inside the cluster, because there is no ingress host",
    });
  if (refusal !== undefined) return part("Ingress", false, { reason: "AnnotationRefused", message: refusal });
  if (!ingress)
    return part("Ingress", false, { reason: "Missing", message: "the Ingress does not exist yet" });
  const [address] = ingress.status?.loadBalancer?.ingress ?? [];
  const where = address?.ip ?? address?.hostname;
  return where
    ? part("Ingress", true, { reason: "Published", message: `the Ingress is served at ${where}` })
    : part("Ingress", true, {
        reason: "Accepted",
        message: "the Ingress exists; its controller has not published an address",
      });
}

/** Maximum number of annotations named in a status. */
const namedRefusals = 5;

function refusalMessage(refusals: readonly AnnotationRefusal[]): string | undefined {
  if (refusals.length === 0) return undefined;
  const named = refusals.slice(0, namedRefusals).map(({ name, because }) => `'${shown(name)}': ${because}`);
  const more = refusals.length > namedRefusals ? [`${refusals.length - namedRefusals} more`] : [];
  const all = [...named, ...more].join("; ");
  return `the Ingress is not created, because an annotation is refused (${all}): remove it from ingressAnnotations, or allow it with ${ingressAnnotationsVariable} of the operator`;
}

/** A name as shown in a status: a hostile name can be long and contain control characters. */
function shown(name: string): string {
  return name.replace(/[^\x20-\x7e]/g, "\ufffd").slice(0, 100);
}

function refusalCondition(refusal: string | undefined): ReportedCondition {
  const type = "IngressAnnotationsRefused";
  if (refusal === undefined)
    return { type, status: "False", reason: "NothingRefused", message: "all annotations are allowed" };
  return { type, status: "True", reason: "AnnotationRefused", message: refusal };
}

/** The condition for something that a server requests but the platform does not have, with the fix. */
function missingCondition(type: keyof typeof lacks, isMissing: boolean): ReportedCondition {
  const [reason, message] = isMissing ? lacks[type].missing : lacks[type].there;
  return { type, status: isMissing ? "True" : "False", reason, message };
}

const noRegistry = "useProvisionedRegistry is set, but no registry was provisioned";
const lacks = {
  IngressHostMissing: {
    missing: [
      "HostMissing",
      "set ingressHost, or MCP_DEFAULT_INGRESS_HOST of the operator, or allowAnyHost: true",
    ],
    there: ["HostKnown", "the ingress host is known, or not needed"],
  },
  ProvisionedRegistryMissing: {
    missing: [
      "RegistryMissing",
      `${noRegistry}; run mcp-runtime registry provision, or remove useProvisionedRegistry`,
    ],
    there: ["NothingMissing", "the registry is provisioned, or not needed"],
  },
} as const;

function phaseOf({ observed, refused }: StatusInput, deployment: Part, isReached: boolean): Phase {
  if (refused !== undefined) return "Error";
  if (deployment.isReady && isReached) return "Ready";
  const isServing = (observed.deployment?.status?.availableReplicas ?? 0) > 0;
  if (isServing || deployment.isReady) return "PartiallyReady";
  return deployment.isStuck ? "Error" : "Pending";
}

function readyReason(phase: Phase, deployment: ReportedCondition): string {
  return phase === "Ready" || deployment.status === "True" ? phase : deployment.reason;
}

/** For a server that is not ready, only the cause. For a ready server, everything of interest. */
function messageOf(
  deployment: ReportedCondition,
  others: readonly ReportedCondition[],
  isRegistryMissing: boolean,
): string {
  const pulled = isRegistryMissing ? [noRegistry] : [];
  if (deployment.status === "False") return [deployment.message, ...pulled].join("; ");
  const lacking = others.filter(({ status }) => status === "False").map(({ message }) => message);
  return [deployment.message, ...lacking, ...pulled].join("; ");
}
