/**
 * The objects that a cluster is asked to create for an entry of type `k8s-job`. They isolate the server as far as the
 * entry allows (gateway.md, *k8s-job*). Pure.
 */

import type { V1EnvVar, V1Job, V1OwnerReference, V1PodSpec, V1Secret } from "@kubernetes/client-node";
import type { RuntimeConfig } from "../../catalog/entry.ts";
import { literal } from "../../kube/literal.ts";
import { type GatewayPod, ownersIn } from "./gateway-pod.ts";

export type JobConfig = Extract<RuntimeConfig, { type: "k8s-job" }>;

export const labels = {
  /** Owner of the objects: see `process-marker.ts`. Characters that a label may not contain are replaced. */
  owner: "dev.open-mcp-gateway.owner",
  /** Host name of the machine the gateway runs on. */
  machine: "dev.open-mcp-gateway.machine",
  entry: "dev.open-mcp-gateway.entry",
  /** The instance: the name of its Job. */
  instance: "dev.open-mcp-gateway.instance",
} as const;

/** Settings that the gateway adds to the entry. */
export interface JobContext {
  readonly entryId: string;
  readonly owner: string;
  readonly machine: string;
  readonly env: Readonly<Record<string, string>>;
  /** Distinguishes this instance from all others. */
  readonly mark: string;
  /** The Pod that the gateway runs in, if it is in the same cluster. */
  readonly pod?: GatewayPod | undefined;
}

export const containerName = "server";

/** Time between SIGTERM and the kill. The input is closed only by the end of the Pod. */
export const graceSeconds = 1;

const defaultTtlSeconds = 300;
/** The name of the Pod has a suffix, and a label holds at most 63 characters. */
const longestId = 40;

export function jobName({ entryId, mark }: Pick<JobContext, "entryId" | "mark">): string {
  return `mcp-${entryId.slice(0, longestId).replace(/-+$/, "")}-${mark}`;
}

export function jobManifest(config: JobConfig, around: JobContext): V1Job {
  const metadata = metadataOf(config, around);
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata,
    spec: {
      backoffLimit: 0,
      ttlSecondsAfterFinished: config.ttl_seconds_after_finished ?? defaultTtlSeconds,
      template: { metadata: { labels: metadata.labels }, spec: podSpec(config, around) },
    },
  };
}

/** The gateway's Pod owns the objects. When it is deleted, the cluster removes them. */
function metadataOf({ namespace }: JobConfig, around: JobContext) {
  const ownerReferences = ownersIn(namespace, around.pod);
  return {
    name: jobName(around),
    namespace,
    labels: labelsOf(around),
    ...(ownerReferences.length > 0 && { ownerReferences }),
  };
}

function podSpec(config: JobConfig, around: JobContext): V1PodSpec {
  const { command, args, resources, image_pull_secrets: pullSecrets } = config;
  const env = envOf(around);
  return {
    restartPolicy: "Never",
    terminationGracePeriodSeconds: graceSeconds,
    // Otherwise a Service named mcp-http would set MCP_HTTP_PORT in the server's environment.
    enableServiceLinks: false,
    automountServiceAccountToken: config.service_account !== undefined,
    ...(config.service_account !== undefined && { serviceAccountName: config.service_account }),
    securityContext: {
      seccompProfile: { type: "RuntimeDefault" },
      ...(config.run_as_non_root && { runAsNonRoot: true }),
    },
    ...(pullSecrets && { imagePullSecrets: pullSecrets.map((name) => ({ name })) }),
    // Otherwise the server would be process 1, ignore SIGTERM, and leave its child processes as zombies.
    shareProcessNamespace: true,
    containers: [
      {
        name: containerName,
        image: config.image,
        ...(command && { command: command.map(literal) }),
        ...(args && { args: args.map(literal) }),
        ...(env.length > 0 && { env }),
        ...(resources && { resources }),
        // Without `stdinOnce` the input stays open after a cut of the connection.
        stdin: true,
        stdinOnce: false,
        tty: false,
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
      },
    ],
  };
}

/** Values are only in the Secret, because more users may read Jobs. */
function envOf(around: JobContext): V1EnvVar[] {
  const name = jobName(around);
  return Object.keys(around.env).map((variable, index) => ({
    name: variable,
    valueFrom: { secretKeyRef: { name, key: keyOf(index) } },
  }));
}

/** The values of `env`, if there are any. `job` becomes the owner if it exists already. */
export function secretManifest(config: JobConfig, around: JobContext): V1Secret | undefined {
  const values = Object.values(around.env);
  if (values.length === 0) return undefined;
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: metadataOf(config, around),
    type: "Opaque",
    stringData: Object.fromEntries(values.map((value, index) => [keyOf(index), value])),
  };
}

/** Some variable names are not valid as keys. */
function keyOf(index: number): string {
  return `env-${index}`;
}

export function ownedBy(job: V1Job): V1OwnerReference {
  const { name = "", uid = "" } = job.metadata ?? {};
  return { apiVersion: "batch/v1", kind: "Job", name, uid };
}

function labelsOf(around: JobContext): Record<string, string> {
  return {
    [labels.owner]: ownerLabel(around.owner),
    [labels.machine]: labelValue(around.machine),
    [labels.entry]: labelValue(around.entryId),
    [labels.instance]: jobName(around),
    "app.kubernetes.io/managed-by": "open-mcp-gateway",
  };
}

/** `1:2:3` in a form that a label may contain. */
export function ownerLabel(owner: string): string {
  return owner.replaceAll(":", ".");
}

export function ownerInLabel(label: string): string {
  return label.replaceAll(".", ":");
}

/** The part of a text that fits into a label. */
export function labelValue(text: string): string {
  const allowed = text.replace(/[^A-Za-z0-9._-]/g, "-").slice(0, 63);
  return allowed.replace(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, "");
}
