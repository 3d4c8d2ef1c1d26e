/** One Job with its Pod and its Secret, from their creation to their removal. Does not interpret messages. */

import { randomBytes } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import type { CoreV1Event, V1Job, V1Pod } from "@kubernetes/client-node";
import { GatewayError } from "../../base/errors.ts";
import type { Cluster } from "../../kube/cluster.ts";
import { clusterErrorText, httpStatusOf, isUnsent, mayPass } from "../../kube/cluster-errors.ts";
import type { ClusterStream, StreamSink } from "../../kube/cluster-stream.ts";
import {
  isOfImage,
  jobErrorText,
  type PodState,
  podEventErrorText,
  podState,
} from "../../kube/pod-errors.ts";
import type { Removal } from "../deferred-cleanup.ts";
import { StartAbortedError } from "../start-aborted.ts";
import {
  containerName,
  graceSeconds,
  type JobConfig,
  type JobContext,
  jobManifest,
  jobName,
  labels,
  ownedBy,
  secretManifest,
} from "./job-manifests.ts";

/** Interval at which the Pod is polled. */
const pollMs = 150;
/** Interval at which the events of a Pod are read, while its status has no reason for the wait. */
const eventsMs = 2_000;
/** How long the removal of a Job may take. */
const removalMs = 15_000;
/** How many lines of a Pod's log are read after a cut. */
const logLines = 1_000;

/** The node could not pull the image. */
class ImageError extends GatewayError {}

/** The cluster where Jobs are created, and the retries for failed removals there. */
export interface JobCluster {
  readonly cluster: Cluster;
  readonly keep: (removal: Removal) => void;
}

export interface JobParts extends JobCluster {
  readonly namespace: string;
  readonly name: string;
}

interface JobStart {
  /** Gets the reasons of the wait. */
  readonly report: (line: string) => void;
  readonly signal: AbortSignal;
}

export class RunningJob {
  readonly cluster: Cluster;
  readonly namespace: string;
  readonly name: string;
  readonly #keep: (removal: Removal) => void;
  #pod: string | undefined;
  /** The last reported reason of the wait. */
  #waitsFor: string | undefined;
  #eventsAfter = performance.now() + eventsMs;
  /** Whether objects of the Job may exist in the cluster. */
  #mayExist = false;

  constructor({ cluster, keep, namespace, name }: JobParts) {
    this.cluster = cluster;
    this.#keep = keep;
    this.namespace = namespace;
    this.name = name;
  }

  /**
   * Resolves once its Pod runs, or has run. Rejects with `start-failed` and the reason; then nothing of the Job
   * remains.
   */
  static async start(
    place: JobCluster,
    config: JobConfig,
    around: JobContext,
    start: JobStart,
  ): Promise<RunningJob> {
    try {
      return await RunningJob.#start(place, config, around, start);
    } catch (error) {
      // A node that does not know the pull Secrets yet pulls without them. They are known at the second attempt.
      if (!(error instanceof ImageError) || !config.image_pull_secrets?.length) throw error;
      start.report(`${error.message}; retrying once`);
      const again = { ...around, mark: randomBytes(4).toString("hex") };
      return RunningJob.#start(place, config, again, start);
    }
  }

  static async #start(
    place: JobCluster,
    config: JobConfig,
    around: JobContext,
    { report, signal }: JobStart,
  ): Promise<RunningJob> {
    const job = new RunningJob({ ...place, namespace: config.namespace, name: jobName(around) });
    try {
      await job.#create(config, around, signal);
      await job.#running(report, signal);
      return job;
    } catch (error) {
      if (job.#mayExist) await job.remove();
      if (signal.aborted) throw new StartAbortedError(error, job.#waitsFor);
      if (error instanceof ImageError) throw error;
      throw new GatewayError("start-failed", clusterErrorText(error, place.cluster.server), {
        cause: messageOnly(error),
      });
    }
  }

  async #create(config: JobConfig, around: JobContext, signal: AbortSignal): Promise<void> {
    const { core, batch } = this.cluster;
    const { namespace } = this;
    // Created first, because the kubelet retries a Pod with a missing Secret only after a while.
    const secret = secretManifest(config, around);
    if (secret) await this.#creating(core.createNamespacedSecret({ namespace, body: secret }));
    signal.throwIfAborted();
    const body = jobManifest(config, around);
    const created = await this.#creating(batch.createNamespacedJob({ namespace, body }));
    // A Secret that the gateway's Pod owns keeps that owner, so that the gateway needs no permission to change Secrets.
    if (secret && secret.metadata?.ownerReferences === undefined) await this.#own(created);
    signal.throwIfAborted();
  }

  async #creating<T>(request: Promise<T>): Promise<T> {
    try {
      const created = await request;
      this.#mayExist = true;
      return created;
    } catch (error) {
      // Without an answer to the request, the object may exist.
      this.#mayExist ||= !isUnsent(error);
      throw error;
    }
  }

  /** The Secret is deleted with the Job, whoever deletes the Job. */
  async #own(job: V1Job): Promise<void> {
    const { core } = this.cluster;
    const secret = { name: this.name, namespace: this.namespace };
    const body = [{ op: "add", path: "/metadata/ownerReferences", value: [ownedBy(job)] }];
    await core.patchNamespacedSecret({ ...secret, body });
  }

  async #running(report: (line: string) => void, signal: AbortSignal): Promise<void> {
    for (;;) {
      const state = await this.#startState();
      signal.throwIfAborted();
      if (state.kind === "stuck") {
        if (isOfImage(state)) throw new ImageError("start-failed", state.because);
        throw new GatewayError("start-failed", state.because);
      }
      if (state.kind !== "waiting") return;
      if (state.because !== undefined && state.because !== this.#waitsFor) report(state.because);
      this.#waitsFor = state.because ?? this.#waitsFor;
      await wait(pollMs, undefined, { signal });
    }
  }

  async #startState(): Promise<PodState> {
    const [pod] = await this.#pods();
    if (pod) return this.#withEvents(podState(pod));
    const because = jobErrorText(await this.#events(this.name));
    return because === undefined ? { kind: "waiting" } : { kind: "stuck", because };
  }

  /** The status of a Pod has no reason when the Pod cannot be created. The events of its Job have one. */
  async #withEvents(state: PodState): Promise<PodState> {
    const isSilent = state.kind === "waiting" && state.because === undefined;
    if (!isSilent || this.#pod === undefined || performance.now() < this.#eventsAfter) return state;
    this.#eventsAfter = performance.now() + eventsMs;
    const because = podEventErrorText(await this.#events(this.#pod));
    return because === undefined ? state : { kind: "waiting", because };
  }

  async #pods(): Promise<V1Pod[]> {
    const { namespace } = this;
    const labelSelector = `${labels.instance}=${this.name}`;
    const { items } = await this.cluster.core.listNamespacedPod({ namespace, labelSelector });
    this.#pod = items[0]?.metadata?.name ?? this.#pod;
    return items;
  }

  /** Empty without permission to read events. Then a Pod that never starts has only the timeout as a reason. */
  async #events(name: string): Promise<CoreV1Event[]> {
    const { namespace } = this;
    const fieldSelector = `involvedObject.name=${name}`;
    return this.cluster.core.listNamespacedEvent({ namespace, fieldSelector }).then(
      ({ items }) => items,
      () => [],
    );
  }

  /** State of its Pod. Rejects when the cluster does not answer. */
  async state(): Promise<PodState> {
    const [pod] = await this.#pods();
    return pod ? podState(pod) : { kind: "ended", because: "its Pod was removed" };
  }

  /** Rejects as `openStream` does. */
  attach(sink: StreamSink): Promise<ClusterStream> {
    const query = `container=${containerName}&stdin=true&stdout=true&stderr=true&tty=false`;
    return this.cluster.open(`/api/v1/namespaces/${this.namespace}/pods/${this.#pod}/attach?${query}`, sink);
  }

  /** The last lines of its output, both streams together. Empty without permission to read logs. */
  async lastLines(sinceSeconds?: number): Promise<string[]> {
    const { namespace } = this;
    const name = this.#pod;
    if (name === undefined) return [];
    const since = sinceSeconds === undefined ? {} : { sinceSeconds };
    const log = this.cluster.core.readNamespacedPodLog({ name, namespace, tailLines: logLines, ...since });
    const text = await log.catch(() => "");
    return (text ?? "").split(/\r?\n/).filter((line) => line !== "");
  }

  /**
   * Resolves once the Job is removed, or when the cluster does not confirm that in time; then the removal is retried
   * later. Never rejects. `ended`: resolves when its container is known to have ended, which the cluster reports later.
   */
  async remove(ended?: Promise<void>): Promise<void> {
    let hasEnded = false;
    const noticed = ended?.then(() => {
      hasEnded = true;
    });
    const deadline = performance.now() + removalMs;
    let isDeleted = await this.#delete();
    while (performance.now() < deadline) {
      isDeleted ||= await this.#delete();
      const pods = await this.#pods().catch(noneIfRefused);
      if (isDeleted && pods?.length === 0) return;
      for (const pod of pods ?? []) await this.#removePod(pod, hasEnded);
      await Promise.race([wait(pollMs), ...(noticed && !hasEnded ? [noticed] : [])]);
    }
    if (!isDeleted) this.#keep(() => this.#delete());
  }

  /** Resolves with whether Job and Secret are deleted. The Pod is deleted with the Job. */
  async #delete(): Promise<boolean> {
    const { core, batch } = this.cluster;
    const { namespace, name } = this;
    const deleted = await Promise.all([
      isDone(batch.deleteNamespacedJob({ name, namespace, propagationPolicy: "Background" })),
      isDone(core.deleteNamespacedSecret({ name, namespace })),
    ]);
    return deleted.every(Boolean);
  }

  /** Deletes the Pod earlier than the cluster would, which keeps it for seconds after its container has ended. */
  async #removePod(pod: V1Pod, hasEnded: boolean): Promise<void> {
    const { name = "", deletionTimestamp } = pod.metadata ?? {};
    const isEmpty = hasEnded || holdsNothing(pod);
    if (deletionTimestamp && !isEmpty) return;
    const gracePeriodSeconds = isEmpty ? 0 : graceSeconds;
    const target = { name, namespace: this.namespace, gracePeriodSeconds };
    await this.cluster.core.deleteNamespacedPod(target).catch(() => undefined);
  }
}

/** Without permission to list Pods there is no Pod to wait for. `undefined` after an error that a retry may resolve. */
function noneIfRefused(error: unknown): [] | undefined {
  return httpStatusOf(error) === undefined ? undefined : [];
}

/** Whether no container of the Pod runs, and none will start once it is being deleted. */
function holdsNothing({ metadata, spec, status }: V1Pod): boolean {
  const { terminated, waiting } = status?.containerStatuses?.[0]?.state ?? {};
  if (spec?.nodeName === undefined || terminated) return true;
  return waiting !== undefined && metadata?.deletionTimestamp !== undefined;
}

/**
 * Whether the object was deleted, does not exist, or may not be deleted. A retry of a refused deletion would be refused
 * as well.
 */
async function isDone(deletion: Promise<unknown>): Promise<boolean> {
  return deletion.then(
    () => true,
    (error: unknown) => !mayPass(error),
  );
}

/** The errors of the library contain requests with credentials. */
function messageOnly(error: unknown): string {
  return error instanceof Error ? error.message : "";
}
