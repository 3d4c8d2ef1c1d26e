/**
 * What a cluster is told to make for an entry of type `k8s-job`: as much of a wall around the server as the entry leaves
 * standing (gateway.md, *k8s-job*). Pure.
 */

import type { V1EnvVar, V1Job, V1OwnerReference, V1PodSpec, V1Secret } from "@kubernetes/client-node";
import type { RuntimeConfig } from "../../catalog/entry.ts";
import { literal } from "../../kube/literal.ts";
import { type GatewayPod, ownersIn } from "./gateway-pod.ts";

export type JobConfig = Extract<RuntimeConfig, { type: "k8s-job" }>;

export const labels = {
  /** Whose it is: see `marker.ts`; what a label may not hold is replaced. */
  owner: "dev.open-mcp-gateway.owner",
  /** Where that gateway runs. */
  machine: "dev.open-mcp-gateway.machine",
  entry: "dev.open-mcp-gateway.entry",
  /** Which instance: the name of its Job. */
  instance: "dev.open-mcp-gateway.instance",
} as const;

/** What the gateway adds to the entry. */
export interface JobContext {
  readonly entryId: string;
  readonly owner: string;
  readonly machine: string;
  readonly env: Readonly<Record<string, string>>;
  /** Tells this instance from all others. */
  readonly mark: string;
  /** The Pod the gateway runs in, where it is one of the same cluster. */
  readonly pod?: GatewayPod | undefined;
}

export const containerName = "server";

/** Its input is closed by its end only: SIGTERM asks it, and it is killed after this. */
export const graceSeconds = 1;

const defaultTtlSeconds = 300;
/** A Pod's name is this with something after it, and a label holds no more than 63 characters. */
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

/** A gateway that dies with its Pod leaves nobody to look for what it left: the cluster does. */
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
    // A Service called mcp-http would put MCP_HTTP_PORT into the server's environment.
    enableServiceLinks: false,
    automountServiceAccountToken: config.service_account !== undefined,
    ...(config.service_account !== undefined && { serviceAccountName: config.service_account }),
    securityContext: {
      seccompProfile: { type: "RuntimeDefault" },
      ...(config.run_as_non_root && { runAsNonRoot: true }),
    },
    ...(pullSecrets && { imagePullSecrets: pullSecrets.map((name) => ({ name })) }),
    // As process 1 a server would not end on SIGTERM, and nobody would collect its children.
    shareProcessNamespace: true,
    containers: [
      {
        name: containerName,
        image: config.image,
        ...(command && { command: command.map(literal) }),
        ...(args && { args: args.map(literal) }),
        ...(env.length > 0 && { env }),
        ...(resources && { resources }),
        // Without `stdinOnce` it outlives a cut of the connection.
        stdin: true,
        stdinOnce: false,
        tty: false,
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
      },
    ],
  };
}

/** A value stands in the Secret only: Jobs are read by many. */
function envOf(around: JobContext): V1EnvVar[] {
  const name = jobName(around);
  return Object.keys(around.env).map((variable, index) => ({
    name: variable,
    valueFrom: { secretKeyRef: { name, key: keyOf(index) } },
  }));
}

/** The values of `env`, if there are any; `job` owns it where it is made already. */
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

/** Not every name of a variable may be a key. */
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

/** `1:2:3` as a label may hold it. */
export function ownerLabel(owner: string): string {
  return owner.replaceAll(":", ".");
}

export function ownerInLabel(label: string): string {
  return label.replaceAll(".", ":");
}

/** As much of a text as a label may hold. */
export function labelValue(text: string): string {
  const allowed = text.replace(/[^A-Za-z0-9._-]/g, "-").slice(0, 63);
  return allowed.replace(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, "");
}
