/** Runs an entry as a Job of a Kubernetes cluster, one for each instance (gateway.md, *k8s-job*). */

import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import type { ChannelEvents } from "../../backend/channel.ts";
import { GatewayError } from "../../base/errors.ts";
import { clusterKey, openCluster } from "../../kube/cluster.ts";
import { clusterErrorText } from "../../kube/cluster-errors.ts";
import { clusterLibrary } from "../../kube/lazy-library.ts";
import { unlessAborted } from "../container/container.ts";
import { DeferredCleanup } from "../deferred-cleanup.ts";
import { ownerExitCheck } from "../local/orphan-processes.ts";
import type { Instance, Launch, Runtime } from "../runtime.ts";
import { StartAbortedError } from "../start-aborted.ts";
import { gatewayPod } from "./gateway-pod.ts";
import { JobInstance } from "./job-instance.ts";
import type { JobConfig } from "./job-manifests.ts";
import { removeOrphanJobs } from "./orphan-jobs.ts";
import { type JobCluster, RunningJob } from "./running-job.ts";

export class JobRuntime implements Runtime {
  readonly #owner: string;
  readonly #unremoved = new DeferredCleanup();
  readonly #cleaned = new Map<string, Promise<readonly string[]>>();

  /** `owner` identifies this gateway on this machine; see `process-marker.ts`. */
  constructor(owner: string) {
    this.#owner = owner;
  }

  async load(): Promise<void> {
    await clusterLibrary();
  }

  async start(launch: Launch, events: ChannelEvents, signal: AbortSignal): Promise<Instance> {
    const config = configOf(launch);
    if (signal.aborted) throw new StartAbortedError(signal.reason);
    const place = await this.#place(config, launch.baseDir);
    const { cluster } = place;
    void this.#clean(place, config).catch(() => undefined);
    await unlessAborted(this.#unremoved.sweep(placeKey(config)), signal);
    const around = {
      entryId: launch.id,
      owner: this.#owner,
      machine: hostname(),
      env: launch.env,
      mark: randomBytes(4).toString("hex"),
      pod: cluster.isAround ? gatewayPod() : undefined,
    };
    const report = (line: string) => events.log(`[gateway] ${launch.redact(line)}`);
    const job = await RunningJob.start(place, config, around, { report, signal });
    const instance = await JobInstance.start({ job, launch, events });
    if (!signal.aborted) return instance;
    await instance.stop();
    throw new StartAbortedError(signal.reason);
  }

  async endOrphans(launches: readonly Launch[]): Promise<readonly string[]> {
    const places = new Map(launches.map((launch) => [placeKey(configOf(launch)), launch]));
    const ended = [...places.values()].map(async (launch) => {
      const config = configOf(launch);
      const place = await this.#place(config, launch.baseDir);
      try {
        return await this.#clean(place, config);
      } catch (error) {
        throw new GatewayError("start-failed", clusterErrorText(error, place.cluster.server));
      }
    });
    return (await Promise.all(ended)).flat();
  }

  async #place(config: JobConfig, baseDir: string): Promise<JobCluster> {
    const cluster = await openCluster(config, baseDir);
    return { cluster, keep: (removal) => this.#unremoved.keep(placeKey(config), removal) };
  }

  /** Removes orphans once for each namespace: at the start of the gateway, or when the cluster becomes available. */
  #clean(place: JobCluster, config: JobConfig): Promise<readonly string[]> {
    const key = placeKey(config);
    const known = this.#cleaned.get(key);
    if (known) return known;
    const cleaning = ownerExitCheck().then((hasExited) =>
      removeOrphanJobs(place, config.namespace, hasExited),
    );
    this.#cleaned.set(key, cleaning);
    cleaning.catch(() => this.#cleaned.delete(key));
    return cleaning;
  }
}

function configOf({ runtime }: Launch): JobConfig {
  if (runtime.type === "k8s-job") return runtime;
  throw new Error(`an entry of type ${runtime.type} does not run as a Job`);
}

function placeKey(config: JobConfig): string {
  return JSON.stringify([clusterKey(config), config.namespace]);
}
