/**
 * What an MCPServer says of itself (platform.md, *CRD spec → operator*). Pure: the time is given.
 *
 * Ready is a server of which all is there that is planned. Without a host no Ingress is planned: such a server is Ready
 * inside the cluster, `ingressReady` is false, and the condition `IngressHostMissing` says why. An Ingress is ready once
 * the API server has it: many a controller never writes an address into it. Where `useProvisionedRegistry` finds no such
 * registry, the image is pulled from where its name says, and the condition `ProvisionedRegistryMissing` says so. With an
 * annotation that is refused there is no Ingress, and the condition `IngressAnnotationsRefused` names it.
 */

import { completeSpec, type McpServer, type McpServerStatus, type Phase } from "../resource/mcp-server.ts";
import { type ReportedCondition, withTimes } from "./conditions.ts";
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
  /** What the API server refused, in its words. */
  readonly refused?: string | undefined;
  readonly now: Date;
}

export function statusOf(input: StatusInput): McpServerStatus {
  const { server, observed, isHostMissing, isRegistryMissing, annotationRefusals, now } = input;
  const { generation = 0 } = server.metadata;
  const deployment = deploymentSaid(input);
  const service = serviceSaid(observed);
  const refusal = refusalWords(annotationRefusals);
  const ingress = ingressSaid(observed.ingress, isHostMissing, refusal);
  const phase = phaseOf(input, deployment, service.isReady && (ingress.isReady || isHostMissing));
  const message =
    input.refused ?? messageOf(deployment.said, [service.said, ingress.said], isRegistryMissing);
  const reason = input.refused === undefined ? readyReason(phase, deployment.said) : "Refused";
  const conditions: ReportedCondition[] = [
    { type: "Ready", status: phase === "Ready" ? "True" : "False", reason, message },
    deployment.said,
    service.said,
    ingress.said,
    lackSaid("IngressHostMissing", isHostMissing),
    lackSaid("ProvisionedRegistryMissing", isRegistryMissing),
    refusalSaid(refusal),
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
  readonly said: ReportedCondition;
  /** Waiting longer will not help. */
  readonly isStuck: boolean;
}

function part(name: string, isReady: boolean, reason: string, message: string, isStuck = false): Part {
  const status = isReady ? "True" : "False";
  return { isReady, isStuck, said: { type: `${name}Ready`, status, reason, message } };
}

function deploymentSaid({ server, observed: { deployment, pods } }: StatusInput): Part {
  const { replicas } = completeSpec(server);
  if (!deployment) return part("Deployment", false, "Missing", "the Deployment is not there yet");
  const available = deployment.status?.availableReplicas ?? 0;
  const count = `${Math.min(available, replicas)} of ${replicas} replicas ready`;
  if (isDone(deployment, replicas)) {
    if (replicas === 0)
      return part("Deployment", true, "NoReplicas", "no replicas are asked for (replicas: 0)");
    return part("Deployment", true, "Available", count);
  }
  const mayBeRoot = server.spec.runAsNonRoot !== true;
  const trouble = refusedPods(deployment) ?? diagnosePod(pods, deploymentSaidBefore(server), mayBeRoot);
  if (!trouble) return part("Deployment", false, "Progressing", `${count}: the Deployment is under way`);
  return part("Deployment", false, trouble.reason, `${count}: ${trouble.words}`, trouble.isStuck);
}

function deploymentSaidBefore({ status }: McpServer): string {
  return status?.conditions?.find(({ type }) => type === "DeploymentReady")?.message ?? "";
}

/** Whether all Pods of what is asked for now are there, and none of what was before. */
function isDone({ metadata, spec, status = {} }: Deployment, replicas: number): boolean {
  const { observedGeneration = 0, replicas: all = 0, updatedReplicas = 0, availableReplicas = 0 } = status;
  const isSeen = observedGeneration >= (metadata.generation ?? 0) && spec?.replicas === replicas;
  return isSeen && all === replicas && updatedReplicas === replicas && availableReplicas === replicas;
}

/** The cluster makes no Pods: a quota, a policy. */
function refusedPods({ status }: Deployment): PodDiagnosis | undefined {
  const failure = status?.conditions?.find(
    ({ type, status: is }) => type === "ReplicaFailure" && is === "True",
  );
  if (!failure) return undefined;
  const { reason = "FailedCreate", message = "" } = failure;
  return { reason, words: `${reason}: the cluster cannot create its Pod: ${message}`, isStuck: true };
}

function serviceSaid({ service }: ObservedState): Part {
  return service?.spec?.clusterIP
    ? part("Service", true, "Available", "the Service has an address")
    : part("Service", false, "Missing", "the Service is not there yet");
}

function ingressSaid(
  ingress: Ingress | undefined,
  isHostMissing: boolean,
  refusal: string | undefined,
): Part {
  if (isHostMissing)
    return part("Ingress", false, "HostMissing", "reached inside the cluster only: no ingress host");
  if (refusal !== undefined) return part("Ingress", false, "AnnotationRefused", refusal);
  if (!ingress) return part("Ingress", false, "Missing", "the Ingress is not there yet");
  const [address] = ingress.status?.loadBalancer?.ingress ?? [];
  const where = address?.ip ?? address?.hostname;
  return where
    ? part("Ingress", true, "Published", `the Ingress is served at ${where}`)
    : part("Ingress", true, "Accepted", "the Ingress is there; its controller has published no address");
}

/** Limit of the annotations named in a status. */
const namedRefusals = 5;

function refusalWords(refusals: readonly AnnotationRefusal[]): string | undefined {
  if (refusals.length === 0) return undefined;
  const named = refusals.slice(0, namedRefusals).map(({ name, because }) => `'${shown(name)}': ${because}`);
  const more = refusals.length > namedRefusals ? [`${refusals.length - namedRefusals} more`] : [];
  const all = [...named, ...more].join("; ");
  return `the Ingress is not created, because an annotation is refused (${all}): remove it from ingressAnnotations, or allow it with ${ingressAnnotationsVariable} of the operator`;
}

/** A name as a status shows it: a hostile one can be long and hold control characters. */
function shown(name: string): string {
  return name.replace(/[^\x20-\x7e]/g, "\ufffd").slice(0, 100);
}

function refusalSaid(refusal: string | undefined): ReportedCondition {
  const type = "IngressAnnotationsRefused";
  if (refusal === undefined)
    return { type, status: "False", reason: "NothingRefused", message: "no annotation is refused" };
  return { type, status: "True", reason: "AnnotationRefused", message: refusal };
}

/** What a server asks for and nobody provides: since when, and what to do. */
function lackSaid(type: keyof typeof lacks, isMissing: boolean): ReportedCondition {
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
    there: ["HostKnown", "the Ingress has what it needs"],
  },
  ProvisionedRegistryMissing: {
    missing: [
      "RegistryMissing",
      `${noRegistry}; name one with mcp-runtime registry provision, or leave the field out`,
    ],
    there: ["NothingMissing", "no registry is asked for that was not provisioned"],
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

/** What keeps it from being ready comes alone; a server that is ready says all of it that people may ask about. */
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
