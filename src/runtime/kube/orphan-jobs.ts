/**
 * Removes the Jobs and Secrets of gateways that died. They are found by their labels. Objects of a living gateway are
 * never removed.
 */

import { hostname } from "node:os";
import type { KubernetesObject } from "@kubernetes/client-node";
import { labels, labelValue, ownerInLabel } from "./job-manifests.ts";
import { type JobCluster, RunningJob } from "./running-job.ts";

/** Resolves with the removed Jobs, for the log. `hasExited` returns whether the gateway of an owner has ended. */
export async function removeOrphanJobs(
  place: JobCluster,
  namespace: string,
  hasExited: (owner: string) => boolean,
): Promise<string[]> {
  const { core, batch } = place.cluster;
  const labelSelector = `${labels.owner},${labels.machine}=${labelValue(hostname())}`;
  const [jobs, secrets] = await Promise.all([
    batch.listNamespacedJob({ namespace, labelSelector }),
    // An entry without `env` needs no permission to list Secrets.
    core.listNamespacedSecret({ namespace, labelSelector }).catch(() => ({ items: [] })),
  ]);
  const isOrphan = ({ metadata }: KubernetesObject) =>
    hasExited(ownerInLabel(metadata?.labels?.[labels.owner] ?? ""));
  const orphans = { jobs: jobs.items.filter(isOrphan), secrets: secrets.items.filter(isOrphan) };
  await Promise.all([
    ...orphans.jobs.map((job) => new RunningJob({ ...place, ...target(job, namespace) }).remove()),
    // Another gateway may remove them at the same time.
    ...orphans.secrets.map((secret) =>
      core.deleteNamespacedSecret(target(secret, namespace)).catch(() => undefined),
    ),
  ]);
  return orphans.jobs.map(({ metadata }) => `Job ${metadata?.name} of '${metadata?.labels?.[labels.entry]}'`);
}

function target({ metadata }: KubernetesObject, namespace: string): { name: string; namespace: string } {
  return { name: metadata?.name ?? "", namespace };
}
