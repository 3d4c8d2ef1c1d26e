/** Finds the Jobs and Secrets of gateways that died and removes them: by their labels, never those of a living gateway. */

import { hostname } from "node:os";
import type { KubernetesObject } from "@kubernetes/client-node";
import { Job, type JobPlace } from "./job.ts";
import { labels, labelValue, ownerInLabel } from "./job-manifests.ts";

/** Resolves with what was removed, for the log. `isGone` tells of an owner whether that gateway has ended. */
export async function removeOrphanJobs(
  place: JobPlace,
  namespace: string,
  isGone: (owner: string) => boolean,
): Promise<string[]> {
  const { core, batch } = place.cluster;
  const labelSelector = `${labels.owner},${labels.machine}=${labelValue(hostname())}`;
  const [jobs, secrets] = await Promise.all([
    batch.listNamespacedJob({ namespace, labelSelector }),
    // An entry without `env` needs no right to see Secrets.
    core.listNamespacedSecret({ namespace, labelSelector }).catch(() => ({ items: [] })),
  ]);
  const isLeft = ({ metadata }: KubernetesObject) =>
    isGone(ownerInLabel(metadata?.labels?.[labels.owner] ?? ""));
  const left = { jobs: jobs.items.filter(isLeft), secrets: secrets.items.filter(isLeft) };
  await Promise.all([
    ...left.jobs.map((job) => new Job({ ...place, ...target(job, namespace) }).remove()),
    // Another gateway may be at it too.
    ...left.secrets.map((secret) =>
      core.deleteNamespacedSecret(target(secret, namespace)).catch(() => undefined),
    ),
  ]);
  return left.jobs.map(({ metadata }) => `Job ${metadata?.name} of '${metadata?.labels?.[labels.entry]}'`);
}

function target({ metadata }: KubernetesObject, namespace: string): { name: string; namespace: string } {
  return { name: metadata?.name ?? "", namespace };
}
