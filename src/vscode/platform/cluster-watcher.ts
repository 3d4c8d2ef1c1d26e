/**
 * The servers of one cluster and their Pods as they are now: watched from the beginning until it is closed. What keeps
 * them from being listed is told, and tried again; what was known before stays.
 */

import { homedir } from "node:os";
import { Emitter } from "../../base/emitter.ts";
import { type Cluster, type ClusterChoice, openCluster } from "../../kube/cluster.ts";
import { clusterErrorText, statusOf } from "../../kube/cluster-errors.ts";
import { Informer } from "../../kube/informer.ts";
import type { ClusterObject, ObjectType } from "../../kube/objects.ts";
import { apiVersion, kind, managedByLabel } from "../../platform/identity.ts";
import type { Pod } from "../../platform/operator/observed-state.ts";
import type { McpServer } from "../../platform/resource/mcp-server.ts";
import { type PlatformError, platformErrorOf } from "./platform-errors.ts";
import { factsOf, type PlatformFacts } from "./platform-facts.ts";
import { idOf, type PlatformRow, platformRows } from "./platform-presentation.ts";

export interface ClusterSelection extends ClusterChoice {
  /** Only servers of this one. */
  readonly namespace?: string;
}

/** What there is to see. */
export interface ClusterSnapshot {
  /** None before the cluster has listed its servers for the first time. */
  readonly rows?: readonly PlatformRow[];
  /** What keeps the rows from being those of now. */
  readonly trouble?: PlatformError;
  /** Why there are no Pods below the rows, where the cluster does not let them be listed. */
  readonly withoutPods?: string;
  /** The cluster's name, where it is known. */
  readonly context?: string;
}

/** Between two tries to reach a cluster that did not answer. */
const retryMs = 5_000;
/** Several changes at a time are one; longer than a watch takes to be refused after its list. */
const settleMs = 150;

export class ClusterWatcher {
  /** Told with everything that changes what there is to see. */
  readonly changed = new Emitter<ClusterSnapshot>();
  readonly #choice: ClusterSelection;
  readonly #group: string;
  readonly #abort = new AbortController();
  #cluster: Cluster | undefined;
  #servers: Informer<McpServer> | undefined;
  #pods: Informer<Pod> | undefined;
  #trouble: PlatformError | undefined;
  #withoutPods: string | undefined;
  #isOpening = false;
  #retry: NodeJS.Timeout | undefined;
  #settle: NodeJS.Timeout | undefined;

  /** `group`: that of the MCPServers. Nobody is asked before `open`. */
  constructor(choice: ClusterSelection, group: string) {
    this.#choice = choice;
    this.#group = group;
  }

  /** Resolves once the cluster has answered, or told why not; then it goes on by itself. Asked again, tries at once. */
  async open(): Promise<void> {
    if (this.#isOpening || this.#servers) return;
    this.#isOpening = true;
    clearTimeout(this.#retry);
    try {
      await this.#look();
      this.#trouble = undefined;
    } catch (error) {
      this.#trouble = platformErrorOf(error, this.#cluster?.server ?? "");
      if (!this.#abort.signal.aborted) this.#retry = setTimeout(() => void this.open(), retryMs);
    } finally {
      this.#isOpening = false;
    }
    this.#tell();
  }

  close(): void {
    this.#abort.abort();
    clearTimeout(this.#retry);
    clearTimeout(this.#settle);
    this.#servers?.close();
    this.#pods?.close();
  }

  /** As the cluster told it last. */
  facts(id: string): PlatformFacts | undefined {
    const server = this.#servers?.all().find((candidate) => idOf(candidate) === id);
    return server && factsOf(server, this.#pods?.all() ?? []);
  }

  async #look(): Promise<void> {
    const cluster = await openCluster(this.#choice, homedir());
    this.#cluster = cluster;
    const type = { apiVersion: apiVersion(this.#group), kind };
    const servers = await this.#watch<McpServer>(cluster, type);
    if (this.#abort.signal.aborted) return servers.close();
    this.#servers = servers;
    await this.#lookForPods(cluster);
  }

  /** Servers are worth seeing without their Pods. */
  async #lookForPods(cluster: Cluster): Promise<void> {
    const labelSelector = Object.entries(managedByLabel).map(([label, value]) => `${label}=${value}`);
    const type = { apiVersion: "v1", kind: "Pod" };
    try {
      const pods = await this.#watch<Pod>(cluster, type, labelSelector[0]);
      if (this.#abort.signal.aborted) return pods.close();
      this.#pods = pods;
      this.#withoutPods = undefined;
    } catch (error) {
      this.#withoutPods = clusterErrorText(error, cluster.server);
      // A right that is missing is missing a moment later, too.
      if (statusOf(error) === 403 || this.#abort.signal.aborted) return;
      this.#retry = setTimeout(() => void this.#lookForPods(cluster).then(() => this.#tell()), retryMs);
    }
  }

  #watch<T extends ClusterObject>(
    cluster: Cluster,
    type: ObjectType,
    labelSelector?: string,
  ): Promise<Informer<T>> {
    const { namespace } = this.#choice;
    const soon = () => this.#tellSoon();
    return Informer.open<T>(
      cluster.objects,
      type,
      { namespace, labelSelector },
      {
        changed: soon,
        gone: soon,
        failed: (error) => {
          this.#trouble = platformErrorOf(error, cluster.server);
          soon();
        },
        listed: () => {
          this.#trouble = undefined;
          soon();
        },
      },
    );
  }

  #tellSoon(): void {
    if (this.#abort.signal.aborted || !this.#servers) return;
    this.#settle ??= setTimeout(() => {
      this.#settle = undefined;
      this.#tell();
    }, settleMs);
  }

  #tell(): void {
    if (this.#abort.signal.aborted) return;
    const context = this.#cluster?.context;
    this.changed.fire({
      ...(this.#servers && { rows: platformRows(this.#servers.all(), this.#pods?.all() ?? []) }),
      ...(this.#trouble && { trouble: this.#trouble }),
      ...(this.#withoutPods !== undefined && { withoutPods: this.#withoutPods }),
      ...(context !== undefined && { context }),
    });
  }
}
